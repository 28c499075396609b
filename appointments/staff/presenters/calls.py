"""What an officer reads out while moving an appointment for a caller."""

from django.utils.translation import gettext as _

from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Move
from appointments.staff.presenters.limits import say_limit
from appointments.reschedule.presenters.refusals import explain_refusal, explain_seat_refusal
from appointments.booking.errors import Refused, SeatRefused
from appointments.staff.services.staff_call import Prospect
from policy.services.rules import RulesInForce


def say_what_counts(prospect: Prospect) -> str:
    """How many moves the person has had once this one is made."""
    number, cap = len(prospect.past.counted_at) + 1, prospect.rules.limits.reschedule_cap
    if number > cap:
        return _("This move counts: it is number %(number)d, and the limit is %(cap)d.") % {
            "number": number,
            "cap": cap,
        }
    return _("This move counts: it is number %(number)d of %(cap)d.") % {"number": number, "cap": cap}


def say_what_is_set_aside(prospect: Prospect) -> list[str]:
    """The limits of the public that this move goes beyond."""
    return [say_limit(code) for code in sorted(prospect.to_override)]


def say_what_forbids(prospect: Prospect, appointment: Appointment) -> list[str]:
    """What nobody can set aside, in the words that the public reads."""
    return _say_refusals(prospect, appointment, prospect.never) + [
        explain_seat_refusal(cause, prospect.rules)
        for cause in prospect.seat_refusals
        if cause in prospect.never
    ]


def say_why_refused(refused: Refused, appointment: Appointment, rules: RulesInForce) -> list[str]:
    """Why the service would not move it, as the public reads it."""
    return [explain_refusal(row, appointment, rules).detail for row in refused.decision.refusals]


def say_why_no_seat(refused: SeatRefused, rules: RulesInForce) -> list[str]:
    """Why the time could not be had."""
    return [explain_seat_refusal(cause, rules) for cause in refused.causes]


def say_limit_reached(prospect: Prospect, appointment: Appointment) -> str:
    """That the person has used up the moves, as the public reads it; empty where it is not so."""
    return " ".join(_say_refusals(prospect, appointment, frozenset({RefusalCode.RESCHEDULE_LIMIT})))


def say_moved_meanwhile(move: Move, wanted_slot_id: int | None) -> str:
    """For a confirmation that came after another: whose move the page shows."""
    if wanted_slot_id == move.to_appointment.slot_id:
        return ""
    return _("Someone else moved the appointment meanwhile. This is that move; yours was not made.")


def _say_refusals(prospect: Prospect, appointment: Appointment, codes: frozenset[str]) -> list[str]:
    told = [
        explain_refusal(refusal, appointment, prospect.rules)
        for refusal in prospect.decision.refusals
        if refusal.code in codes
    ]
    return [f"{text.title}. {text.detail}" for text in told]
