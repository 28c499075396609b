"""A delivery moves or ends one appointment of a household that holds seats together."""

from functools import partial

import pytest

from accounts.models import Case
from appointments.booking import seats
from appointments.booking.errors import HoldEnded, Refused
from appointments.booking.invariants import find_violations
from appointments.models import Reschedule, Reservation, Slot
from appointments.reschedule import services
from appointments.schedule_import import changes
from appointments.schedule_import.faults import ErrorReport
from appointments.schedule_import.load import load_delivery
from tests.appointments.booking import acts
from tests.factories.accounts import PersonFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, SeriesFactory, SlotFactory
from tests.factories.policy import reason
from tests.support.deliveries import ago, load
from tests.support.races import Started, gate_before

pytestmark = pytest.mark.usefixtures("committed_data")


@pytest.fixture
def row(scheduler):
    """Book two people of one adoption case in the first of three slots. Return the row of one of them."""
    for days in (10, 11, 12):
        scheduler.slot(days, capacity=4)
    person = scheduler.person(form="I-600A")
    made = scheduler.appointment("A1", person, scheduler.row("slots.csv")["starts_at"])
    load(scheduler.deliver(hours=9))
    Case.objects.update(requestor=UserFactory())
    spouse = PersonFactory(case=Case.objects.get(), role="spouse")
    AppointmentFactory(series=SeriesFactory(person=spouse), slot=slot_at(0))
    for _ in range(2):
        AppointmentFactory(slot=slot_at(2))  # Other people, so that no counter reaches zero.
    return made


def slot_at(number):
    return Slot.objects.filter(site__code="PHX1").order_by("starts_at")[number]


def hold_together():
    """Hold seats for both in the third slot. Return the account, their appointments and the holds."""
    case = Case.objects.select_related("requestor").get(form_type__code="I-600A")
    both = [person.series.appointments.get() for person in case.people.order_by("pk")]
    services.state_reason(account=case.requestor, appointments=both, reason=reason(), explanation="")
    held = acts.hold_together(account=case.requestor, appointments=both, first=slot_at(2))
    return case.requestor, both, held


def states(held):
    return set(Reservation.objects.filter(pk=held.pk).values_list("state", flat=True))


def reschedule_of_one(scheduler, row):
    row.update(starts_at=scheduler.row("slots.csv", 1)["starts_at"], scheduled_at=ago(hours=2))
    return scheduler.deliver()


def end_of_one(scheduler, row):
    row.update(status="cancelled")
    return scheduler.deliver()


def mark_of_one(scheduler, row):
    row.update(staff_only="yes")
    return scheduler.deliver()


@pytest.mark.parametrize("deliver", [reschedule_of_one, end_of_one, mark_of_one])
def test_the_seats_of_the_whole_household_are_released(scheduler, row, deliver):
    account, _both, held = hold_together()

    load(deliver(scheduler, row))

    assert states(held) == {Reservation.State.RELEASED}
    assert slot_at(2).taken == 2
    with pytest.raises(Refused):
        acts.confirm_together(account=account, reservation=held)


def test_the_seats_that_the_others_held_can_go_to_the_one_who_is_rescheduled(scheduler, row):
    """Both hold the last seats of the slot to which the scheduler moves one of them."""
    _account, _both, held = hold_together()
    row.update(starts_at=scheduler.row("slots.csv", 2)["starts_at"], scheduled_at=ago(hours=2))

    counts = load(scheduler.deliver()).counts

    assert counts["appointments_rescheduled"] == 1
    assert states(held) == {Reservation.State.RELEASED}
    assert slot_at(2).taken == 3


def test_a_household_that_is_not_rescheduled_keeps_its_holds(scheduler, row):
    _account, _both, held = hold_together()
    row.update(biometrics_code=2)

    load(scheduler.deliver())

    assert states(held) == {Reservation.State.HELD}


# --- While another person of the household acts ---------------------------------------------------


def import_now(delivery):
    with ErrorReport(delivery.path / "faults.csv") as errors:
        return load_delivery(delivery.path, errors=errors, progress=list)


def pick_while_the_import_is_about_to_apply(scheduler, row, patch):
    account, both, _held = hold_together()
    gate = gate_before(patch, changes, "_apply")
    loading = Started(partial(import_now, reschedule_of_one(scheduler, row)))
    gate.until_reached()
    picking = Started(partial(acts.hold, account=account, appointment=both[1], slot=SlotFactory()))
    picking.until_it_waits_or_ends()
    gate.open()
    return loading.outcome(), picking.outcome()


def import_while_one_is_about_to_pick(scheduler, row, patch):
    account, both, _held = hold_together()
    gate = gate_before(patch, seats, "release_all")
    picking = Started(partial(acts.hold, account=account, appointment=both[1], slot=SlotFactory()))
    gate.until_reached()
    loading = Started(partial(import_now, reschedule_of_one(scheduler, row)))
    loading.until_it_waits_or_ends()
    gate.open()
    return loading.outcome(), picking.outcome()


ORDERS = {
    "import first": pick_while_the_import_is_about_to_apply,
    "import second": import_while_one_is_about_to_pick,
}


@pytest.mark.parametrize("order", ORDERS)
def test_each_seat_is_released_once(scheduler, row, order, monkeypatch):
    loading, picking = ORDERS[order](scheduler, row, monkeypatch.setattr)

    assert loading.error is None
    assert picking.result.state == Reservation.State.HELD
    assert slot_at(2).taken == 2
    assert Reschedule.objects.count() == 1
    assert find_violations() == []


@pytest.mark.breaks_invariants
def test_control_planned_before_the_locks_the_import_releases_seats_twice(scheduler, row, monkeypatch):
    monkeypatch.setattr(changes, "make_plan", lambda **_: None)

    loading, _picking = import_while_one_is_about_to_pick(scheduler, row, monkeypatch.setattr)

    assert loading.error is None
    assert slot_at(2).taken == 0


@pytest.mark.breaks_invariants
def test_control_without_reading_again_a_new_hold_releases_seats_twice(scheduler, row, monkeypatch):
    find_held, found = seats.find_held, {}

    def find_once(appointment_ids):
        key = tuple(appointment_ids)
        if key not in found:
            found[key] = find_held(key)
        return found[key]

    monkeypatch.setattr(seats, "find_held", find_once)

    loading, _picking = pick_while_the_import_is_about_to_apply(scheduler, row, monkeypatch.setattr)

    assert loading.error is None
    assert slot_at(2).taken == 0


def test_a_household_that_confirms_while_the_import_reschedules_one_is_refused(scheduler, row, monkeypatch):
    account, _both, held = hold_together()
    gate = gate_before(monkeypatch.setattr, changes, "_apply")
    loading = Started(partial(import_now, reschedule_of_one(scheduler, row)))
    gate.until_reached()
    confirming = Started(partial(acts.confirm_together, account=account, reservation=held))
    confirming.until_it_waits_for_a_lock()
    gate.open()

    assert loading.outcome().error is None
    assert isinstance(confirming.outcome().error, Refused | HoldEnded)
    assert slot_at(2).taken == 2
    assert find_violations() == []
