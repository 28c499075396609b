"""An import while the portal is in use, and an import that is killed: real connections, with controls."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from accounts.models import Case, Person
from appointments.booking.errors import SeatRefused
from appointments.eligibility import SeatRefusal
from appointments.models import Appointment, Delivery, DeliveryConflict, Reschedule, Site, Slot
from appointments.schedule_import import changes
from appointments.schedule_import.faults import DeliveryRefused, ErrorReport
from appointments.schedule_import.load import load_delivery
from appointments.staff.services import staff_reschedule
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.policy import reason
from tests.support.deliveries import ago, load
from tests.support.races import Gate, Started, gate_before, until_someone_waits_for_a_lock
from tests.support.waiting import eventually
from tests.support.web_server import test_database_url

pytestmark = pytest.mark.usefixtures("committed_data")


@pytest.fixture
def booked(scheduler):
    """Load one person in the first of three slots with one seat each, with an account. Return the row."""
    for days in (10, 11, 12):
        scheduler.slot(days, capacity=1)
    row = scheduler.appointment("A1", scheduler.person(), scheduler.row("slots.csv")["starts_at"])
    load(scheduler.deliver(hours=9))
    Case.objects.update(requestor=UserFactory())
    return row


def slot_at(number):
    return Slot.objects.filter(site__code="PHX1").order_by("starts_at")[number]


def import_now(delivery):
    with ErrorReport(delivery.path / "faults.csv") as errors:
        return load_delivery(delivery.path, errors=errors, progress=list)


def deliver_a_reschedule_to_the_second_slot(scheduler, row):
    row.update(starts_at=scheduler.row("slots.csv", 1)["starts_at"], scheduled_at=ago(hours=2))
    return scheduler.deliver(hours=1)


def reschedule_online(appointment, slot):
    account = appointment.series.person.case.requestor
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=account, appointment=appointment, slot=slot)
    return acts.confirm(account=account, reservation=held)


def scheduled_of(reference):
    series = {"series__person__scheduler_reference": reference}
    return Appointment.objects.select_related("slot").get(status="scheduled", **series)


def plan_only_once(monkeypatch):
    """Apply the plan made before the locks, whatever happened since (for controls)."""
    monkeypatch.setattr(changes, "make_plan", lambda **_: None)


# --- A booking that commits while the import loads ------------------------------------------------


def someone_takes_the_second_slot():
    other = AppointmentFactory()
    return lambda: reschedule_online(other, slot_at(1))


def the_person_reschedules_to_the_third_slot():
    return lambda: reschedule_online(scheduled_of("P1"), slot_at(2))


def import_around(scheduler, row, monkeypatch, act):
    """Pause the import after it has inserted new rows, run `act` to its end, then let the import go on."""
    gate = gate_before(monkeypatch.setattr, changes, "change_cases")
    loading = Started(lambda: import_now(deliver_a_reschedule_to_the_second_slot(scheduler, row)))
    gate.until_reached()
    try:
        act()
    finally:
        gate.open()
    return loading.outcome()


def test_a_seat_taken_during_the_import_is_not_given_twice(scheduler, booked, monkeypatch):
    outcome = import_around(scheduler, booked, monkeypatch, someone_takes_the_second_slot())

    assert outcome.result.counts["conflicts_rescheduled_apart"] == 1
    assert scheduled_of("P1").slot == slot_at(0)
    assert slot_at(1).taken == 1


def test_control_planned_once_only_the_constraint_saves_the_seat(scheduler, booked, monkeypatch):
    plan_only_once(monkeypatch)

    outcome = import_around(scheduler, booked, monkeypatch, someone_takes_the_second_slot())

    assert isinstance(outcome.error, DeliveryRefused)
    assert "slot_taken_within_capacity" in str(outcome.error.__cause__)


def test_a_reschedule_made_during_the_import_is_not_reverted(scheduler, booked, monkeypatch):
    outcome = import_around(scheduler, booked, monkeypatch, the_person_reschedules_to_the_third_slot())

    assert outcome.result.counts["conflicts_rescheduled_apart"] == 1
    assert scheduled_of("P1").slot == slot_at(2)
    assert Reschedule.objects.get().channel == Reschedule.Channel.ONLINE


def test_control_planned_once_the_import_would_reschedule_a_superseded_appointment(
    scheduler, booked, monkeypatch
):
    plan_only_once(monkeypatch)

    outcome = import_around(scheduler, booked, monkeypatch, the_person_reschedules_to_the_third_slot())

    assert isinstance(outcome.error, ValueError)


# --- A booking that comes once the import has its locks -------------------------------------------


def pick_while_locked(scheduler, row, monkeypatch):
    """Try to hold the second slot's only seat when the import has its final plan and is about to apply it."""
    other = AppointmentFactory()
    gate = gate_before(monkeypatch.setattr, changes, "_apply")
    loading = Started(lambda: import_now(deliver_a_reschedule_to_the_second_slot(scheduler, row)))
    gate.until_reached()
    account = other.series.person.case.requestor
    picking = Started(lambda: acts.hold(account=account, appointment=other, slot=slot_at(1)))
    picking.until_it_waits_or_ends()
    gate.open()
    return loading.outcome(), picking.outcome()


def test_a_hold_waits_for_the_import(scheduler, booked, monkeypatch):
    loading, picking = pick_while_locked(scheduler, booked, monkeypatch)

    assert loading.result.counts["appointments_rescheduled"] == 1
    assert isinstance(picking.error, SeatRefused)
    assert picking.error.causes == (SeatRefusal.SLOT_FULL,)


def test_control_without_its_locks_the_import_fails(scheduler, booked, monkeypatch):
    monkeypatch.setattr(changes, "LOCK", changes.LOCK.replace("FOR NO KEY UPDATE", ""))

    loading, picking = pick_while_locked(scheduler, booked, monkeypatch)

    assert isinstance(loading.error, DeliveryRefused)
    assert acts.seat_of(picking.result).slot == slot_at(1)


def test_rows_that_turn_out_to_be_needed_are_locked_in_a_new_round(scheduler, booked, monkeypatch):
    """The slot that was full when the locks were chosen has a seat when the plan is made under them."""
    blocking = reschedule_online(AppointmentFactory(), slot_at(1)).to_appointment
    gate = gate_before(monkeypatch.setattr, changes, "_expire_holds")
    loading = Started(lambda: import_now(deliver_a_reschedule_to_the_second_slot(scheduler, booked)))
    gate.until_reached()
    staff_reschedule.reschedule_by_agency(actor=None, appointment=blocking, slot=slot_at(2))
    gate.open()

    assert loading.outcome().result.counts["appointments_rescheduled"] == 1
    assert scheduled_of("P1").slot == slot_at(1)


def test_a_second_import_at_once_says_so(scheduler, booked, monkeypatch):
    gate = gate_before(monkeypatch.setattr, changes, "change_cases")
    first = Started(lambda: import_now(deliver_a_reschedule_to_the_second_slot(scheduler, booked)))
    gate.until_reached()
    try:
        with pytest.raises(DeliveryRefused, match="Another import is running"):
            import_now(scheduler.deliver())
    finally:
        gate.open()
    assert first.outcome().error is None


# --- A kill in the middle -------------------------------------------------------------------------


def everything():
    tables = (Site, Slot, Case, Person, Appointment, Reschedule, Delivery, DeliveryConflict)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def imports_in_progress():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'import_to_be_killed'"
        )
        return cursor.fetchone()[0]


def start_import(delivery):
    environment = {
        **os.environ,
        "DATABASE_URL": f"{test_database_url()}?application_name=import_to_be_killed",
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_schedule", str(delivery.path)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.processes
@pytest.mark.parametrize(
    "lock",
    [
        "LOCK TABLE appointments_appointment IN SHARE ROW EXCLUSIVE MODE",
        "SELECT id FROM appointments_appointmentseries FOR UPDATE",
    ],
    ids=["while it inserts", "while it changes"],
)
def test_a_killed_import_changes_nothing(scheduler, booked, lock):
    scheduler.appointment("A2", scheduler.person(2), scheduler.slot(13))
    delivery = deliver_a_reschedule_to_the_second_slot(scheduler, booked)
    before, gate = everything(), Gate()

    def hold_the_lock():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(lock)
            gate.wait_here()
            cursor.execute("ROLLBACK")

    blocker = Started(hold_the_lock)
    gate.until_reached()
    process = start_import(delivery)
    until_someone_waits_for_a_lock()
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    gate.open()
    assert blocker.outcome().error is None
    eventually(lambda: imports_in_progress() == 0, within=60, what="the killed import's connection to end")

    assert everything() == before
    assert load(delivery).counts["appointments_rescheduled"] == 1
