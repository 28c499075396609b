"""Stopping the test database's clock, for promises that turn on one microsecond."""

from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from tests.conftest import SHIFTABLE_CLOCK


@contextmanager
def clock_stopped_at(instant: datetime):
    """The database's clock stands at `instant` for every connection, for the length of the block."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE"
            f" AS 'SELECT timestamptz ''{instant.isoformat()}'''"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(SHIFTABLE_CLOCK)
