"""Stop the test database's clock, for limits that are exact to a microsecond."""

from contextlib import contextmanager
from datetime import datetime

from django.db import connection

SHIFTABLE_CLOCK = """
    CREATE TABLE IF NOT EXISTS test_clock_shift (shift interval NOT NULL);
    CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz
    LANGUAGE sql VOLATILE PARALLEL SAFE AS
    'SELECT clock_timestamp() + coalesce((SELECT shift FROM test_clock_shift), interval ''0'')';
"""
STOPPED_CLOCK = """
    CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz
    LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT timestamptz ''{instant}'''
"""


def stop_clock_at(instant: datetime) -> None:
    """Stop the database's clock at `instant` for every connection."""
    with connection.cursor() as cursor:
        cursor.execute(STOPPED_CLOCK.format(instant=instant.isoformat()))


@contextmanager
def clock_stopped_at(instant: datetime):
    """Stop the database's clock at `instant` within the block."""
    stop_clock_at(instant)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(SHIFTABLE_CLOCK)
