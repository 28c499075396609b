"""Staff act on one person of a group while another one acts: two series locks, the same holds."""

import threading
from datetime import timedelta
from functools import partial
from itertools import product

import pytest

from accounts.units import Unit
from appointments.booking import reservations, seats
from appointments.booking.errors import HoldEnded, Refused
from appointments.booking.invariants import find_violations
from appointments.models import Reschedule, Reservation, Slot
from appointments.reschedule import services
from appointments.staff.services import staff_only, staff_reschedule
from tests.appointments.booking import acts
from tests.factories.accounts import officer_of
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason
from tests.support.races import Started, gate_before

pytestmark = pytest.mark.usefixtures("committed_data")

STAFF = ["reschedule", "mark"]
# These lock only the series of the other person; the ones below lock all series.
APART = ["single", "rest"]
EACH_WITH_EACH = list(product(STAFF, APART))
TOGETHER = ["confirm_together", "extend", "release"]
# The function that each act calls after it has its locks and before it writes.
ABOUT_TO_WRITE = {
    "single": (seats, "release_all"),
    "rest": (seats, "release_all"),
    "confirm_together": (reservations, "record_reschedules"),
    "extend": (seats, "extend_seats"),
    "release": (seats, "release_all"),
}


class Family:
    """Three people who hold seats in two slots. Others have seats there too: no counter reaches zero."""

    def __init__(self):
        self.people = make_household(3)
        self.account = self.people[0].series.person.case.requestor
        services.state_reason(account=self.account, appointments=self.people, reason=reason(), explanation="")
        self.slots = adjacent_slots(self.people[0].slot.site, seats=[5, 3])
        for slot, strangers in zip(self.slots, (3, 2), strict=True):
            for _ in range(strangers):
                AppointmentFactory(slot=slot)
        self.held = acts.hold_together(account=self.account, appointments=self.people, first=self.slots[0])
        self.alone = SlotFactory(capacity=2)
        self.elsewhere = SlotFactory(capacity=2, ahead=timedelta(days=6))
        self.officer = officer_of(Unit.NBC_ADOPTIONS)

    def act_of_staff(self, kind):
        """Acts of staff on the first person."""
        if kind == "reschedule":
            return partial(
                staff_reschedule.reschedule_by_agency,
                actor=self.officer,
                appointment=self.people[0],
                slot=self.elsewhere,
            )
        return partial(
            staff_only.mark_staff_only,
            actor=self.officer,
            appointment=self.people[0],
            is_staff_only=True,
            note="asked for",
        )

    def act_of_theirs(self, kind):
        """Acts of the second person, or of all."""
        mine = partial(acts.hold, account=self.account, appointment=self.people[1], slot=self.alone)
        rest = partial(
            acts.hold_together, account=self.account, appointments=self.people[1:], first=self.alone
        )
        together = {
            name: partial(getattr(acts, name), account=self.account, reservation=self.held)
            for name in TOGETHER
        }
        return {"single": mine, "rest": rest, **together}[kind]

    def states(self):
        return set(Reservation.objects.filter(pk=self.held.pk).values_list("state", flat=True))

    def taken(self):
        return [Slot.objects.get(pk=slot.pk).taken for slot in self.slots]


@pytest.fixture
def family():
    return Family()


def run_staff_first(family, by_staff, theirs, patch):
    """Let staff get every lock and read the holds; then the other act starts and finds the same holds."""
    gate = gate_before(patch, seats, "release_holds")
    first = Started(family.act_of_staff(by_staff))
    gate.until_reached()
    second = Started(family.act_of_theirs(theirs))
    second.until_it_waits_for_a_lock()
    gate.open()
    return first.outcome(), second.outcome()


def run_staff_second(family, by_staff, theirs, patch):
    """Stop the other act before it writes; then staff start and find the same holds."""
    gate = gate_before(patch, *ABOUT_TO_WRITE[theirs])
    first = Started(family.act_of_theirs(theirs))
    gate.until_reached()
    second = Started(family.act_of_staff(by_staff))
    second.until_it_waits_for_a_lock()
    gate.open()
    return first.outcome(), second.outcome()


ORDERS = {"staff first": run_staff_first, "staff second": run_staff_second}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("by_staff", "theirs"), EACH_WITH_EACH)
def test_the_hold_of_the_group_ends_once_and_the_new_hold_has_a_seat(
    family, order, by_staff, theirs, monkeypatch
):
    outcomes = ORDERS[order](family, by_staff, theirs, monkeypatch.setattr)

    assert [outcome.error for outcome in outcomes] == [None, None]
    assert family.states() == {Reservation.State.RELEASED}
    assert family.taken() == [3, 2]
    assert Slot.objects.get(pk=family.alone.pk).taken == {"single": 1, "rest": 2}[theirs]
    assert Reschedule.objects.count() == {"reschedule": 1, "mark": 0}[by_staff]
    assert find_violations() == []


@pytest.mark.parametrize("by_staff", STAFF)
@pytest.mark.parametrize(
    ("theirs", "error"),
    [("confirm_together", Refused), ("extend", HoldEnded), ("release", type(None))],
)
def test_an_act_of_the_group_finds_the_hold_ended_by_staff(family, by_staff, theirs, error, monkeypatch):
    staff, all_of_them = run_staff_first(family, by_staff, theirs, monkeypatch.setattr)

    assert staff.error is None
    assert type(all_of_them.error) is error
    assert family.states() == {Reservation.State.RELEASED}
    assert family.taken() == [3, 2]
    assert find_violations() == []


@pytest.mark.parametrize("by_staff", STAFF)
@pytest.mark.parametrize(
    ("theirs", "states", "taken"),
    [
        ("confirm_together", {Reservation.State.CONFIRMED}, [5, 3]),
        ("extend", {Reservation.State.RELEASED}, [3, 2]),
        ("release", {Reservation.State.RELEASED}, [3, 2]),
    ],
)
def test_staff_find_the_result_of_the_act_of_the_group(family, by_staff, theirs, states, taken, monkeypatch):
    all_of_them, staff = run_staff_second(family, by_staff, theirs, monkeypatch.setattr)

    assert all_of_them.error is None
    # The reschedule superseded the appointment that staff had opened.
    assert type(staff.error) is (Refused if theirs == "confirm_together" else type(None))
    assert family.states() == states
    assert family.taken() == taken
    assert find_violations() == []


def without_reading_again(patch):
    """Control: let each act use the holds that it found before it had the locks of their slots."""
    find_held, found = seats.find_held, threading.local()

    def find_once(appointment_ids):
        if not hasattr(found, "held"):
            found.held = find_held(appointment_ids)
        return found.held

    patch(seats, "find_held", find_once)


@pytest.mark.breaks_invariants
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("by_staff", "theirs"), EACH_WITH_EACH)
def test_control_without_reading_again_under_the_locks_seats_are_freed_twice(
    family, order, by_staff, theirs, monkeypatch
):
    without_reading_again(monkeypatch.setattr)

    outcomes = ORDERS[order](family, by_staff, theirs, monkeypatch.setattr)

    assert [outcome.error for outcome in outcomes] == [None, None]
    assert family.taken() == [1, 1]
    assert "taken_equals_scheduled_plus_held" in {violation.check for violation in find_violations()}
