"""The portal against the scheduler of record: what stands, what is moved, and what staff must settle."""

import csv
from datetime import datetime, timedelta

import pytest

from accounts.models import Case, Person, User
from appointments.case_events import list_events
from appointments.models import (
    Appointment,
    Chain,
    DeliveryConflict,
    Hold,
    Move,
    Notice,
    RescheduleDraft,
    Slot,
)
from appointments.presenters.case_history import tell_events
from appointments.schedule.conflicts import save_conflicts
from appointments.schedule.faults import DeliveryRefused
from appointments.services import hold as holds
from appointments.services import reschedule, staff_move
from policy.clock import database_now
from tests.appointments.schedule.deliveries import ago, faults_of, load
from tests.factories.accounts import CaseFactory, PersonFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.policy import reason

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def booked(scheduler):
    """One person with one appointment, loaded; the row stands to be edited."""
    scheduler.slot(10)
    scheduler.slot(11)
    scheduler.slot(12)
    row = scheduler.appointment("A1", scheduler.person(), scheduler.row("slots.csv")["starts_at"])
    load(scheduler.deliver(hours=9))
    return row


def standing():
    return Appointment.objects.select_related("slot", "chain").get(status="standing")


def slot_at(number):
    """The portal's slot for a row of slots.csv."""
    return Slot.objects.filter(site__code="PHX1").order_by("starts_at")[number]


def starts_of(scheduler, number):
    return scheduler.row("slots.csv", number)["starts_at"]


def move_here(slot):
    """A move of the portal's own."""
    return staff_move.move_by_agency(actor=None, appointment=standing(), slot=slot)


# --- The same, the older, the first ----------------------------------------------------------------


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
    assert counts["appointments_new"] == counts["appointments_updated"] == counts["appointments_moved"] == 0
    assert before == list(Appointment.objects.values()) + list(Slot.objects.values())


@pytest.mark.parametrize("hours", [9.5, 24])
def test_an_older_delivery_is_refused_as_a_whole(scheduler, booked, hours):
    scheduler.slot(20)

    with pytest.raises(DeliveryRefused, match="older state"):
        load(scheduler.deliver(hours=hours))

    assert Slot.objects.count() == 3


def test_a_delivery_from_the_future_is_refused(scheduler):
    with pytest.raises(DeliveryRefused, match="from the future"):
        load(scheduler.deliver(minutes=-1))


def test_an_earlier_counted_move_counts_from_the_first_day(scheduler):
    slot = scheduler.slot(10)
    scheduler.appointment("A1", scheduler.person(), slot, counted_moves_at=f"{ago(days=20)};{ago(days=30)}")

    load(scheduler.deliver())

    assert len(Chain.objects.get().earlier_counted_at) == 2


# --- Moves of the scheduler ------------------------------------------------------------------------


def test_a_newer_row_moves_the_appointment_as_the_agency_and_tells_everyone(scheduler, booked):
    client, case = UserFactory(), Case.objects.get()
    Case.objects.update(requestor=client)
    attorney = RepresentationFactory(case=case).representative
    booked.update(starts_at=starts_of(scheduler, 1), scheduled_at=ago(hours=2))

    counts = load(scheduler.deliver()).counts

    move = Move.objects.get()
    assert counts["appointments_moved"] == 1
    assert (move.channel, move.counts, move.actor) == (Move.Channel.AGENCY, False, None)
    assert standing().slot == slot_at(1)
    assert standing().scheduler_reference == "A1"
    assert standing().scheduled_at == datetime.fromisoformat(booked["scheduled_at"])
    assert set(User.objects.filter(notices__kind=Notice.Kind.AGENCY_MOVED)) == {client, attorney}
    assert list(Slot.objects.order_by("starts_at").values_list("taken", flat=True)) == [0, 1, 0]


def test_the_schedulers_own_moves_never_make_its_next_row_look_old(scheduler, booked):
    booked.update(starts_at=starts_of(scheduler, 1))
    load(scheduler.deliver(hours=5))
    booked.update(starts_at=starts_of(scheduler, 2), scheduled_at=ago(hours=4))

    assert load(scheduler.deliver(hours=3)).counts["appointments_moved"] == 1

    assert standing().slot == slot_at(2)


def test_a_new_number_replaces_the_appointment_that_stands(scheduler, booked):
    booked.update(appointment_id="A2", starts_at=starts_of(scheduler, 1), scheduled_at=ago(hours=2))

    assert load(scheduler.deliver()).counts["appointments_moved"] == 1

    assert standing().scheduler_reference == "A2"


def test_people_who_change_places_in_full_slots_do(scheduler):
    first, second = scheduler.slot(10, capacity=1), scheduler.slot(11, capacity=1)
    one = scheduler.appointment("A1", scheduler.person(1), first)
    other = scheduler.appointment("A2", scheduler.person(2), second)
    load(scheduler.deliver(hours=9))
    one.update(starts_at=second)
    other.update(starts_at=first)

    assert load(scheduler.deliver()).counts["appointments_moved"] == 2


def test_a_live_hold_for_a_moved_appointment_is_released(scheduler, booked):
    client = UserFactory()
    Case.objects.update(requestor=client)
    held = holds.take(account=client, appointment=standing(), slot=slot_at(2))
    booked.update(starts_at=starts_of(scheduler, 1), scheduled_at=ago(hours=2))

    load(scheduler.deliver())

    held.refresh_from_db()
    assert held.state == Hold.State.RELEASED
    assert slot_at(2).taken == 0


def held_and_stated():
    """The client has given a reason and holds a seat in the third slot."""
    client = UserFactory()
    Case.objects.update(requestor=client)
    reschedule.state_reason(account=client, appointment=standing(), reason=reason(), explanation="")
    return holds.take(account=client, appointment=standing(), slot=slot_at(2))


def test_a_live_hold_ends_when_the_appointment_becomes_staffs_alone_to_move(scheduler, booked):
    held = held_and_stated()
    booked.update(staff_only="yes")

    load(scheduler.deliver(hours=2))

    held.refresh_from_db()
    assert (held.state, slot_at(2).taken) == (Hold.State.RELEASED, 0)
    assert standing().is_staff_only


@pytest.mark.parametrize("changed", [{"biometrics_code": 2}, {"staff_only": ""}])
def test_a_live_hold_outlives_what_does_not_concern_it(scheduler, booked, changed):
    held = held_and_stated()
    booked.update(changed)

    load(scheduler.deliver(hours=2))

    held.refresh_from_db()
    assert (held.state, slot_at(2).taken) == (Hold.State.HELD, 1)


def test_a_hold_taken_since_staff_lifted_the_mark_ends_when_a_delivery_repeats_it(scheduler, booked):
    booked.update(staff_only="yes")
    load(scheduler.deliver(hours=3))
    Appointment.objects.update(is_staff_only=False)
    held = held_and_stated()

    load(scheduler.deliver(hours=2))

    held.refresh_from_db()
    assert held.state == Hold.State.RELEASED
    assert standing().is_staff_only


def test_a_live_hold_for_a_cancelled_appointment_is_released(scheduler, booked):
    held = held_and_stated()
    booked.update(status="cancelled")

    load(scheduler.deliver(hours=2))

    held.refresh_from_db()
    assert (held.state, slot_at(2).taken) == (Hold.State.RELEASED, 0)


def test_a_missed_appointment_may_be_given_another_time(scheduler):
    missed, free = scheduler.slot(-3), scheduler.slot(10)
    row = scheduler.appointment("A1", scheduler.person(), missed, status="missed")
    load(scheduler.deliver(hours=9))
    row.update(status="standing", starts_at=free, scheduled_at=ago(hours=2))

    assert load(scheduler.deliver()).counts["appointments_moved"] == 1


@pytest.mark.parametrize("first", ["missed", "standing"])
def test_that_someone_did_not_come_stays_in_the_history_when_another_time_is_given(scheduler, first):
    missed, free = scheduler.slot(-3), scheduler.slot(10)
    row = scheduler.appointment("A1", scheduler.person(), missed, status=first)
    for at, change in (
        (9, {}),
        (8, {"status": "missed"}),
        (7, {"biometrics_code": 1}),
        (1, {"status": "standing", "starts_at": free, "scheduled_at": ago(hours=6)}),
    ):
        row.update(change)
        load(scheduler.deliver(hours=at))

    case = Case.objects.get()
    events = tell_events(list_events(case, UserFactory()), case, UserFactory())

    words = ["moved the appointment of", "did not come to the appointment of", "scheduled an appointment for"]
    assert [word for event, word in zip(events, words, strict=True) if word in event.text] == words


# --- Ends ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["attended", "missed", "cancelled"])
def test_an_end_at_the_same_time_is_applied_and_frees_the_seat(scheduler, status):
    row = scheduler.appointment("A1", scheduler.person(), scheduler.slot(-1))
    load(scheduler.deliver(hours=1))
    client = UserFactory()
    Case.objects.update(requestor=client)
    reschedule.state_reason(account=client, appointment=standing(), reason=reason(), explanation="")
    row.update(status=status)

    assert load(scheduler.deliver()).counts["appointments_ended"] == 1

    assert not RescheduleDraft.objects.exists()
    assert Appointment.objects.get().status == status
    assert Slot.objects.get().taken == 0
    assert not Move.objects.exists()


def test_moved_and_attended_between_two_deliveries_is_both(scheduler):
    before, after = scheduler.slot(-2), scheduler.slot(-1)
    row = scheduler.appointment("A1", scheduler.person(), before)
    load(scheduler.deliver(hours=1))
    row.update(status="attended", starts_at=after)

    load(scheduler.deliver())

    assert Move.objects.get().to_appointment.status == "attended"
    assert not Slot.objects.filter(taken__gt=0).exists()


def test_cancelled_and_booked_anew_under_another_number(scheduler, booked):
    booked.update(status="cancelled")
    scheduler.appointment("A2", "P1", starts_of(scheduler, 1), scheduled_at=ago(hours=1))

    counts = load(scheduler.deliver()).counts

    assert (counts["appointments_ended"], counts["appointments_new"]) == (1, 1)
    assert standing().scheduler_reference == "A2"


@pytest.mark.parametrize("status", ["closed", "withdrawn"])
def test_a_case_is_closed_and_never_opened_again(scheduler, booked, status):
    case = scheduler.row("cases.csv")
    case.update(status=status, closed_at=ago(days=1))
    load(scheduler.deliver(hours=1))
    case.update(status="open", closed_at="")
    load(scheduler.deliver())

    assert Case.objects.get().status == status


# --- The portal knows something newer --------------------------------------------------------------


def conflict():
    return DeliveryConflict.objects.get(settled_at=None)


def test_a_scheduler_that_never_heard_of_our_move_moves_nobody_back(scheduler, booked):
    ours = move_here(slot_at(1))

    counts = load(scheduler.deliver()).counts

    assert counts["conflicts_behind"] == 1
    assert standing() == ours.to_appointment
    assert (conflict().kind, conflict().appointment) == ("behind", ours.to_appointment)
    assert (conflict().scheduler_reference, conflict().line) == ("A1", 2)


def test_a_row_older_than_our_move_that_names_a_third_time_is_moved_apart(scheduler, booked):
    ours = move_here(slot_at(1))
    booked.update(starts_at=starts_of(scheduler, 2))

    assert load(scheduler.deliver()).counts["conflicts_moved_apart"] == 1

    assert standing() == ours.to_appointment


@pytest.mark.parametrize("status", ["attended", "missed", "cancelled"])
def test_an_end_of_what_was_moved_here_since_is_ended_apart(scheduler, booked, status, shift_clock):
    ours = move_here(slot_at(1))
    shift_clock(timedelta(days=20))
    booked.update(status=status)

    assert load(scheduler.deliver()).counts["conflicts_ended_apart"] == 1

    assert standing() == ours.to_appointment


def test_a_row_newer_than_our_move_moves_again(scheduler, booked):
    move_here(slot_at(1))
    booked.update(starts_at=starts_of(scheduler, 2), scheduled_at=database_now().isoformat())

    assert load(scheduler.deliver()).counts["appointments_moved"] == 1

    assert standing().slot == slot_at(2)
    assert Move.objects.count() == 2


@pytest.mark.parametrize("number", ["A1", "A2"])
def test_our_move_taken_over_is_no_conflict_and_leaves_its_number(scheduler, booked, number):
    ours = move_here(slot_at(1))
    booked.update(appointment_id=number, starts_at=starts_of(scheduler, 1))

    counts = load(scheduler.deliver()).counts

    assert counts["appointments_updated"] == 1
    assert standing() == ours.to_appointment
    assert standing().scheduler_reference == number


def test_our_move_taken_over_as_an_end_and_a_new_number_is_no_conflict(scheduler, booked):
    ours = move_here(slot_at(1))
    booked.update(status="cancelled")
    scheduler.appointment("A2", "P1", starts_of(scheduler, 1))

    counts = load(scheduler.deliver()).counts

    assert sum(count for name, count in counts.items() if name.startswith("conflicts")) == 0
    assert standing() == ours.to_appointment
    assert standing().scheduler_reference == "A2"


def test_what_ended_here_otherwise_is_ended_apart(scheduler):
    row = scheduler.appointment("A1", scheduler.person(), scheduler.slot(-1), status="missed")
    load(scheduler.deliver(hours=1))
    row.update(status="attended")

    assert load(scheduler.deliver()).counts["conflicts_ended_apart"] == 1

    assert Appointment.objects.get().status == "missed"


def test_nobody_is_moved_into_a_slot_that_the_portal_filled(scheduler, booked):
    Slot.objects.update(capacity=1)
    for row in range(3):
        scheduler.row("slots.csv", row)["capacity"] = "1"
    AppointmentFactory(slot=slot_at(1))
    booked.update(starts_at=starts_of(scheduler, 1), scheduled_at=ago(hours=1))

    assert load(scheduler.deliver()).counts["conflicts_moved_apart"] == 1


def test_a_newer_delivery_overtakes_the_conflicts_of_the_one_before(scheduler, booked):
    move_here(slot_at(1))
    load(scheduler.deliver())
    booked.update(starts_at=starts_of(scheduler, 1))

    load(scheduler.deliver())

    overtaken = DeliveryConflict.objects.get()
    assert overtaken.settled_at is not None
    assert overtaken.settled_by is None


def test_conflicts_are_a_file_that_no_spreadsheet_runs(scheduler, booked, tmp_path):
    move_here(slot_at(1))
    delivery = load(scheduler.deliver()).delivery
    DeliveryConflict.objects.update(scheduler_reference="=1+1")

    assert save_conflicts(delivery, tmp_path / "conflicts.csv") == 1

    with (tmp_path / "conflicts.csv").open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["appointment_id"] == "'=1+1"
    assert row["delivered_starts_at"] == starts_of(scheduler, 0)
    assert row["portal_starts_at"] == starts_of(scheduler, 1)
    assert (row["kind"], row["receipt_number"]) == ("behind", "MSC0000000001")


# --- Counted moves that come back ------------------------------------------------------------------


def test_our_own_counted_move_coming_back_is_not_counted_twice(scheduler, booked):
    moved_at = move_here(slot_at(1)).moved_at
    booked.update(
        starts_at=starts_of(scheduler, 1),
        counted_moves_at=f"{ago(days=30)};{moved_at.replace(microsecond=0).isoformat()}",
    )

    load(scheduler.deliver())

    assert len(Chain.objects.get().earlier_counted_at) == 1


def test_counted_moves_that_the_scheduler_made_since_are_added(scheduler, booked):
    booked.update(counted_moves_at=ago(hours=3))

    load(scheduler.deliver())
    booked.update(counted_moves_at=f"{booked['counted_moves_at']};{ago(hours=1)}")
    load(scheduler.deliver())

    earlier = Chain.objects.get().earlier_counted_at
    assert len(earlier) == 2
    assert earlier == sorted(earlier)


# --- People, sites and slots -----------------------------------------------------------------------


def test_someone_known_without_a_number_is_matched_by_case_name_and_role(scheduler):
    case = CaseFactory(receipt_number="MSC0000000001")
    person = PersonFactory(case=case, name="Núria O'Neil 1")
    slot = scheduler.slot(10)
    scheduler.appointment("A1", scheduler.person(filing_channel="paper"), slot)

    load(scheduler.deliver())

    assert Person.objects.get() == person
    person.refresh_from_db()
    assert person.scheduler_reference == "P1"
    assert standing().chain.person == person


def test_two_alike_are_not_guessed_at(scheduler):
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


def test_what_a_delivery_does_not_mention_stays(scheduler, booked):
    scheduler.forget("appointments.csv")
    scheduler.forget("slots.csv", 2)

    load(scheduler.deliver())

    assert standing().scheduler_reference == "A1"
    assert Slot.objects.filter(closed_at=None).count() == 3


def test_a_delivery_may_refer_to_what_was_loaded_before(scheduler, booked):
    starts_at = starts_of(scheduler, 1)
    for file in ("sites.csv", "slots.csv", "slots.csv", "slots.csv", "cases.csv", "people.csv"):
        scheduler.forget(file)
    booked.update(starts_at=starts_at, scheduled_at=ago(hours=1))

    assert load(scheduler.deliver()).counts["appointments_moved"] == 1


def test_the_mark_staff_only_is_set_and_never_taken_away(scheduler, booked):
    booked.update(staff_only="yes", biometrics_code="1")
    load(scheduler.deliver(hours=1))
    booked.update(staff_only="")
    load(scheduler.deliver())

    assert standing().is_staff_only
    assert standing().biometrics_code == 1


# --- Faults that show only beside the portal's rows ------------------------------------------------


def named(faults):
    return [(fault.file, fault.line, fault.column, fault.value) for fault in faults]


def test_a_newcomer_into_a_slot_that_the_portal_filled_is_a_fault(scheduler, booked):
    for row in range(3):
        scheduler.row("slots.csv", row)["capacity"] = "1"
    AppointmentFactory(slot=slot_at(1))
    starts_at = starts_of(scheduler, 1)
    scheduler.appointment("A2", scheduler.person(2), starts_at)

    faults = faults_of(scheduler.deliver())

    assert named(faults) == [("appointments.csv", 3, "starts_at", starts_at)]
    assert "Others have the seats" in faults[0].remedy
    assert Person.objects.filter(scheduler_reference="P2").count() == 0


def test_a_capacity_below_the_seats_taken_is_a_fault(scheduler, booked):
    slot = slot_at(1)
    for _ in range(2):
        slot.refresh_from_db()
        AppointmentFactory(slot=slot)
    scheduler.row("slots.csv", 1)["capacity"] = "1"

    faults = faults_of(scheduler.deliver())

    assert named(faults) == [("slots.csv", 3, "capacity", "1")]


def test_a_lapsed_hold_takes_no_seat_from_a_newcomer(scheduler, booked, shift_clock):
    client = UserFactory()
    Case.objects.update(requestor=client)
    Slot.objects.update(capacity=1)
    for row in range(3):
        scheduler.row("slots.csv", row)["capacity"] = "1"
    held = holds.take(account=client, appointment=standing(), slot=slot_at(1))
    shift_clock(timedelta(minutes=11))
    scheduler.appointment("A2", scheduler.person(2), starts_of(scheduler, 1))

    load(scheduler.deliver())

    held.refresh_from_db()
    assert held.state == Hold.State.LAPSED
    assert slot_at(1).taken == 1


@pytest.mark.parametrize(
    ("file", "column", "value", "remedy"),
    [
        ("cases.csv", "form", "I-765", "knows this case with form I-485"),
        ("people.csv", "receipt_number", "MSC0000000009", "knows this person_id on case MSC0000000001"),
    ],
)
def test_what_contradicts_the_portal_is_a_fault(scheduler, booked, file, column, value, remedy):
    scheduler.person(9)
    scheduler.row(file)[column] = value

    faults = faults_of(scheduler.deliver())

    assert (file, 2, column, value) in named(faults)
    assert any(remedy in fault.remedy for fault in faults)


def test_another_persons_number_is_a_fault(scheduler, booked):
    booked.update(person_id=scheduler.person(2))

    assert named(faults_of(scheduler.deliver())) == [("appointments.csv", 2, "appointment_id", "A1")]
