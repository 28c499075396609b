"""Read the time from the database. The apps never use the clock of the web server.

Read it after the last lock is held: only then are limits such as "12 hours" exact (ADR 2).
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import DateField, DateTimeField, Func


class DatabaseNow(Func):
    """The database's clock in a query. Unlike now() it advances within a transaction."""

    function = "portal_clock"
    arity = 0
    output_field = DateTimeField()

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Return Django's own class for migrations, so that they import none of this project's."""
        return "django.db.models.Func", (), {"function": self.function, "output_field": DateTimeField()}


class StatementNow(Func):
    """The database's clock, read once for the whole statement: PostgreSQL can compare it through an index."""

    template = "(SELECT portal_clock())"
    arity = 0
    output_field = DateTimeField()


class AgencyToday(Func):
    """The agency's calendar day in a query. Representations end at its midnight."""

    template = "(portal_clock() AT TIME ZONE %(zone)s)::date"
    output_field = DateField()

    def __init__(self) -> None:
        super().__init__(zone="'" + settings.AGENCY_TIME_ZONE.replace("'", "") + "'")


def database_now() -> datetime:
    """Return the database's time, an aware instant in UTC. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_clock()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]


def agency_zone() -> ZoneInfo:
    """Return the agency's time zone, in which staff enter and read dated rules."""
    return ZoneInfo(settings.AGENCY_TIME_ZONE)


def agency_day(instant: datetime) -> date:
    """Return the agency's calendar day at an instant."""
    return instant.astimezone(agency_zone()).date()


def agency_today() -> date:
    """Return the agency's calendar day now. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (portal_clock() AT TIME ZONE %s)::date", [settings.AGENCY_TIME_ZONE])
        row: tuple[date] = cursor.fetchone()
    return row[0]
