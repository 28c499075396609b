"""A delivery meets rows that the portal already has: they are matched, or contradict it."""

from datetime import timedelta

import pytest

from accounts.models import Case, Person
from appointments.models import Reservation, Slot
from tests.appointments.booking import acts
from tests.appointments.schedule_import.current import current_appointment, slot_at, starts_of
from tests.factories.accounts import CaseFactory, PersonFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.support.deliveries import ago, faults_of, load

pytestmark = pytest.mark.usefixtures("reference_data")


# --- People, sites and slots ----------------------------------------------------------------------


def test_a_person_without_a_number_is_matched_by_case_name_and_role(scheduler):
    case = CaseFactory(receipt_number="MSC0000000001")
    person = PersonFactory(case=case, name="Núria O'Neil 1")
    slot = scheduler.slot(10)
    scheduler.appointment("A1", scheduler.person(filing_channel="paper"), slot)

    load(scheduler.deliver())

    assert Person.objects.get() == person
    person.refresh_from_db()
    assert person.scheduler_reference == "P1"
    assert current_appointment().series.person == person


def test_two_people_who_look_alike_are_not_matched(scheduler):
    case = CaseFactory(receipt_number="MSC0000000001")
    PersonFactory.create_batch(2, case=case, name="Núria O'Neil 1")
    scheduler.person()

    load(scheduler.deliver())

    assert Person.objects.count() == 3


def test_sites_hours_and_slots_follow_the_delivery(scheduler, booked):
    scheduler.row("sites.csv").update(name="Phoenix North", sunday="", monday="00:00-23:00")
    scheduler.row("slots.csv", 1).update(capacity="5", minutes="45", closed="yes")
    for row in (0, 2):
        scheduler.row("slots.csv", row).update(closed="yes")

    load(scheduler.deliver())

    first, second, _ = Slot.objects.select_related("site").order_by("starts_at")
    assert second.site.name == "Phoenix North"
    assert second.site.hours.count() == 6
    assert (second.capacity, second.ends_at - second.starts_at) == (5, timedelta(minutes=45))
    assert second.closed_at is not None
    assert first.taken == 1


def test_what_a_delivery_does_not_contain_is_kept(scheduler, booked):
    scheduler.forget("appointments.csv")
    scheduler.forget("slots.csv", 2)

    load(scheduler.deliver())

    assert current_appointment().scheduler_reference == "A1"
    assert Slot.objects.filter(closed_at=None).count() == 3


def test_a_delivery_may_refer_to_what_was_loaded_before(scheduler, booked):
    starts_at = starts_of(scheduler, 1)
    for file in ("sites.csv", "slots.csv", "slots.csv", "slots.csv", "cases.csv", "people.csv"):
        scheduler.forget(file)
    booked.update(starts_at=starts_at, scheduled_at=ago(hours=1))

    assert load(scheduler.deliver()).counts["appointments_rescheduled"] == 1


def test_the_staff_only_mark_is_set_and_never_removed(scheduler, booked):
    booked.update(staff_only="yes", biometrics_code="1")
    load(scheduler.deliver(hours=1))
    booked.update(staff_only="")
    load(scheduler.deliver())

    assert current_appointment().is_staff_only
    assert current_appointment().biometrics_code == 1


# --- Faults that contradict the portal's rows -----------------------------------------------------


def named(faults):
    return [(fault.file, fault.line, fault.column, fault.value) for fault in faults]


def test_a_new_person_in_a_slot_that_is_full_in_the_portal_is_a_fault(scheduler, booked):
    for row in range(3):
        scheduler.row("slots.csv", row)["capacity"] = "1"
    AppointmentFactory(slot=slot_at(1))
    starts_at = starts_of(scheduler, 1)
    scheduler.appointment("A2", scheduler.person(2), starts_at)

    faults = faults_of(scheduler.deliver())

    assert named(faults) == [("appointments.csv", 3, "starts_at", starts_at)]
    assert "full in the portal" in faults[0].remedy
    assert Person.objects.filter(scheduler_reference="P2").count() == 0


def test_a_capacity_below_the_seats_taken_is_a_fault(scheduler, booked):
    slot = slot_at(1)
    for _ in range(2):
        slot.refresh_from_db()
        AppointmentFactory(slot=slot)
    scheduler.row("slots.csv", 1)["capacity"] = "1"

    faults = faults_of(scheduler.deliver())

    assert named(faults) == [("slots.csv", 3, "capacity", "1")]


def test_an_expired_hold_takes_no_seat_from_a_new_person(scheduler, booked, shift_clock):
    client = UserFactory()
    Case.objects.update(requestor=client)
    Slot.objects.update(capacity=1)
    for row in range(3):
        scheduler.row("slots.csv", row)["capacity"] = "1"
    held = acts.hold(account=client, appointment=current_appointment(), slot=slot_at(1))
    shift_clock(timedelta(minutes=11))
    scheduler.appointment("A2", scheduler.person(2), starts_of(scheduler, 1))

    load(scheduler.deliver())

    held.refresh_from_db()
    assert held.state == Reservation.State.EXPIRED
    assert slot_at(1).taken == 1


@pytest.mark.parametrize(
    ("file", "column", "value", "remedy"),
    [
        ("cases.csv", "form", "I-765", "has form I-485 for this case"),
        ("people.csv", "receipt_number", "MSC0000000009", "has this person_id on case MSC0000000001"),
    ],
)
def test_what_contradicts_the_portal_is_a_fault(scheduler, booked, file, column, value, remedy):
    scheduler.person(9)
    scheduler.row(file)[column] = value

    faults = faults_of(scheduler.deliver())

    assert (file, 2, column, value) in named(faults)
    assert any(remedy in fault.remedy for fault in faults)


def test_the_number_of_another_persons_appointment_is_a_fault(scheduler, booked):
    booked.update(person_id=scheduler.person(2))

    assert named(faults_of(scheduler.deliver())) == [("appointments.csv", 2, "appointment_id", "A1")]
