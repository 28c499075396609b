"""Any sequence of acts and clock jumps: the database does what the model says, and keeps its promises."""

from datetime import timedelta

import pytest

from tests.appointments.booking.seat_machine import SeatMachine, play
from tests.appointments.booking.seat_model import Limits


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
    play(SinglePeople, examples=25, steps=30)
