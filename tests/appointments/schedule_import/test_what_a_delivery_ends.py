"""A delivery that ends an appointment also ends holds and drafted reasons; the history is kept."""

import pytest

from accounts.models import Case, Message
from appointments.cases.presenters.history import build_history
from appointments.cases.queries import get_history_entries, list_history_keys
from appointments.models import Appointment, Notice, PlaceAndTime, Reservation
from appointments.notices.facts import NoticeFacts
from appointments.notices.queries import get_calendar_entry
from tests.appointments.booking import acts
from tests.appointments.schedule_import.current import current_appointment, slot_at
from tests.factories.accounts import RepresentationFactory, UserFactory
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


# --- Who learns of it -----------------------------------------------------------------------------


@pytest.fixture
def owner(booked):
    """Give the case an account and return it."""
    client = UserFactory()
    Case.objects.update(requestor=client)
    return client


def test_people_are_notified_that_their_appointment_is_canceled(scheduler, booked, owner):
    """The fault: the appointment ended without a notice, a message, or a word to the calendar."""
    attorney = RepresentationFactory(case=Case.objects.get()).representative
    booked.update(status="cancelled")

    load(scheduler.deliver(hours=2))

    notices = Notice.objects.all()
    assert {(notice.kind, notice.addressee) for notice in notices} == {
        ("canceled", owner),
        ("canceled", attorney),
    }
    facts = NoticeFacts.from_json(notices[0].facts)
    assert facts.new == PlaceAndTime.of_slot(slot_at(0))
    assert (facts.sequence, facts.confirmation_number, facts.old) == (1, None, None)
    messages = Message.objects.all()
    assert {message.template for message in messages} == {"appointments/notices/email/canceled"}
    assert {message.account for message in messages} == {owner, attorney}


@pytest.mark.parametrize(
    ("days", "status"),
    [(-1, "attended"), (-1, "missed"), (-1, "cancelled")],
    ids=["attended", "missed", "past"],
)
def test_no_one_is_notified_of_what_is_over(scheduler, days, status):
    starts_at = scheduler.slot(days)
    row = scheduler.appointment("A1", scheduler.person(), starts_at)
    load(scheduler.deliver(hours=3))
    Case.objects.update(requestor=UserFactory())
    row.update(status=status)

    load(scheduler.deliver(hours=2))

    assert not Notice.objects.exists()


def test_an_appointment_moved_and_canceled_at_once_is_only_canceled(scheduler, booked, owner):
    booked.update(
        status="cancelled", starts_at=scheduler.row("slots.csv", 1)["starts_at"], scheduled_at=ago(hours=3)
    )

    load(scheduler.deliver(hours=2))

    assert [notice.kind for notice in Notice.objects.all()] == ["canceled"]


def test_a_new_appointment_after_it_has_a_newer_calendar_entry(scheduler, booked, owner):
    booked.update(status="cancelled")
    load(scheduler.deliver(hours=3))
    scheduler.appointment("A2", booked["person_id"], scheduler.row("slots.csv", 1)["starts_at"])

    load(scheduler.deliver(hours=2))

    appointment = Appointment.objects.select_related("slot__site", "series").get(status="scheduled")
    assert get_calendar_entry(appointment).sequence == 2 > Notice.objects.get().facts["sequence"]
