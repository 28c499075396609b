"""The public cannot reschedule an appointment that is restricted to staff, and never learns why."""

import pghistory.models
import pytest

from accounts.services.authority import NotYours
from accounts.units import Unit
from appointments.booking.errors import AlreadyDone, NoteMissing, Refused
from appointments.booking.invariants import find_violations
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Reservation, Slot
from appointments.staff.services.staff_only import mark_staff_only
from tests.appointments.booking import acts
from tests.factories.accounts import officer_of

NOTE = "In custody; the facility calls us."


@pytest.fixture
def officer(db):
    return officer_of(Unit.CONTACT_CENTER)


def mark(officer, appointment, *, is_staff_only=True, note=NOTE):
    return mark_staff_only(actor=officer, appointment=appointment, is_staff_only=is_staff_only, note=note)


def test_a_marked_appointment_cannot_be_rescheduled_online_and_its_hold_is_released(
    officer, appointment, account, held, slot
):
    assert mark(officer, appointment).is_staff_only

    assert Reservation.objects.get(pk=held.pk).state == Reservation.State.RELEASED
    assert Slot.objects.get(pk=acts.seat_of(held).slot_id).taken == 0
    with pytest.raises(Refused) as refused:
        acts.hold(account=account, appointment=appointment, slot=slot)
    assert refused.value.decision.codes == {RefusalCode.STAFF_ONLY}
    assert find_violations() == []


def test_lifting_the_mark_lets_the_public_reschedule_it_again(officer, appointment, account, slot):
    mark(officer, appointment)
    mark(officer, appointment, is_staff_only=False)
    assert acts.hold(account=account, appointment=appointment, slot=slot).state == Reservation.State.HELD


def test_the_note_is_kept_in_the_audit_history_only(officer, appointment):
    mark(officer, appointment)
    assert pghistory.models.Context.objects.get().metadata["note"] == NOTE


def test_without_a_note_nothing_is_marked(officer, appointment, nothing_changes):
    with nothing_changes(), pytest.raises(NoteMissing):
        mark(officer, appointment, note=" ")


@pytest.mark.parametrize("is_staff_only", [True, False])
def test_marking_what_is_marked_already_is_refused(officer, appointment, is_staff_only):
    Appointment.objects.filter(pk=appointment.pk).update(is_staff_only=is_staff_only)
    with pytest.raises(AlreadyDone):
        mark(officer, appointment, is_staff_only=is_staff_only)


def test_only_a_scheduled_appointment_is_marked(officer, appointment):
    Slot.objects.filter(pk=appointment.slot_id).update(taken=0)
    Appointment.objects.filter(pk=appointment.pk).update(status=Appointment.Status.CANCELLED)
    with pytest.raises(Refused):
        mark(officer, appointment)


@pytest.mark.parametrize("unit", [Unit.NBC_ADOPTIONS, Unit.AUDITORS, Unit.SITE_MANAGERS])
def test_only_a_unit_that_acts_on_the_form_marks(appointment, unit, nothing_changes):
    actor = officer_of(unit)
    with nothing_changes(), pytest.raises(NotYours):
        mark(actor, appointment)
