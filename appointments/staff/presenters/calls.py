"""Describe a reschedule for a caller before it is made, and why it is refused."""

from django.utils.translation import gettext as _

from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Reschedule
from appointments.reschedule.presenters.refusals import explain_refusal, explain_seat_refusal
from appointments.staff.facts import ReschedulePreview
from appointments.staff.presenters.limits import describe_limit


def describe_count(preview: ReschedulePreview) -> str:
    """Say which number of the person's counted reschedules this one would be."""
    number, cap = len(preview.past.counted_at) + 1, preview.rules.limits.reschedule_cap
    if number > cap:
        return _("This is reschedule %(number)d. The limit is %(cap)d.") % {"number": number, "cap": cap}
    return _("This is reschedule %(number)d of %(cap)d.") % {"number": number, "cap": cap}


def describe_overridden(preview: ReschedulePreview) -> list[str]:
    """Name the limits of the public that this reschedule would override."""
    return [describe_limit(code) for code in sorted(preview.to_override)]


def describe_blocking(preview: ReschedulePreview, appointment: Appointment) -> list[str]:
    """Give every reason that no unit may override, in the words that the public reads."""
    return _describe_decision(preview, appointment, preview.blocking) + [
        explain_seat_refusal(cause, preview.rules)
        for cause in preview.seat_refusals
        if cause in preview.blocking
    ]


def describe_refusals(preview: ReschedulePreview, appointment: Appointment) -> list[str]:
    """Give every reason against a reschedule by phone, in the words that the public reads.

    Limits of the online tool are left out: they tell the reader to call, and this reader is the office.
    """
    return _describe_decision(preview, appointment, preview.against)


def describe_limit_reached(preview: ReschedulePreview, appointment: Appointment) -> str:
    """Say that the person has used every reschedule, as the public reads it. Empty if that is not so."""
    return " ".join(_describe_decision(preview, appointment, frozenset({RefusalCode.RESCHEDULE_LIMIT})))


def describe_other_reschedule(reschedule: Reschedule, wanted_slot_id: int | None) -> str:
    """Say that another account rescheduled first. Empty if it led to the wanted slot."""
    if wanted_slot_id == reschedule.to_appointment.slot_id:
        return ""
    return _(
        "Someone else already rescheduled this appointment, so your change was not made. Their change is "
        "shown below."
    )


def _describe_decision(
    preview: ReschedulePreview, appointment: Appointment, codes: frozenset[str]
) -> list[str]:
    texts = [
        explain_refusal(refusal, appointment, preview.rules)
        for refusal in preview.decision.refusals
        if refusal.code in codes
    ]
    return [f"{text.title}. {text.detail}" for text in texts]
