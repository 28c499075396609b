"""What every test stands on: real PostgreSQL, the product's own reference data, a clock to be shifted."""

import os
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import override_settings
from django.utils import timezone, translation

from appointments.booking.invariants import find_violations
from tests.support.database import delete_kept_rows, restore_database
from tests.support.template_database import connect_to_copy, drop_copy

pytest_plugins = [
    "tests.support.durations",
    "tests.support.mail_server",
    "tests.support.text_gateway",
    "tests.support.web_server",
]

# Which folders hold tests of which slow kind. Other tests say so themselves, by a mark.
KINDS = {
    "browser": ("tests/journeys/",),
    "processes": ("tests/hosts/", "tests/load/"),
    "races": ("tests/faults/",),
}


# These come first of all. A process takes whole files; none should begin a long one when the others are done.
LONGEST_FILES = ("tests/journeys/test_every_page.py", "tests/portal/test_url_matrix.py")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the tests of folders before `-m` chooses, and put the long and the slow ones first."""
    for item in items:
        for kind, folders in KINDS.items():
            if item.nodeid.startswith(folders):
                item.add_marker(kind)
    result = yield
    items.sort(key=_place)
    return result


def _place(item):
    is_slow = any(item.get_closest_marker(kind) for kind in KINDS)
    return not item.nodeid.startswith(LONGEST_FILES), not is_slow


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
def django_db_setup(django_test_environment, django_db_blocker):
    """Connect this process to its own copy of the template database, which has the reference data.

    Django's own way to empty it would truncate 70 tables and make every permission again after each test.
    """
    with django_db_blocker.unblock():
        connect_to_copy(suffix=os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: restore_database())
        yield
    with django_db_blocker.unblock():
        drop_copy()


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
    """Limits, form types, offices, reasons and units, as each installation has them: always there."""


@pytest.fixture
def nothing_loaded(db):
    """An installation into which no reference data and no units were loaded yet."""
    delete_kept_rows()


@pytest.fixture
def committed_data(request, transactional_db):
    """A test whose rows other connections see: for every test of a lock, a race or a real server.

    Whatever the test did, every invariant holds afterwards, unless it is a control that breaks one.
    """
    cache.clear()  # Rate limits are in a table that is no model, so restoring passes it by.
    yield
    if not request.node.get_closest_marker("breaks_invariants"):
        assert find_violations() == []


@pytest.fixture(scope="module")
def module_data(django_db_setup, django_db_blocker):
    """What a module's own fixtures commit, for all its tests; it is undone in the end.

    For worlds that are dear to make. No test of such a module may be transactional.
    """
    with django_db_blocker.unblock():
        yield
        restore_database()
