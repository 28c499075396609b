"""Reschedules by staff: which limits do not apply, what counts, and the seats."""

from datetime import timedelta

import pytest

from accounts.units import Unit
from appointments.booking.errors import ReasonMissing, Refused, SeatRefused
from appointments.booking.invariants import find_violations
from appointments.booking.reschedules import GoodCause
from appointments.eligibility import RefusalCode, SeatRefusal
from appointments.models import Appointment, Notice, Reschedule, RescheduleDraft, Reservation, Slot
from appointments.staff.services import staff_reschedule
from policy.models import GoodCauseReason, GoodCauseStatement
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import officer_of
from tests.factories.appointments import AppointmentFactory, ReservedSeatFactory, SlotFactory
from tests.factories.policy import FormTypeVersionFactory, reason


@pytest.fixture
def officer(db):
    return officer_of(Unit.CONTACT_CENTER)


def reschedule_for_caller(officer, appointment, slot, *, code="ILLNESS", text="", **options):
    return staff_reschedule.reschedule_for_caller(
        actor=officer,
        appointment=appointment,
        slot=slot,
        good_cause=GoodCause(reason=reason(code), explanation=text),
        **options,
    )


def test_a_callers_reschedule_counts_and_has_a_statement(officer, appointment, account, slot):
    reschedule = reschedule_for_caller(officer, appointment, slot, text="In hospital", note="Called at noon")

    assert (reschedule.actor, reschedule.channel) == (officer, Reschedule.Channel.CONTACT_CENTER)
    assert (reschedule.counts, reschedule.reserved_seat) == (True, None)
    assert (reschedule.note, reschedule.overridden_limits) == ("Called at noon", [])
    assert (reschedule.statement.reason.code, reschedule.statement.explanation) == ("ILLNESS", "In hospital")
    assert (Slot.objects.get(pk=slot.pk).taken, Slot.objects.get(pk=appointment.slot_id).taken) == (1, 0)
    notice = reschedule.notices.get()
    assert (notice.kind, notice.addressee, notice.facts["reschedules_left"]) == (
        Notice.Kind.RESCHEDULED,
        account,
        1,
    )
    assert find_violations() == []


def test_an_agency_reschedule_never_counts_and_has_no_statement(appointment, account, slot):
    reschedule = staff_reschedule.reschedule_by_agency(actor=None, appointment=appointment, slot=slot)

    assert (reschedule.channel, reschedule.counts, reschedule.statement) == (
        Reschedule.Channel.AGENCY,
        False,
        None,
    )
    assert not GoodCauseStatement.objects.exists()
    notice = reschedule.notices.get()
    assert (notice.kind, notice.addressee, notice.facts["reschedules_left"]) == (
        Notice.Kind.AGENCY_RESCHEDULED,
        account,
        2,
    )
    assert find_violations() == []


@pytest.fixture
def not_reschedulable_online(db, reference_data):
    """Return an appointment that fails every rule that applies online only."""
    appointment = AppointmentFactory(slot__ahead=timedelta(hours=5), is_staff_only=True)
    FormTypeVersionFactory(effective_at=database_now(), scheduled_from=database_now())
    return appointment


def test_the_limits_of_the_online_tool_do_not_apply_by_phone(officer, not_reschedulable_online):
    assert reschedule_for_caller(officer, not_reschedulable_online, SlotFactory()).number == 1


def test_the_limits_of_the_online_tool_do_not_apply_to_the_agency(not_reschedulable_online):
    assert (
        staff_reschedule.reschedule_by_agency(
            actor=None, appointment=not_reschedulable_online, slot=SlotFactory()
        ).number
        == 1
    )


def test_the_limit_of_two_applies_by_phone_and_not_to_the_agency(officer, appointment):
    for _ in range(2):
        appointment = reschedule_for_caller(officer, appointment, SlotFactory()).to_appointment
    free = SlotFactory()

    with pytest.raises(Refused) as refused:
        reschedule_for_caller(officer, appointment, free)
    agency = staff_reschedule.reschedule_by_agency(actor=officer, appointment=appointment, slot=free)

    assert refused.value.decision.codes == {RefusalCode.RESCHEDULE_LIMIT}
    assert (agency.number, agency.counts) == (3, False)
    assert find_violations() == []


def test_an_agency_reschedule_uses_up_neither_of_the_two(officer, appointment):
    for _ in range(3):
        appointment = staff_reschedule.reschedule_by_agency(
            actor=None, appointment=appointment, slot=SlotFactory()
        ).to_appointment

    assert (
        reschedule_for_caller(officer, appointment, SlotFactory()).notices.get().facts["reschedules_left"]
        == 1
    )


def reschedule_for_agency(officer, appointment, slot):
    return staff_reschedule.reschedule_by_agency(actor=officer, appointment=appointment, slot=slot)


@pytest.mark.parametrize("reschedule", [reschedule_for_caller, reschedule_for_agency])
def test_what_began_or_was_closed_is_not_rescheduled(
    reschedule, db, officer, slot, nothing_changes, reference_data
):
    appointment = AppointmentFactory(slot__ahead=timedelta(minutes=-1), series__person__case__closed=True)

    with nothing_changes(), pytest.raises(Refused) as refused:
        reschedule(officer, appointment, slot)

    assert {RefusalCode.ALREADY_PASSED, RefusalCode.CASE_CLOSED} <= refused.value.decision.codes


@pytest.mark.parametrize(
    "status", [status for status in Appointment.Status if status != Appointment.Status.SCHEDULED]
)
def test_an_appointment_that_is_not_scheduled_is_not_rescheduled(
    status, officer, appointment, slot, nothing_changes
):
    Appointment.objects.filter(pk=appointment.pk).update(status=status)
    Slot.objects.filter(pk=appointment.slot_id).update(taken=0)

    with nothing_changes(), pytest.raises(Refused) as refused:
        reschedule_for_caller(officer, appointment, slot)

    assert RefusalCode.NOT_SCHEDULED in refused.value.decision.codes


def test_a_hold_on_the_appointment_is_released(officer, appointment, held, stated):
    other = SlotFactory()

    reschedule_for_caller(officer, appointment, other)

    held.refresh_from_db()
    assert held.state == Reservation.State.RELEASED
    assert Slot.objects.get(pk=acts.seat_of(held).slot_id).taken == 0
    assert not RescheduleDraft.objects.exists()
    assert find_violations() == []


def test_the_seat_that_the_caller_holds_can_be_booked(officer, appointment, held):
    reschedule = reschedule_for_caller(officer, appointment, acts.seat_of(held).slot)

    assert reschedule.to_appointment.slot == acts.seat_of(held).slot
    assert Slot.objects.get(pk=acts.seat_of(held).slot_id).taken == 1
    assert find_violations() == []


def test_a_seat_that_someone_else_holds_is_full_and_an_expired_one_is_free(officer, appointment, shift_clock):
    held = ReservedSeatFactory()

    with pytest.raises(SeatRefused) as refused:
        reschedule_for_caller(officer, appointment, held.slot)
    shift_clock(timedelta(minutes=10))
    reschedule = reschedule_for_caller(officer, appointment, held.slot)

    assert refused.value.causes == (SeatRefusal.SLOT_FULL,)
    assert reschedule.to_appointment.slot == held.slot
    assert find_violations() == []


def test_no_override_overbooks(appointment, nothing_changes):
    full = AppointmentFactory().slot

    with nothing_changes(), pytest.raises(SeatRefused):
        staff_reschedule.reschedule_by_agency(actor=None, appointment=appointment, slot=full)


@pytest.mark.parametrize("text", ["", "   "])
def test_another_reason_without_an_explanation_is_refused(officer, appointment, slot, text, nothing_changes):
    with nothing_changes(), pytest.raises(ReasonMissing):
        reschedule_for_caller(officer, appointment, slot, code="OTHER", text=text)


def test_a_reason_no_longer_offered_is_refused(officer, appointment, slot, nothing_changes):
    GoodCauseReason.objects.filter(code="ILLNESS").update(ended_at=database_now())

    with nothing_changes(), pytest.raises(ReasonMissing):
        reschedule_for_caller(officer, appointment, slot)


def test_a_failure_at_the_last_step_leaves_nothing_done(
    committed_data, officer, appointment, held, slot, nothing_changes, monkeypatch
):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(staff_reschedule, "queue_reschedule_notices", fail)
    other = SlotFactory()

    with nothing_changes(), pytest.raises(ZeroDivisionError):
        reschedule_for_caller(officer, appointment, other)


def test_an_agency_reschedule_gives_an_expired_holders_notice_too(appointment, held, account, shift_clock):
    shift_clock(timedelta(minutes=11))

    staff_reschedule.reschedule_by_agency(actor=None, appointment=appointment, slot=SlotFactory())

    assert set(account.notices.values_list("kind", flat=True)) == {
        Notice.Kind.HOLD_EXPIRED,
        Notice.Kind.AGENCY_RESCHEDULED,
    }
