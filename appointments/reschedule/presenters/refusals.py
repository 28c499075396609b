"""Why an appointment cannot be moved online, in words, with the source of each rule."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.booking.errors import HeldBySomeoneElse, HoldLimit, TooManyHolds, TooManyItems
from appointments.eligibility import Refusal, RefusalCode, SeatRefusal
from appointments.models import Appointment
from policy.queries import RulesInForce
from portal.foundation.site_time import format_instant, format_time


@dataclass(frozen=True, slots=True)
class RefusalText:
    """One refusal for a reader. `help_anchor` names the place on the help page."""

    code: str
    title: str
    detail: str
    source: str
    help_anchor: str


def explain_refusal(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> RefusalText:
    """The refusal in the active language, its instants in the site's zone."""
    explain = _EXPLANATIONS[refusal.code]
    title, detail, source, anchor = explain(refusal, appointment, rules)
    return RefusalText(code=refusal.code, title=title, detail=detail, source=source, help_anchor=anchor)


def explain_seat_refusal(cause: SeatRefusal, rules: RulesInForce) -> str:
    """Why a picked time cannot be had, and what to do."""
    hours = _hours(rules)
    days = rules.limits.horizon.days
    texts = {
        SeatRefusal.PRESENT_SLOT: _("This is the time that you already have. Choose another one."),
        SeatRefusal.SLOT_CLOSED: _("The site closed this time. Choose another one."),
        SeatRefusal.SLOT_TOO_SOON: _("This time begins in less than %(hours)d hours. Choose a later one.")
        % {"hours": hours},
        SeatRefusal.SLOT_BEYOND_HORIZON: _(
            "This time is more than %(days)d days away. Choose an earlier one."
        )
        % {"days": days},
        SeatRefusal.SLOT_FULL: _(
            "Someone else took the last seat at this time a moment ago. Choose another time. "
            "Your present appointment still stands."
        ),
    }
    return texts[cause]


def explain_hold_limit(refused: TooManyHolds) -> str:
    """Which limit on held times was reached, and what to do."""
    if refused.limit is HoldLimit.LIVE:
        return ngettext(
            "You already hold %(allowed)d time. Confirm or give it back before you choose another.",
            "You already hold %(allowed)d times. Confirm or give back one before you choose another.",
            refused.allowed,
        ) % {"allowed": refused.allowed}
    return ngettext(
        "You can hold at most %(allowed)d time an hour. Try again later. Your appointment does not change.",
        "You can hold at most %(allowed)d times an hour. Try again later. Your appointment does not change.",
        refused.allowed,
    ) % {"allowed": refused.allowed}


def explain_other_holder(refused: HeldBySomeoneElse, appointment: Appointment) -> str:
    """Another account is choosing for the same appointment."""
    return _(
        "Someone else who acts on this case is choosing a time right now. Try again after %(time)s. "
        "Nothing was changed."
    ) % {"time": format_time(refused.until, appointment.slot.site.tz)}


def explain_item_limit(refused: TooManyItems) -> str:
    """How many may be moved in one sitting, and what to do."""
    return ngettext(
        "At most %(allowed)d appointment can be moved at one time. Clear some, or finish the ones you "
        "already picked.",
        "At most %(allowed)d appointments can be moved at one time. Clear some, or finish the ones you "
        "already picked.",
        refused.allowed,
    ) % {"allowed": refused.allowed}


Explained = tuple[str, str, str, str]


def _hours(rules: RulesInForce) -> int:
    return int(rules.limits.online_cutoff.total_seconds() // 3600)


def _release_2023() -> str:
    return _("Agency news release of June 28, 2023")


def _message_2024() -> str:
    return _("Agency stakeholder message of May 29, 2024")


def _our_rule() -> str:
    return _("Rule of this portal")


def _form_not_enabled(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    form = appointment.series.person.case.form_type.code
    if refusal.until is None:
        detail = _("Appointments for Form %(form)s cannot be moved online.") % {"form": form}
    else:
        detail = _("Appointments for Form %(form)s can be moved online from %(instant)s.") % {
            "form": form,
            "instant": format_instant(refusal.until, appointment.slot.site.tz),
        }
    return _("This form is not part of online rescheduling"), detail, _message_2024(), "launch"


def _scheduled_before_launch(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    tz = appointment.slot.site.tz
    detail = _(
        "Online rescheduling for Form %(form)s covers appointments made on or after %(cutoff)s. "
        "Yours was made on %(made)s."
    ) % {
        "form": appointment.series.person.case.form_type.code,
        "cutoff": format_instant(refusal.until, tz) if refusal.until else "",
        "made": format_instant(appointment.scheduled_at, tz),
    }
    return _("The appointment was made before online rescheduling began"), detail, _message_2024(), "launch"


def _already_passed(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    detail = _(
        "It began on %(instant)s. A request made after that is untimely, and only staff can record it."
    ) % {"instant": format_instant(appointment.slot.starts_at, appointment.slot.site.tz)}
    return _("The appointment has already passed"), detail, _release_2023(), "passed"


def _within_12_hours(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    detail = _(
        "Online rescheduling closed on %(instant)s, %(hours)d hours before the appointment. "
        "You can still ask by telephone until the appointment begins, and your request is still timely."
    ) % {
        "instant": format_instant(refusal.since, appointment.slot.site.tz) if refusal.since else "",
        "hours": _hours(rules),
    }
    title = _("The appointment begins in less than %(hours)d hours") % {"hours": _hours(rules)}
    return title, detail, _release_2023(), "twelve-hours"


def _reschedule_limit(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    cap = rules.limits.reschedule_cap
    title = ngettext(
        "The appointment was already moved %(cap)d time",
        "The appointment was already moved %(cap)d times",
        cap,
    ) % {"cap": cap}
    if refusal.since is None:
        detail = _("You cannot move it online again.")
    else:
        detail = _("The limit was reached on %(instant)s. It cannot be moved online again.") % {
            "instant": format_instant(refusal.since, appointment.slot.site.tz)
        }
    return title, detail, _release_2023(), "limit"


def _not_scheduled(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    if appointment.status == Appointment.Status.SUPERSEDED:
        detail = _("It was replaced by a newer appointment. Look for that one in your list.")
    else:
        detail = _("Its status is “%(status)s”.") % {"status": appointment.get_status_display()}
    return _("The appointment is no longer scheduled"), detail, _our_rule(), "passed"


def _case_closed(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    detail = _("The case was closed on %(instant)s.") % {
        "instant": format_instant(refusal.since, appointment.slot.site.tz) if refusal.since else ""
    }
    return _("The case is closed"), detail, _our_rule(), "contact"


def _staff_only(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    return (
        _("Only staff can move this appointment"),
        _("Please call the office below. They will find a time with you."),
        _our_rule(),
        "contact",
    )


_EXPLANATIONS: dict[RefusalCode, Callable[[Refusal, Appointment, RulesInForce], Explained]] = {
    RefusalCode.FORM_NOT_ENABLED: _form_not_enabled,
    RefusalCode.SCHEDULED_BEFORE_LAUNCH: _scheduled_before_launch,
    RefusalCode.ALREADY_PASSED: _already_passed,
    RefusalCode.WITHIN_12_HOURS: _within_12_hours,
    RefusalCode.RESCHEDULE_LIMIT: _reschedule_limit,
    RefusalCode.NOT_SCHEDULED: _not_scheduled,
    RefusalCode.CASE_CLOSED: _case_closed,
    RefusalCode.STAFF_ONLY: _staff_only,
}
