"""The one clock: the database's. Nothing in the product asks the machine for the time.

Reading the clock after a lock is held is what makes "12 hours" exact; see decisions.md of the house.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import DateField, DateTimeField, Func


class DatabaseNow(Func):
    """The database's wall clock inside a query; moves on within a transaction, unlike now()."""

    function = "portal_clock"
    arity = 0
    output_field = DateTimeField()

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Return what migrations write down: Django's own class, so that they import none of ours."""
        return "django.db.models.Func", (), {"function": self.function, "output_field": DateTimeField()}


class AgencyToday(Func):
    """The agency's calendar day inside a query: representations end at its midnight."""

    template = "(portal_clock() AT TIME ZONE %(zone)s)::date"
    output_field = DateField()

    def __init__(self) -> None:
        super().__init__(zone="'" + settings.AGENCY_TIME_ZONE.replace("'", "") + "'")


def database_now() -> datetime:
    """The database's wall clock, an aware instant in UTC. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_clock()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]


def agency_zone() -> ZoneInfo:
    """The agency's own zone, in which its days and its dated rules are entered and read."""
    return ZoneInfo(settings.AGENCY_TIME_ZONE)


def agency_day(instant: datetime) -> date:
    """The day it was or will be at the agency at an instant."""
    return instant.astimezone(agency_zone()).date()


def agency_today() -> date:
    """The day it is in the agency's own zone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (portal_clock() AT TIME ZONE %s)::date", [settings.AGENCY_TIME_ZONE])
        row: tuple[date] = cursor.fetchone()
    return row[0]
