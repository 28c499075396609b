"""Read what the pages of a call need: the reschedule made, its notices, and what would refuse it now."""

from accounts.models import User
from appointments.booking import drafts, seats
from appointments.booking.decisions import decide_given, get_past_reschedules
from appointments.eligibility import SeatRefusal
from appointments.models import Appointment, Notice, Reschedule, RescheduleDraft, Slot
from appointments.staff.facts import ReschedulePreview
from policy.queries import get_rules


def find_call_note(*, actor: User, appointment: Appointment) -> RescheduleDraft | None:
    """Return the reason and note that the officer saved for this appointment, until it is rescheduled."""
    return drafts.find_draft(account=actor, appointment=appointment)


def get_preview(*, appointment: Appointment, slot: Slot | None = None) -> ReschedulePreview:
    """Return what would refuse a reschedule, to this slot or at all. Without locks; three statements.

    Leaves out whether a seat is free: an expired seat or the caller's own may be on it. The service decides.
    """
    rules = get_rules(form_type_ids=[appointment.case.form_type_id])
    past = get_past_reschedules(appointment.series)
    causes = seats.find_causes(slot=slot, appointment=appointment, rules=rules) if slot else ()
    return ReschedulePreview(
        decision=decide_given(appointment=appointment, rules=rules, past=past),
        rules=rules,
        past=past,
        seat_refusals=tuple(cause for cause in causes if cause != SeatRefusal.SLOT_FULL),
    )


def find_reschedule_from(appointment: Appointment) -> Reschedule | None:
    """Return the reschedule that replaced this appointment, by any account, with what pages show of it."""
    return (
        Reschedule.objects.filter(from_appointment=appointment)
        .select_related("from_appointment__slot__site", "to_appointment__slot__site")
        .select_related("actor", "statement__reason")
        .first()
    )


def list_notices_of(reschedule: Reschedule) -> list[Notice]:
    """Return the notices of a reschedule with their addressees, oldest first."""
    return list(reschedule.notices.select_related("addressee").order_by("id"))
