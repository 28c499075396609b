"""After a case is closed, its appointments cannot be rescheduled, even by a confirmation under way."""

from datetime import timedelta
from functools import partial

import pghistory.models
import pytest

from accounts.models import Case
from accounts.services.authority import NotYours
from accounts.units import Unit
from appointments.booking import locks, reservations
from appointments.booking.errors import AlreadyDone, HoldEnded, NoteMissing, Refused
from appointments.booking.invariants import find_violations
from appointments.eligibility import RefusalCode
from appointments.models import Reschedule, Reservation, Slot
from appointments.staff.services import close_case as closing
from appointments.staff.services.close_case import close_case
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory, officer_of
from tests.factories.appointments import AppointmentFactory, ReservedSeatFactory, SlotFactory
from tests.factories.policy import reason
from tests.support.races import Started, gate_before

NOTE = "Withdrawn by letter."


@pytest.fixture
def officer(db):
    return officer_of(Unit.CONTACT_CENTER)


@pytest.fixture
def case(appointment):
    return appointment.series.person.case


def close(officer, case, *, status=Case.Status.CLOSED, note=NOTE):
    return close_case(actor=officer, case=case, status=status, note=note)


@pytest.mark.parametrize("status", [Case.Status.CLOSED, Case.Status.WITHDRAWN])
def test_a_closed_case_releases_its_held_seats_and_cannot_be_rescheduled(
    officer, case, appointment, account, held, slot, status
):
    closed = close(officer, case, status=status)

    assert (closed.status, closed.closed_at is not None) == (status, True)
    assert Slot.objects.get(pk=acts.seat_of(held).slot_id).taken == 0
    assert Reservation.objects.get(pk=held.pk).state == Reservation.State.RELEASED
    with pytest.raises(Refused) as refused:
        acts.hold(account=account, appointment=appointment, slot=slot)
    assert refused.value.decision.codes == {RefusalCode.CASE_CLOSED}
    assert find_violations() == []


def test_the_note_is_kept_in_the_audit_history_only(officer, case):
    close(officer, case)
    assert pghistory.models.Context.objects.get().metadata["note"] == NOTE


def test_everyone_of_a_household_loses_the_hold_and_an_expired_one_gets_a_notice(officer, case, appointment):
    second = AppointmentFactory(series__person__case=case)
    live = ReservedSeatFactory(appointment=appointment)
    expired = ReservedSeatFactory(appointment=second, expired=True)

    close(officer, case)

    assert Reservation.objects.get(pk=live.reservation_id).state == Reservation.State.RELEASED
    assert Reservation.objects.get(pk=expired.reservation_id).state == Reservation.State.EXPIRED
    assert set(Slot.objects.filter(reserved_seats__isnull=False).values_list("taken", flat=True)) == {0}


@pytest.mark.parametrize("note", ["", " "])
def test_without_a_note_nothing_is_closed(officer, case, note):
    with pytest.raises(NoteMissing):
        close(officer, case, note=note)


def test_what_is_closed_is_not_closed_again(officer, case):
    close(officer, case)
    with pytest.raises(AlreadyDone):
        close(officer, case, status=Case.Status.WITHDRAWN)
    assert Case.objects.get(pk=case.pk).status == Case.Status.CLOSED


@pytest.mark.parametrize("unit", [Unit.NBC_ADOPTIONS, Unit.AUDITORS, Unit.POLICY_OFFICERS])
def test_only_a_unit_that_acts_on_the_form_closes(case, unit):
    with pytest.raises(NotYours):
        close(officer_of(unit), case)
    assert Case.objects.get(pk=case.pk).status == Case.Status.OPEN


def test_no_service_reopens(officer, case):
    with pytest.raises(ValueError, match="does not close"):
        close(officer, case, status=Case.Status.OPEN)


# --- Against a confirmation at the same moment -------------------------------------------------------


@pytest.fixture
def under_way(committed_data):
    """Return (officer, hold), ready to be confirmed."""
    appointment = AppointmentFactory(slot__ahead=timedelta(days=4))
    account = appointment.series.person.case.requestor
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=account, appointment=appointment, slot=SlotFactory(ahead=timedelta(days=6)))
    return officer_of(Unit.CONTACT_CENTER), held


def test_closing_waits_for_a_confirmation_that_came_first(under_way, monkeypatch):
    officer, held = under_way
    gate = gate_before(monkeypatch.setattr, reservations, "record_reschedules")
    confirming = Started(partial(acts.confirm, account=held.account, reservation=held))
    gate.until_reached()
    closes = Started(partial(close, officer, acts.seat_of(held).appointment.series.person.case))
    closes.until_it_waits_for_a_lock()
    gate.open()

    assert confirming.outcome().result == Reschedule.objects.get()
    assert closes.outcome().error is None


def confirm_while_the_case_is_closed(under_way, monkeypatch):
    """Confirm after the closing has found the holds, and before it ends."""
    officer, held = under_way
    gate = gate_before(monkeypatch.setattr, closing, "check_staff_may_act")
    closes = Started(partial(close, officer, acts.seat_of(held).appointment.series.person.case))
    gate.until_reached()
    confirming = Started(partial(acts.confirm, account=held.account, reservation=held))
    confirming.until_it_waits_or_ends()
    gate.open()
    return closes.outcome(), confirming.outcome()


def test_a_confirmation_waits_for_a_closing_that_came_first_and_is_refused(under_way, monkeypatch):
    closes, confirming = confirm_while_the_case_is_closed(under_way, monkeypatch)

    assert closes.error is None
    assert isinstance(confirming.error, Refused | HoldEnded)
    assert not Reschedule.objects.exists()
    assert find_violations() == []


@pytest.mark.breaks_invariants
def test_control_without_the_locks_a_confirmation_overtakes_a_closing(under_way, monkeypatch):
    monkeypatch.setattr(locks, "lock_case", lambda *_: None)
    monkeypatch.setattr(
        locks, "lock_series_of_case", lambda *_: [acts.seat_of(under_way[1]).appointment.series_id]
    )
    monkeypatch.setattr(locks, "lock_slots", _read_slots)

    _, confirming = confirm_while_the_case_is_closed(under_way, monkeypatch)

    assert confirming.error is None
    assert Reschedule.objects.exists()


def _read_slots(slot_ids, **_):
    return {slot.pk: slot for slot in Slot.objects.select_related("site").filter(pk__in=set(slot_ids))}


def test_only_staff_close_a_case(case):
    with pytest.raises(NotYours):
        close(UserFactory(), case)
