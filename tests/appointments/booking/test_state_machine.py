"""Any sequence of acts and clock jumps: the database does what the model says, and keeps its promises."""

from datetime import timedelta

import pytest

from accounts.units import Unit
from tests.appointments.booking.machine import ReservationMachine, play
from tests.appointments.booking.model import Limits

HALF_HOUR = timedelta(minutes=30)

pytestmark = pytest.mark.races


class SinglePeople(ReservationMachine):
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
    CASES = ["Cy's"]
    ATTORNEY_LIMITS = Limits(live=1, per_hour=3)


class OneToSixPeople(ReservationMachine):
    """Six people of one case, one of whom soon can't reschedule online; and one person of another case."""

    SLOTS = {
        "near": (timedelta(hours=12, minutes=40), 4),
        "home": (timedelta(days=3), 5),
        "one": (timedelta(days=2), 2),
        "two": (timedelta(days=2) + HALF_HOUR, 1),
        "three": (timedelta(days=2) + 2 * HALF_HOUR, 3),
        "roomy": (timedelta(days=7), 6),
        "after a gap": (timedelta(days=7, minutes=45), 1),
        "after a longer gap": (timedelta(days=7, minutes=106), 6),
    }
    PEOPLE = {
        "Ana": ("family", "home"),
        "Bo": ("family", "home"),
        "Cy": ("family", "near"),
        "Di": ("family", "home"),
        "Ed": ("family", "home"),
        "Flo": ("family", "home"),
        "Gus": ("Gus's", "near"),
    }
    CLOSABLE = ["two", "roomy"]
    CASES = ["family"]
    ATTORNEY_LIMITS = Limits(live=1, per_hour=3)
    CASE_FIELDS = {"adoption": True}
    UNIT = Unit.NBC_ADOPTIONS


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize(("machine", "examples", "steps"), [(SinglePeople, 25, 30), (OneToSixPeople, 15, 25)])
def test_any_sequence_of_acts_ends_as_the_model_says(machine, examples, steps):
    play(machine, examples=examples, steps=steps)
