"""Any sequence of acts and clock jumps: the database does what the model says, and keeps its promises."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.appointments.seat_machine import BEGINS_AT, SeatMachine
from tests.appointments.seat_model import Limits
from tests.clock import clock_stopped_at


class SinglePeople(SeatMachine):
    """Everyone is a case of their own. Near slots run into the 12 hours within a few jumps."""

    SLOTS = {
        "near": (timedelta(hours=12, minutes=40), 3),
        "tomorrow": (timedelta(hours=36), 4),
        "next week": (timedelta(days=7), 2),
        "last seat": (timedelta(days=9), 1),
        "far": (timedelta(days=60, hours=6), 2),
    }
    PEOPLE = {"Ana": ("Ana's", "tomorrow"), "Bo": ("Bo's", "tomorrow"), "Cy": ("Cy's", "next week")}
    CLOSABLE = ["last seat", "far"]
    ATTORNEY_LIMITS = Limits(live=1, per_hour=3)


@pytest.mark.usefixtures("transactional_db")
def test_any_sequence_of_acts_ends_as_the_model_says():
    with clock_stopped_at(BEGINS_AT):
        run_state_machine_as_test(
            SinglePeople,
            settings=settings(
                max_examples=25,
                stateful_step_count=30,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
