"""The test database between two tests: which rows it always holds, and how it gets back to them.

Reference data and the units of staff are committed once for a session. A test that is rolled back sees them
for nothing; after one that committed, only what differs from them is put right.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.services.units import load_units
from policy.services import load_reference_data

# Migrations fill them, and no test changes them.
FILLED_BY_MIGRATIONS = {ContentType._meta.db_table, Permission._meta.db_table}
# From this size on, in bytes, a table is sooner truncated than emptied row by row.
LARGE = 1_000_000


def load_kept_rows() -> None:
    """Commit reference data and units, as an installation has them, and a copy of every row of theirs."""
    load_reference_data()
    load_units()
    copies = [f"CREATE TABLE kept.{table} AS TABLE {table}" for table in _filled(_tables())]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(["CREATE SCHEMA kept", *copies]))


def restore_database() -> None:
    """Wait for every other session's transaction, and leave the kept rows and no other."""
    names = ", ".join(_tables())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        sizes = _filled(set(_tables()) - _kept())
        if max(sizes.values(), default=0) > LARGE:
            cursor.execute(f"TRUNCATE {names}")
        wrong = _kept_tables_that_differ()
        cursor.execute("SET LOCAL session_replication_role = replica")  # no history of what comes and goes
        _run(f"DELETE FROM {table}" for table in [*sizes, *wrong])
        _run(f"INSERT INTO {table} TABLE kept.{table}" for table in wrong)


def delete_kept_rows() -> None:
    """Leave a database into which nothing was loaded yet."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _run(f"DELETE FROM {table}" for table in _kept())
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@contextmanager
def without_history() -> Iterator[CursorWrapper]:
    """A cursor whose rows fire no trigger: no history is written for what is only a crowd."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


def _filled(tables: "list[str] | set[str]") -> dict[str, int]:
    """Those of the tables that hold a row, and their sizes in bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', pg_table_size('{table}') WHERE EXISTS (SELECT FROM {table})"
                for table in sorted(tables)
            )
        )
        return dict(cursor.fetchall())


def _kept_tables_that_differ() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (TABLE {table} EXCEPT TABLE kept.{table})"
                f" OR EXISTS (TABLE kept.{table} EXCEPT TABLE {table})"
                for table in sorted(_kept())
            )
        )
        return [table for (table,) in cursor.fetchall()]


def _run(statements: Iterator[str]) -> None:
    if together := "; ".join(statements):
        with connection.cursor() as cursor:
            cursor.execute(together)


@cache
def _tables() -> list[str]:
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - FILLED_BY_MIGRATIONS)


@cache
def _kept() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")
        return frozenset(table for (table,) in cursor.fetchall())
