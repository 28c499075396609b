"""Temporary tables that hold a delivery while it is checked; they end with the transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import ClientCursor

from appointments.schedule_import import columns
from appointments.schedule_import.columns import WEEKDAYS

# Enough for hashes over a million rows, so that nothing is sorted on disk in small pieces.
SETTINGS = """
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '60s';
    SET LOCAL work_mem = '128MB';
    SET LOCAL temp_buffers = '64MB';
"""

_HOURS = ", ".join(f"{day}_opens time, {day}_closes time" for day in WEEKDAYS)
_WEEKDAYS = ", ".join(f"({number}, {day}_opens, {day}_closes)" for number, day in enumerate(WEEKDAYS, 1))

_SLOT = """
    site_code text, starts_at timestamptz, starts_text text, local_start timestamp, minutes int,
    capacity int, is_closed boolean
"""
_CASE = """
    receipt_number text, form text, filing_channel text, filed_by_email text, status text,
    closed_at timestamptz
"""
_APPOINTMENT = """
    appointment_id text, person_id text, site_code text, starts_at timestamptz, starts_text text,
    status text, scheduled_at timestamptz, biometrics_code smallint, counted_moves_at timestamptz[],
    is_staff_only boolean
"""

# file → its table, and the columns in the order of the staged rows, after the line
TABLES = {
    columns.SITES.file: (
        "delivered_site",
        f"code text, name text, street text, city text, state text, postal_code text, tz text, {_HOURS}",
    ),
    columns.SLOTS.file: ("delivered_slot", _SLOT),
    columns.CASES.file: ("delivered_case", _CASE),
    columns.PEOPLE.file: ("delivered_person", "person_id text, receipt_number text, name text, role text"),
    columns.APPOINTMENTS.file: ("delivered_appointment", _APPOINTMENT),
}

# One row for each weekday on which a delivered site is open; of a site that is there twice, the first.
HOURS = f"""
    DROP TABLE IF EXISTS delivered_hours;
    CREATE TEMPORARY TABLE delivered_hours ON COMMIT DROP AS
    WITH site AS (SELECT DISTINCT ON (code) * FROM delivered_site WHERE code IS NOT NULL ORDER BY code, line)
    SELECT code, weekday, opens_at, closes_at
    FROM site CROSS JOIN LATERAL (VALUES {_WEEKDAYS}) AS hours(weekday, opens_at, closes_at)
    WHERE opens_at IS NOT NULL;
    ANALYZE delivered_hours;
"""  # noqa: S608


def run(sql: str, params: dict[str, Any] | None = None) -> int:
    """Runs one or more statements; how many rows the first one touched."""
    with _many_at_once() as cursor:
        cursor.execute(sql, params)
        touched: int = cursor.rowcount
        return touched


def rows_of(sql: str, params: dict[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, a few thousand at a time whatever their number. Wants a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(2000):
            yield from rows


def make_tables() -> None:
    """The empty staging tables, and time limits that suit a load, until the transaction ends."""
    run(SETTINGS)
    for name, definition in TABLES.values():
        run(f"DROP TABLE IF EXISTS {name}")
        run(f"CREATE TEMPORARY TABLE {name} (line int, {definition}) ON COMMIT DROP")


def copy_rows(file: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Streams staged rows, each with its line first, into the file's table, for PostgreSQL to plan with."""
    name, _ = TABLES[file]
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {name}")
    if file == columns.SITES.file:
        run(HOURS)


def read_one(sql: str, params: dict[str, Any] | None = None) -> tuple[Any, ...] | None:
    """The first row of a query, if it has one."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


@contextmanager
def _many_at_once() -> Iterator[ClientCursor[Any]]:
    """A cursor that takes several statements with parameters, as the prepared ones of pages cannot."""
    connection.ensure_connection()
    with connection.wrap_database_errors, ClientCursor(connection.connection) as cursor:
        yield cursor
