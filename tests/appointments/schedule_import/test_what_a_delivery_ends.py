"""A delivery that ends an appointment also ends holds and drafted reasons; the history is kept."""

import pytest

from accounts.models import Case
from appointments.cases.presenters.history import build_history
from appointments.cases.queries import get_history_entries, list_history_keys
from appointments.models import Appointment, Reservation
from tests.appointments.booking import acts
from tests.appointments.schedule_import.current import current_appointment, slot_at
from tests.factories.accounts import UserFactory
from tests.factories.policy import reason
from tests.support.deliveries import ago, load

pytestmark = pytest.mark.usefixtures("reference_data")


def held_and_stated():
    """Give a reason as the client and hold a seat in the third slot."""
    client = UserFactory()
    Case.objects.update(requestor=client)
    acts.state_reason(account=client, appointment=current_appointment(), reason=reason(), explanation="")
    return acts.hold(account=client, appointment=current_appointment(), slot=slot_at(2))


def test_a_live_hold_ends_when_the_appointment_becomes_staff_only(scheduler, booked):
    held = held_and_stated()
    booked.update(staff_only="yes")

    load(scheduler.deliver(hours=2))

    held.refresh_from_db()
    assert (held.state, slot_at(2).taken) == (Reservation.State.RELEASED, 0)
    assert current_appointment().is_staff_only


@pytest.mark.parametrize("changed", [{"biometrics_code": 2}, {"staff_only": ""}])
def test_a_live_hold_survives_changes_that_do_not_concern_it(scheduler, booked, changed):
    held = held_and_stated()
    booked.update(changed)

    load(scheduler.deliver(hours=2))

    held.refresh_from_db()
    assert (held.state, slot_at(2).taken) == (Reservation.State.HELD, 1)


def test_a_hold_made_after_staff_removed_the_mark_ends_when_a_delivery_repeats_it(scheduler, booked):
    booked.update(staff_only="yes")
    load(scheduler.deliver(hours=3))
    Appointment.objects.update(is_staff_only=False)
    held = held_and_stated()

    load(scheduler.deliver(hours=2))

    held.refresh_from_db()
    assert held.state == Reservation.State.RELEASED
    assert current_appointment().is_staff_only


def test_a_live_hold_for_a_cancelled_appointment_is_released(scheduler, booked):
    held = held_and_stated()
    booked.update(status="cancelled")

    load(scheduler.deliver(hours=2))

    held.refresh_from_db()
    assert (held.state, slot_at(2).taken) == (Reservation.State.RELEASED, 0)


@pytest.mark.parametrize("first", ["missed", "scheduled"])
def test_a_missed_appointment_stays_in_the_history_when_another_time_is_given(scheduler, first):
    missed, free = scheduler.slot(-3), scheduler.slot(10)
    row = scheduler.appointment("A1", scheduler.person(), missed, status=first)
    for at, change in (
        (9, {}),
        (8, {"status": "missed"}),
        (7, {"biometrics_code": 1}),
        (1, {"status": "scheduled", "starts_at": free, "scheduled_at": ago(hours=6)}),
    ):
        row.update(change)
        load(scheduler.deliver(hours=at))

    case = Case.objects.get()
    reader = UserFactory()
    events = build_history(get_history_entries(list_history_keys(case, reader)), reader)

    words = ["rescheduled the appointment of", "missed the appointment on", "scheduled an appointment for"]
    assert [word for event, word in zip(events, words, strict=True) if word in event.text] == words
