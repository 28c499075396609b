"""Tests of the database's clock, which tests can shift and which advances within a transaction."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection, transaction

from policy.models import PolicyVersion
from portal.foundation.clock import AgencyToday, DatabaseNow, agency_today, database_now

MACHINE_CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "localtime"}
CLOCK_OWNERS = {"datetime", "date", "timezone", "time", "dt"}


def shift_to(shift_clock, wanted):
    """Set the database's clock to `wanted`. It continues from there."""
    shift_clock(timedelta(0))
    shift_clock(wanted - database_now())


def test_the_clock_advances_within_a_transaction_although_now_does_not(db):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        transaction_began = cursor.fetchone()[0]
        first, second = database_now(), database_now()
        cursor.execute("SELECT now()")
        assert cursor.fetchone()[0] == transaction_began
    assert transaction_began < first < second


def test_the_clock_is_an_instant_in_utc(db):
    assert database_now().utcoffset() == timedelta(0)
    assert abs(database_now() - datetime.now(UTC)) < timedelta(seconds=30)


def test_the_clock_in_a_query_is_the_same(reference_data, shift_clock):
    shift_clock(timedelta(days=1000))
    before = database_now()
    within = PolicyVersion.objects.annotate(read_at=DatabaseNow()).first().read_at
    assert before < within < database_now()
    assert before - datetime.now(UTC) > timedelta(days=999)


def test_the_clock_is_the_same_for_every_connection(committed_data, shift_clock):
    shift_clock(timedelta(days=-400))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT portal_clock()")
            [elsewhere] = cursor.fetchone()
    finally:
        other.close()
    assert abs(elsewhere - database_now()) < timedelta(seconds=30)
    assert datetime.now(UTC) - elsewhere > timedelta(days=399)


@pytest.mark.parametrize(
    ("local", "day"),
    [
        (datetime(2026, 6, 1, 23, 59, 30), datetime(2026, 6, 1)),
        (datetime(2026, 6, 2, 0, 0, 1), datetime(2026, 6, 2)),
        (datetime(2026, 1, 31, 23, 59, 30), datetime(2026, 1, 31)),
        (datetime(2026, 11, 1, 23, 59, 30), datetime(2026, 11, 1)),
        (datetime(2026, 11, 1, 0, 0, 1), datetime(2026, 11, 1)),
    ],
)
def test_the_agencys_day_changes_at_its_midnight(reference_data, shift_clock, local, day):
    shift_to(shift_clock, local.replace(tzinfo=ZoneInfo(settings.AGENCY_TIME_ZONE)))
    assert agency_today() == day.date()
    assert PolicyVersion.objects.annotate(day=AgencyToday()).first().day == day.date()


def find_machine_clocks(source):
    """Return the line numbers of calls such as datetime.now(), timezone.now(), date.today(), time.time()."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MACHINE_CLOCKS
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and (getattr(node.func.value, "id", None) or getattr(node.func.value, "attr", None)) in CLOCK_OWNERS
    ]


@pytest.mark.parametrize("app", ["policy", "accounts", "appointments"])
def test_no_module_uses_the_machines_clock(app):
    modules = sorted((Path(settings.BASE_DIR) / app).rglob("*.py"))
    assert modules
    found = {
        f"{module.name}:{line}"
        for module in modules
        for line in find_machine_clocks(module.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    ["timezone.now()", "datetime.now(UTC)", "date.today()", "time.time()", "django.utils.timezone.now()"],
)
def test_control_the_search_for_machine_clocks_finds_one(source):
    assert find_machine_clocks(source) == [1]
