"""A newer delivery of the scheduler of record moves and ends appointments, or changes nothing."""

from datetime import datetime

import pytest

from accounts.models import Case, User
from appointments.models import (
    Appointment,
    AppointmentSeries,
    Notice,
    Reschedule,
    RescheduleDraft,
    Reservation,
    Slot,
)
from appointments.schedule_import.faults import DeliveryRefused
from tests.appointments.booking import acts
from tests.appointments.schedule_import.current import current_appointment, slot_at, starts_of
from tests.factories.accounts import RepresentationFactory, UserFactory
from tests.factories.policy import reason
from tests.support.deliveries import ago, load

pytestmark = pytest.mark.usefixtures("reference_data")


# --- The same, the older, the first ---------------------------------------------------------------


def test_the_same_delivery_again_changes_nothing(scheduler, booked):
    again = scheduler.deliver(hours=8)
    load(again)
    before = list(Appointment.objects.values()) + list(Slot.objects.values()) + list(Case.objects.values())

    assert load(again).delivery is None

    after = list(Appointment.objects.values()) + list(Slot.objects.values()) + list(Case.objects.values())
    assert before == after


def test_the_same_rows_in_a_newer_delivery_change_nothing(scheduler, booked):
    before = list(Appointment.objects.values()) + list(Slot.objects.values())

    counts = load(scheduler.deliver()).counts

    assert counts["appointments_unchanged"] == 1
    assert (
        counts["appointments_new"]
        == counts["appointments_updated"]
        == counts["appointments_rescheduled"]
        == 0
    )
    assert before == list(Appointment.objects.values()) + list(Slot.objects.values())


@pytest.mark.parametrize("hours", [9.5, 24])
def test_an_older_delivery_is_refused_as_a_whole(scheduler, booked, hours):
    scheduler.slot(20)

    with pytest.raises(DeliveryRefused, match="older delivery"):
        load(scheduler.deliver(hours=hours))

    assert Slot.objects.count() == 3


def test_a_delivery_from_the_future_is_refused(scheduler):
    with pytest.raises(DeliveryRefused, match="in the future"):
        load(scheduler.deliver(minutes=-2))


def test_a_scheduler_whose_clock_is_some_seconds_ahead_is_not_refused(scheduler):
    scheduler.slot(10)

    load(scheduler.deliver(seconds=-20))

    assert Slot.objects.count() == 1


def test_earlier_counted_reschedules_are_loaded_with_the_person(scheduler):
    slot = scheduler.slot(10)
    scheduler.appointment("A1", scheduler.person(), slot, counted_moves_at=f"{ago(days=20)};{ago(days=30)}")

    load(scheduler.deliver())

    assert len(AppointmentSeries.objects.get().earlier_counted_at) == 2


# --- Moves of the scheduler -----------------------------------------------------------------------


def test_a_newer_row_reschedules_the_appointment_as_the_agency_and_notifies_both(scheduler, booked):
    client, case = UserFactory(), Case.objects.get()
    Case.objects.update(requestor=client)
    attorney = RepresentationFactory(case=case).representative
    booked.update(starts_at=starts_of(scheduler, 1), scheduled_at=ago(hours=2))

    counts = load(scheduler.deliver()).counts

    reschedule = Reschedule.objects.get()
    assert counts["appointments_rescheduled"] == 1
    assert (reschedule.channel, reschedule.counts, reschedule.actor) == (
        Reschedule.Channel.AGENCY,
        False,
        None,
    )
    assert current_appointment().slot == slot_at(1)
    assert current_appointment().scheduler_reference == "A1"
    assert current_appointment().scheduled_at == datetime.fromisoformat(booked["scheduled_at"])
    assert set(User.objects.filter(notices__kind=Notice.Kind.AGENCY_RESCHEDULED)) == {client, attorney}
    assert list(Slot.objects.order_by("starts_at").values_list("taken", flat=True)) == [0, 1, 0]


def test_the_schedulers_own_reschedules_never_make_its_next_row_look_old(scheduler, booked):
    booked.update(starts_at=starts_of(scheduler, 1))
    load(scheduler.deliver(hours=5))
    booked.update(starts_at=starts_of(scheduler, 2), scheduled_at=ago(hours=4))

    assert load(scheduler.deliver(hours=3)).counts["appointments_rescheduled"] == 1

    assert current_appointment().slot == slot_at(2)


def test_a_new_number_replaces_the_current_appointment(scheduler, booked):
    booked.update(appointment_id="A2", starts_at=starts_of(scheduler, 1), scheduled_at=ago(hours=2))

    assert load(scheduler.deliver()).counts["appointments_rescheduled"] == 1

    assert current_appointment().scheduler_reference == "A2"


def test_people_can_swap_full_slots(scheduler):
    first, second = scheduler.slot(10, capacity=1), scheduler.slot(11, capacity=1)
    one = scheduler.appointment("A1", scheduler.person(1), first)
    other = scheduler.appointment("A2", scheduler.person(2), second)
    load(scheduler.deliver(hours=9))
    one.update(starts_at=second)
    other.update(starts_at=first)

    assert load(scheduler.deliver()).counts["appointments_rescheduled"] == 2


def test_a_live_hold_for_a_rescheduled_appointment_is_released(scheduler, booked):
    client = UserFactory()
    Case.objects.update(requestor=client)
    held = acts.hold(account=client, appointment=current_appointment(), slot=slot_at(2))
    booked.update(starts_at=starts_of(scheduler, 1), scheduled_at=ago(hours=2))

    load(scheduler.deliver())

    held.refresh_from_db()
    assert held.state == Reservation.State.RELEASED
    assert slot_at(2).taken == 0


def test_a_missed_appointment_may_be_given_another_time(scheduler):
    missed, free = scheduler.slot(-3), scheduler.slot(10)
    row = scheduler.appointment("A1", scheduler.person(), missed, status="missed")
    load(scheduler.deliver(hours=9))
    row.update(status="scheduled", starts_at=free, scheduled_at=ago(hours=2))

    assert load(scheduler.deliver()).counts["appointments_rescheduled"] == 1


# --- Ends -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["attended", "missed", "cancelled"])
def test_an_end_at_the_same_time_is_applied_and_frees_the_seat(scheduler, status):
    row = scheduler.appointment("A1", scheduler.person(), scheduler.slot(-1))
    load(scheduler.deliver(hours=1))
    client = UserFactory()
    Case.objects.update(requestor=client)
    acts.state_reason(account=client, appointment=current_appointment(), reason=reason(), explanation="")
    row.update(status=status)

    assert load(scheduler.deliver()).counts["appointments_ended"] == 1

    assert not RescheduleDraft.objects.exists()
    assert Appointment.objects.get().status == status
    assert Slot.objects.get().taken == 0
    assert not Reschedule.objects.exists()


def test_rescheduled_and_attended_between_two_deliveries_is_recorded_as_both(scheduler):
    before, after = scheduler.slot(-2), scheduler.slot(-1)
    row = scheduler.appointment("A1", scheduler.person(), before)
    load(scheduler.deliver(hours=1))
    row.update(status="attended", starts_at=after)

    load(scheduler.deliver())

    assert Reschedule.objects.get().to_appointment.status == "attended"
    assert not Slot.objects.filter(taken__gt=0).exists()


def test_cancelled_and_booked_again_under_another_number(scheduler, booked):
    booked.update(status="cancelled")
    scheduler.appointment("A2", "P1", starts_of(scheduler, 1), scheduled_at=ago(hours=1))

    counts = load(scheduler.deliver()).counts

    assert (counts["appointments_ended"], counts["appointments_new"]) == (1, 1)
    assert current_appointment().scheduler_reference == "A2"


@pytest.mark.parametrize("status", ["closed", "withdrawn"])
def test_a_case_is_closed_and_never_reopened(scheduler, booked, status):
    case = scheduler.row("cases.csv")
    case.update(status=status, closed_at=ago(days=1))
    load(scheduler.deliver(hours=1))
    case.update(status="open", closed_at="")
    load(scheduler.deliver())

    assert Case.objects.get().status == status
