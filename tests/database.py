"""The test database between two tests: how it is emptied, and how reference data comes back into it.

Both happen for thousands of tests, so neither does more than it must: reference data is copied from tables
where it was loaded once, and only the tables that hold rows are emptied.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.services.units import load_units
from policy.models import ContactRoute, FormType, FormTypeVersion, GoodCauseReason, PolicyVersion
from policy.services import load_reference_data

REFERENCE = (ContactRoute, FormType, FormTypeVersion, GoodCauseReason, PolicyVersion)
REFERENCE_TABLES = [model._meta.db_table for model in REFERENCE]
UNIT_TABLES = [Group._meta.db_table, Group.permissions.through._meta.db_table]
# Migrations fill them, and no test changes them.
FILLED_BY_MIGRATIONS = {ContentType._meta.db_table, Permission._meta.db_table}
# From this size on, in bytes, a table is sooner truncated than emptied row by row.
LARGE = 1_000_000


def keep_reference_data() -> None:
    """Loads reference data and units as an installation does, and keeps a copy of both."""
    load_reference_data()
    load_units()
    tables = REFERENCE_TABLES + UNIT_TABLES
    copies = [f"CREATE TABLE kept.{table} AS SELECT * FROM {table}" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(["DROP SCHEMA IF EXISTS kept CASCADE", "CREATE SCHEMA kept", *copies]))
    empty_database()


def copy_reference_data() -> None:
    """The rows that load_reference_data() would have added, and through the triggers their history."""
    _copy(REFERENCE_TABLES)


def copy_units() -> None:
    """The groups that load_units() would have made, unless a test made them itself."""
    if not Group.objects.exists():
        _copy(UNIT_TABLES)


def _copy(tables: list[str]) -> None:
    copies = [f"INSERT INTO {table} SELECT * FROM kept.{table} ON CONFLICT DO NOTHING" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(copies))


def empty_database() -> None:
    """Waits for every other session's transaction, and leaves no row of the product."""
    names = ", ".join(_tables())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', pg_table_size('{table}') WHERE EXISTS (SELECT FROM {table})"
                for table in _tables()
            )
        )
        filled = dict(cursor.fetchall())
        if max(filled.values(), default=0) > LARGE:
            cursor.execute(f"TRUNCATE {names}")
        elif filled:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no history of what goes
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in filled))


@contextmanager
def without_history() -> Iterator[CursorWrapper]:
    """A cursor whose rows fire no trigger: no history is written for what is only a crowd."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


@cache
def _tables() -> list[str]:
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - FILLED_BY_MIGRATIONS)
