"""What every test stands on: real PostgreSQL, the product's own reference data, a clock to be shifted."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import override_settings
from django.utils import timezone, translation

from appointments.booking.invariants import find_violations
from tests.database import copy_reference_data, empty_database, keep_reference_data

pytest_plugins = ["tests.mail", "tests.texts", "tests.web"]

# Few tests a file, and each takes long: they start servers, drive browsers or play out long sequences.
LONG = (
    "tests/hosts/",
    "tests/journeys/",
    "tests/faults/",
    "tests/load/",
    "tests/appointments/booking/test_state_machine.py",
    "tests/appointments/booking/test_household_state_machine.py",
    "tests/portal/test_embedded.py",
    "tests/portal/test_run.py",
    "tests/portal/test_url_matrix.py",
)

SHIFTABLE_CLOCK = """
    CREATE TABLE IF NOT EXISTS test_clock_shift (shift interval NOT NULL);
    CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz
    LANGUAGE sql VOLATILE PARALLEL SAFE AS
    'SELECT clock_timestamp() + coalesce((SELECT shift FROM test_clock_shift), interval ''0'')';
"""

END_OTHER_SESSIONS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Long files come first: begun last, one would keep one process busy while the others have none left."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_for_when_asked_for():
    """In this process alone: each test's client would read the folder of 10,000 files before its first page.

    The real servers read it when they start, as in production.
    """
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True)
def nobody_has_chosen_a_language():
    """A page that a test asked for leaves its language and zone in this thread: the next test has neither."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Gives the test database, and no other, a clock that tests can shift, and a copy of the reference data.

    Django's own way to empty it would truncate 70 tables and make every permission anew after each test.
    In the end it is dropped, which no session may hinder: a server that a test killed may have left one.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(SHIFTABLE_CLOCK)
        keep_reference_data()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: empty_database())
        yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHER_SESSIONS)


@pytest.fixture
def shift_clock(db):
    """Sets the database's clock ahead (or back) by a timedelta, for every connection."""

    def shift(by: timedelta) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM test_clock_shift")
            cursor.execute("INSERT INTO test_clock_shift VALUES (%s)", [by])

    yield shift
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM test_clock_shift")


@pytest.fixture
def reference_data(db):
    """Limits, form types, offices and reasons, as every installation has them."""
    copy_reference_data()


@pytest.fixture
def committed_data(request, transactional_db):
    """Reference data that other connections see: for every test of a lock, a race or a real server.

    Whatever the test did, every invariant holds afterwards, unless it is a control that breaks one.
    """
    cache.clear()  # Rate limits stand in a table that is no model, so emptying passes it by.
    copy_reference_data()
    yield
    if not request.node.get_closest_marker("breaks_invariants"):
        assert find_violations() == []


@pytest.fixture(scope="module")
def module_data(django_db_setup, django_db_blocker):
    """Reference data, and what a module's own fixtures add to it, for all its tests: what these do is undone.

    For worlds that are dear to make. No test of such a module may be transactional.
    """
    with django_db_blocker.unblock():
        copy_reference_data()
        yield
        empty_database()
