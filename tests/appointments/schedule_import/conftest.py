"""Fixtures: a scheduler of record that delivers row by row, and a generated delivery."""

import pytest

from tests.support.deliveries import Directory, Scheduler, load, small_options


@pytest.fixture
def scheduler(tmp_path):
    return Scheduler(tmp_path)


@pytest.fixture
def booked(scheduler):
    """Load one person with one appointment and return the row, to be edited."""
    scheduler.slot(10)
    scheduler.slot(11)
    scheduler.slot(12)
    row = scheduler.appointment("A1", scheduler.person(), scheduler.row("slots.csv")["starts_at"])
    load(scheduler.deliver(hours=9))
    return row


@pytest.fixture
def made(tmp_path):
    """Return a valid delivery with three sites, a few days and thirty people."""
    return Directory.generated(tmp_path, small_options())
