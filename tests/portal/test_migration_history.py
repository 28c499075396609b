"""A database of another version is told from one that only has to be brought up to date."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from portal.migration_history import is_from_other_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorder():
    return MigrationRecorder(connection)


def test_a_database_of_this_version_is_used():
    assert not is_from_other_version(connection)


def test_an_empty_database_is_used(recorder):
    recorder.migration_qs.all().delete()

    assert not is_from_other_version(connection)


def test_a_database_that_only_lacks_the_newest_migration_is_used(recorder):
    [newest] = MigrationLoader(connection).graph.leaf_nodes("appointments")
    recorder.record_unapplied(*newest)

    assert not is_from_other_version(connection)


def test_a_migration_of_ours_that_the_code_does_not_know_is_from_another_version(recorder):
    recorder.record_applied("accounts", "0042_squashed_since")

    assert is_from_other_version(connection)


def test_an_unknown_migration_of_another_package_is_left_to_that_package(recorder):
    recorder.record_applied("sessions", "0042_newer_package")

    assert not is_from_other_version(connection)


def test_a_migration_whose_forerunner_is_missing_is_from_another_version(recorder):
    [first] = MigrationLoader(connection).graph.root_nodes("policy")
    recorder.record_unapplied(*first)

    assert is_from_other_version(connection)
