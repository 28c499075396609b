"""A scheduler of record that delivers row by row, and deliveries that are made whole."""

import pytest

from tests.appointments.schedule_import.deliveries import Directory, Scheduler, load, small_order


@pytest.fixture
def scheduler(tmp_path):
    return Scheduler(tmp_path)


@pytest.fixture
def booked(scheduler):
    """One person with one appointment, loaded; the row stands to be edited."""
    scheduler.slot(10)
    scheduler.slot(11)
    scheduler.slot(12)
    row = scheduler.appointment("A1", scheduler.person(), scheduler.row("slots.csv")["starts_at"])
    load(scheduler.deliver(hours=9))
    return row


@pytest.fixture
def made(tmp_path):
    """Three sites, a few days, thirty people, all in order."""
    return Directory.generated(tmp_path, small_order())
