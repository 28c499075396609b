"""What an officer reads out while moving an appointment for a caller."""

from django.utils.translation import gettext as _

from appointments.booking.errors import Refused, SeatRefused
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Reschedule
from appointments.reschedule.presenters.refusals import explain_refusal, explain_seat_refusal
from appointments.staff.presenters.limits import describe_limit
from appointments.staff.services.staff_call import ReschedulePreview
from policy.queries import RulesInForce


def describe_what_counts(preview: ReschedulePreview) -> str:
    """How many moves the person has had once this one is made."""
    number, cap = len(preview.past.counted_at) + 1, preview.rules.limits.reschedule_cap
    if number > cap:
        return _("This move counts: it is number %(number)d, and the limit is %(cap)d.") % {
            "number": number,
            "cap": cap,
        }
    return _("This move counts: it is number %(number)d of %(cap)d.") % {"number": number, "cap": cap}


def describe_what_is_set_aside(preview: ReschedulePreview) -> list[str]:
    """The limits of the public that this move goes beyond."""
    return [describe_limit(code) for code in sorted(preview.to_override)]


def describe_what_forbids(preview: ReschedulePreview, appointment: Appointment) -> list[str]:
    """What nobody can set aside, in the words that the public reads."""
    return _describe_refusals(preview, appointment, preview.blocking) + [
        explain_seat_refusal(cause, preview.rules)
        for cause in preview.seat_refusals
        if cause in preview.blocking
    ]


def describe_why_refused(refused: Refused, appointment: Appointment, rules: RulesInForce) -> list[str]:
    """Why the service would not move it, as the public reads it."""
    return [explain_refusal(row, appointment, rules).detail for row in refused.decision.refusals]


def describe_why_no_seat(refused: SeatRefused, rules: RulesInForce) -> list[str]:
    """Why the time could not be had."""
    return [explain_seat_refusal(cause, rules) for cause in refused.causes]


def describe_limit_reached(preview: ReschedulePreview, appointment: Appointment) -> str:
    """That the person has used up the moves, as the public reads it; empty where it is not so."""
    return " ".join(_describe_refusals(preview, appointment, frozenset({RefusalCode.RESCHEDULE_LIMIT})))


def describe_rescheduled_meanwhile(reschedule: Reschedule, wanted_slot_id: int | None) -> str:
    """For a confirmation that came after another: whose move the page shows."""
    if wanted_slot_id == reschedule.to_appointment.slot_id:
        return ""
    return _("Someone else moved the appointment meanwhile. This is that move; yours was not made.")


def _describe_refusals(
    preview: ReschedulePreview, appointment: Appointment, codes: frozenset[str]
) -> list[str]:
    told = [
        explain_refusal(refusal, appointment, preview.rules)
        for refusal in preview.decision.refusals
        if refusal.code in codes
    ]
    return [f"{text.title}. {text.detail}" for text in told]
