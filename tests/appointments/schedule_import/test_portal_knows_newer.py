"""The portal knows something newer than the scheduler: no one is moved back, and staff settle conflicts."""

import csv
from datetime import timedelta

import pytest

from appointments.models import Appointment, AppointmentSeries, DeliveryConflict, Reschedule, Slot
from appointments.schedule_import.conflicts import save_conflicts
from portal.foundation.clock import database_now
from tests.appointments.schedule_import.current import (
    current_appointment,
    reschedule_here,
    slot_at,
    starts_of,
)
from tests.factories.appointments import AppointmentFactory
from tests.support.deliveries import ago, load

pytestmark = pytest.mark.usefixtures("reference_data")


# --- The portal knows something newer -------------------------------------------------------------


def conflict():
    return DeliveryConflict.objects.get(settled_at=None)


def test_a_scheduler_that_has_not_heard_of_our_reschedule_reschedules_no_one_back(scheduler, booked):
    ours = reschedule_here(slot_at(1))

    counts = load(scheduler.deliver()).counts

    assert counts["conflicts_behind"] == 1
    assert current_appointment() == ours.to_appointment
    assert (conflict().kind, conflict().appointment) == ("behind", ours.to_appointment)
    assert (conflict().scheduler_reference, conflict().line) == ("A1", 2)


def test_a_row_older_than_our_reschedule_that_names_a_third_time_is_rescheduled_apart(scheduler, booked):
    ours = reschedule_here(slot_at(1))
    booked.update(starts_at=starts_of(scheduler, 2))

    assert load(scheduler.deliver()).counts["conflicts_rescheduled_apart"] == 1

    assert current_appointment() == ours.to_appointment


@pytest.mark.parametrize("status", ["attended", "missed", "cancelled"])
def test_an_end_of_an_appointment_that_was_rescheduled_here_is_ended_apart(
    scheduler, booked, status, shift_clock
):
    ours = reschedule_here(slot_at(1))
    shift_clock(timedelta(days=20))
    booked.update(status=status)

    assert load(scheduler.deliver()).counts["conflicts_ended_apart"] == 1

    assert current_appointment() == ours.to_appointment


def test_a_row_newer_than_our_reschedule_reschedules_again(scheduler, booked):
    reschedule_here(slot_at(1))
    booked.update(starts_at=starts_of(scheduler, 2), scheduled_at=database_now().isoformat())

    assert load(scheduler.deliver()).counts["appointments_rescheduled"] == 1

    assert current_appointment().slot == slot_at(2)
    assert Reschedule.objects.count() == 2


@pytest.mark.parametrize("number", ["A1", "A2"])
def test_our_reschedule_taken_over_is_no_conflict_and_leaves_its_number(scheduler, booked, number):
    ours = reschedule_here(slot_at(1))
    booked.update(appointment_id=number, starts_at=starts_of(scheduler, 1))

    counts = load(scheduler.deliver()).counts

    assert counts["appointments_updated"] == 1
    assert current_appointment() == ours.to_appointment
    assert current_appointment().scheduler_reference == number


def test_our_reschedule_taken_over_as_an_end_and_a_new_number_is_no_conflict(scheduler, booked):
    ours = reschedule_here(slot_at(1))
    booked.update(status="cancelled")
    scheduler.appointment("A2", "P1", starts_of(scheduler, 1))

    counts = load(scheduler.deliver()).counts

    assert sum(count for name, count in counts.items() if name.startswith("conflicts")) == 0
    assert current_appointment() == ours.to_appointment
    assert current_appointment().scheduler_reference == "A2"


def test_another_end_than_in_the_portal_is_ended_apart(scheduler):
    row = scheduler.appointment("A1", scheduler.person(), scheduler.slot(-1), status="missed")
    load(scheduler.deliver(hours=1))
    row.update(status="attended")

    assert load(scheduler.deliver()).counts["conflicts_ended_apart"] == 1

    assert Appointment.objects.get().status == "missed"


def test_no_one_is_rescheduled_into_a_slot_that_is_full_in_the_portal(scheduler, booked):
    Slot.objects.update(capacity=1)
    for row in range(3):
        scheduler.row("slots.csv", row)["capacity"] = "1"
    AppointmentFactory(slot=slot_at(1))
    booked.update(starts_at=starts_of(scheduler, 1), scheduled_at=ago(hours=1))

    assert load(scheduler.deliver()).counts["conflicts_rescheduled_apart"] == 1


def test_a_newer_delivery_settles_the_conflicts_of_the_last_one(scheduler, booked):
    reschedule_here(slot_at(1))
    load(scheduler.deliver())
    booked.update(starts_at=starts_of(scheduler, 1))

    load(scheduler.deliver())

    settled = DeliveryConflict.objects.get()
    assert settled.settled_at is not None
    assert settled.settled_by is None


def test_the_conflicts_file_is_safe_in_a_spreadsheet(scheduler, booked, tmp_path):
    reschedule_here(slot_at(1))
    delivery = load(scheduler.deliver()).delivery
    DeliveryConflict.objects.update(scheduler_reference="=1+1")

    assert save_conflicts(delivery, tmp_path / "conflicts.csv") == 1

    with (tmp_path / "conflicts.csv").open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["appointment_id"] == "'=1+1"
    assert row["delivered_starts_at"] == starts_of(scheduler, 0)
    assert row["portal_starts_at"] == starts_of(scheduler, 1)
    assert (row["kind"], row["receipt_number"]) == ("behind", "MSC0000000001")


# --- Counted moves that come back -----------------------------------------------------------------


def test_our_own_counted_reschedule_coming_back_is_not_counted_twice(scheduler, booked):
    rescheduled_at = reschedule_here(slot_at(1)).rescheduled_at
    booked.update(
        starts_at=starts_of(scheduler, 1),
        counted_moves_at=f"{ago(days=30)};{rescheduled_at.replace(microsecond=0).isoformat()}",
    )

    load(scheduler.deliver())

    assert len(AppointmentSeries.objects.get().earlier_counted_at) == 1


def test_counted_reschedules_that_the_scheduler_made_since_are_added(scheduler, booked):
    booked.update(counted_moves_at=ago(hours=3))

    load(scheduler.deliver())
    booked.update(counted_moves_at=f"{booked['counted_moves_at']};{ago(hours=1)}")
    load(scheduler.deliver())

    earlier = AppointmentSeries.objects.get().earlier_counted_at
    assert len(earlier) == 2
    assert earlier == sorted(earlier)
