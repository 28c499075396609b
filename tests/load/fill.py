"""Databases of a given size, made once, kept as templates, and copied for each run."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from pathlib import Path
from string import Template

from django.apps import apps
from django.db import connection as django_connection
from django.db import models
from psycopg import Connection, sql

from portal.embedded.data_folder import CHECKOUT
from tests.load.stage import Stage

FILL = Path(__file__).with_name("fill.sql")
SITES = 135
DAYS = 60
SLOTS_FOR_ONE_APPOINTMENT = 0.6
FEWEST_SLOTS_A_DAY = 8
APPS = ("policy", "accounts", "appointments")


@dataclass(frozen=True, slots=True)
class Shape:
    """How many appointments, in how many slots, and how dense: what a page of times shows hangs on that."""

    size: int
    slots_a_day: int
    today: date

    @property
    def slots(self) -> int:
        return ceil(self.size * SLOTS_FOR_ONE_APPOINTMENT)

    @property
    def busy_sites(self) -> int:
        """Sites that have slots; the others are in the list of sites all the same."""
        return ceil(self.slots / (self.slots_a_day * workdays_after(self.today)))

    @property
    def first_free(self) -> date:
        """A Monday: before it no seat is free."""
        tomorrow = self.today + timedelta(days=1)
        return tomorrow - timedelta(days=tomorrow.weekday()) + timedelta(days=7)

    @property
    def template(self) -> str:
        return f"bench_{self.size}_{self.slots_a_day}"


def shape_of(size: int, *, today: date | None = None) -> Shape:
    """The national schedule with this many appointments; a small one has fewer busy sites."""
    today = today or datetime.now(UTC).date()
    slots = ceil(size * SLOTS_FOR_ONE_APPOINTMENT)
    slots_a_day = max(FEWEST_SLOTS_A_DAY, ceil(slots / (SITES * workdays_after(today))))
    return Shape(size, slots_a_day, today)


def workdays_after(today: date) -> int:
    """Mondays to Fridays of the days on which there are slots."""
    return sum((today + timedelta(days=day)).weekday() < 5 for day in range(1, DAYS + 1))


def provide_template(stage: Stage, shape: Shape, say: Callable[[str], None]) -> str:
    """The name of a filled database; filled now if there is none, or if the schema or the week changed."""
    print_of_it = fingerprint(shape)
    if stage.databases().get(shape.template) == print_of_it:
        return shape.template
    say(f"filling a database with {shape.size:,} appointments; it is kept for the next bench")
    stage.drop(shape.template)
    stage.postgres.create_database(shape.template)
    stage.manage(shape.template, "prepare_database")
    fill(stage, shape)
    mark = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(shape.template), print_of_it)
    with stage.connect() as connection:
        connection.execute(mark)
    return shape.template


def fill(stage: Stage, shape: Shape) -> None:
    """Sites, slots, accounts, cases, people, chains and appointments of this shape. Set by set, in SQL."""
    statements = Template(FILL.read_text()).substitute(
        size=shape.size,
        slots=shape.slots,
        slots_a_day=shape.slots_a_day,
        sites=max(SITES, shape.busy_sites),
        busy_sites=shape.busy_sites,
        today=shape.today.isoformat(),
        first_free=shape.first_free.isoformat(),
    )
    with stage.connect(shape.template) as connection:
        set_defaults(connection)
        connection.execute(statements)
        connection.execute("VACUUM (FREEZE, ANALYZE)")
        connection.execute("CHECKPOINT")


def set_defaults(connection: Connection) -> None:
    """Gives the columns the defaults of the models, so that the bench's SQL names only what matters to it."""
    for model in (model for app in APPS for model in apps.get_app_config(app).get_models()):
        for field in model._meta.concrete_fields:
            value = field.get_default()
            if value is None or field.primary_key or field.has_db_default():
                continue
            if isinstance(field, models.UUIDField):
                default = sql.SQL("gen_random_uuid()")
            else:
                default = sql.Literal(
                    field.get_db_prep_save(getattr(value, "value", value), django_connection)
                )
            connection.execute(
                sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(
                    sql.Identifier(model._meta.db_table), sql.Identifier(field.column), default
                )
            )


def fingerprint(shape: Shape) -> str:
    """Changes with everything that a kept template depends on."""
    sources = [Path(__file__), FILL]
    for app in APPS:
        sources += sorted((CHECKOUT / app / "migrations").glob("*.py"))
    sources += sorted((CHECKOUT / "policy" / "reference").glob("*.toml"))
    content = b"".join(source.read_bytes() for source in sources)
    return f"{shape.first_free} {hashlib.sha256(content).hexdigest()}"
