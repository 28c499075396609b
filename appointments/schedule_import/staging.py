"""Temporary tables for a delivery while it is checked. They end with the transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import ClientCursor

from appointments.models.site import SITE_TEXTS
from appointments.schedule_import import columns
from appointments.schedule_import.columns import WEEKDAYS

# Enough memory to hash a million rows without spilling to disk.
SETTINGS = """
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '60s';
    SET LOCAL work_mem = '128MB';
    SET LOCAL temp_buffers = '64MB';
"""

_HOURS = ", ".join(f"{day}_opens time, {day}_closes time" for day in WEEKDAYS)
_WEEKDAYS = ", ".join(f"({number}, {day}_opens, {day}_closes)" for number, day in enumerate(WEEKDAYS, 1))

_SITE = f"""
    code text, name text, street text, city text, state text, postal_code text, tz text, {_HOURS},
    latitude double precision, longitude double precision,
    {", ".join(f"{text}_{code} text" for text in SITE_TEXTS for code in columns.LANGUAGES)}
"""
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

# File → its table and columns. The staged rows have these columns in this order, after the line.
TABLES = {
    columns.SITES.file: ("delivered_site", _SITE),
    columns.SLOTS.file: ("delivered_slot", _SLOT),
    columns.CASES.file: ("delivered_case", _CASE),
    columns.PEOPLE.file: (
        "delivered_person",
        "person_id text, receipt_number text, name text, role text, is_namesake boolean",
    ),
    columns.APPOINTMENTS.file: ("delivered_appointment", _APPOINTMENT),
}

# One row for each weekday on which a delivered site is open. Of duplicate sites the first one counts.
HOURS = f"""
    DROP TABLE IF EXISTS delivered_hours;
    CREATE TEMPORARY TABLE delivered_hours ON COMMIT DROP AS
    WITH site AS (SELECT DISTINCT ON (code) * FROM delivered_site WHERE code IS NOT NULL ORDER BY code, line)
    SELECT code, weekday, opens_at, closes_at
    FROM site CROSS JOIN LATERAL (VALUES {_WEEKDAYS}) AS hours(weekday, opens_at, closes_at)
    WHERE opens_at IS NOT NULL;
    ANALYZE delivered_hours;
"""  # noqa: S608 (formats in only names of ours)


FETCH_SIZE = 2000


def run(sql: str, params: dict[str, Any] | None = None) -> int:
    """Run one or more statements and return how many rows the first one touched."""
    with _multi_statement_cursor() as cursor:
        cursor.execute(sql, params)
        touched: int = cursor.rowcount
        return touched


def rows_of(sql: str, params: dict[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query, reading FETCH_SIZE at a time. Call it inside a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(FETCH_SIZE):
            yield from rows


def create_tables() -> None:
    """Create the empty staging tables and set time limits that suit a load, for this transaction."""
    run(SETTINGS)
    for name, definition in TABLES.values():
        run(f"DROP TABLE IF EXISTS {name}")
        run(f"CREATE TEMPORARY TABLE {name} (line int, {definition}) ON COMMIT DROP")


def copy_rows(file: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Stream staged rows, each with its line first, into the file's table and analyze it."""
    name, _ = TABLES[file]
    copy_into(name, rows)
    run(f"ANALYZE {name}")
    if file == columns.SITES.file:
        run(HOURS)


def copy_into(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Stream the rows into a temporary table, in the order of its columns."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def read_one(sql: str, params: dict[str, Any] | None = None) -> tuple[Any, ...] | None:
    """Return the first row of a query, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


@contextmanager
def _multi_statement_cursor() -> Iterator[ClientCursor[Any]]:
    """Yield a cursor that takes several statements with parameters. Prepared statements cannot do that."""
    connection.ensure_connection()
    with connection.wrap_database_errors, ClientCursor(connection.connection) as cursor:
        yield cursor
