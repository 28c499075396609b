"""Explain why an appointment can't be rescheduled online, with the source of each rule."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.booking.errors import HeldBySomeoneElse, HoldLimit, TooManyHolds, TooManyItems
from appointments.eligibility import Refusal, RefusalCode, SeatRefusal
from appointments.models import Appointment
from policy.models import FormTypeVersion, PolicyVersion
from policy.queries import RulesInForce
from portal.foundation.site_time import format_date, format_instant, format_time


@dataclass(frozen=True, slots=True)
class RefusalText:
    """One refusal as text. `help_anchor` is the id of its section on the help page."""

    code: str
    title: str
    detail: str
    source: str
    source_url: str
    help_anchor: str


def explain_refusal(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> RefusalText:
    """Return the refusal in the active language, with times in the site's zone."""
    explain = _EXPLANATIONS[refusal.code]
    title, detail, source, anchor = explain(refusal, appointment, rules)
    return RefusalText(
        code=refusal.code,
        title=title,
        detail=detail,
        source=source.text,
        source_url=source.url,
        help_anchor=anchor,
    )


def explain_seat_refusal(cause: SeatRefusal, rules: RulesInForce) -> str:
    """Return why a selected time can't be booked, and what to do."""
    hours = _hours(rules)
    days = rules.limits.horizon.days
    texts = {
        SeatRefusal.CURRENT_SLOT: _("You already have this time. Choose another one."),
        SeatRefusal.SLOT_CLOSED: _("The site no longer offers this time. Choose another one."),
        SeatRefusal.SLOT_TOO_SOON: _("This time starts in less than %(hours)d hours. Choose a later one.")
        % {"hours": hours},
        SeatRefusal.SLOT_BEYOND_HORIZON: _(
            "This time is more than %(days)d days away. Choose an earlier one."
        )
        % {"days": days},
        SeatRefusal.SLOT_FULL: _(
            "Someone else just took the last seat at this time. Choose another time. "
            "You still have your current appointment."
        ),
    }
    return texts[cause]


def explain_hold_limit(refused: TooManyHolds) -> str:
    """Return which limit on held times was reached, and what to do."""
    if refused.limit is HoldLimit.LIVE:
        return ngettext(
            "You are already holding %(allowed)d time. Confirm or release it before you choose another.",
            "You are already holding %(allowed)d times. Confirm or release one before you choose another.",
            refused.allowed,
        ) % {"allowed": refused.allowed}
    return ngettext(
        "You can hold up to %(allowed)d time per hour. Try again later. Your appointment hasn’t changed.",
        "You can hold up to %(allowed)d times per hour. Try again later. Your appointment hasn’t changed.",
        refused.allowed,
    ) % {"allowed": refused.allowed}


def explain_other_holder(refused: HeldBySomeoneElse, appointment: Appointment) -> str:
    """Return that another account is choosing a time for the same appointment."""
    return _(
        "Someone else on this case is choosing a time right now. Try again after %(time)s. "
        "Nothing has changed."
    ) % {"time": format_time(refused.until, appointment.slot.site.tz)}


def explain_item_limit(refused: TooManyItems) -> str:
    """Return how many appointments fit in one bulk reschedule, and what to do."""
    return ngettext(
        "You can reschedule up to %(allowed)d appointment at a time. Remove some, or finish the ones you "
        "already selected.",
        "You can reschedule up to %(allowed)d appointments at a time. Remove some, or finish the ones you "
        "already selected.",
        refused.allowed,
    ) % {"allowed": refused.allowed}


class _Source(NamedTuple):
    """Where a rule was published, as text. `url` is empty if no address is known."""

    text: str
    url: str


Explained = tuple[str, str, _Source, str]


def _hours(rules: RulesInForce) -> int:
    return int(rules.limits.online_cutoff.total_seconds() // 3600)


def _our_rule() -> _Source:
    return _Source(_("Rule of this portal"), "")


def _describe_source(version: PolicyVersion | FormTypeVersion) -> _Source:
    """Return the source of the version in force, because a later version can have another one."""
    text = _("%(source)s, in effect since %(day)s") % {
        "source": version.source_text,
        "day": format_date(version.effective_at.astimezone(ZoneInfo(settings.AGENCY_TIME_ZONE)).date()),
    }
    return _Source(text, version.source_url)


def _form_source(appointment: Appointment, rules: RulesInForce) -> _Source:
    return _describe_source(rules.form_types[appointment.case.form_type_id])


def _form_not_enabled(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    form = appointment.case.form_type.code
    if refusal.until is None:
        detail = _("You can’t reschedule appointments for Form %(form)s online.") % {"form": form}
    else:
        detail = _("You can reschedule appointments for Form %(form)s online starting %(instant)s.") % {
            "form": form,
            "instant": format_instant(refusal.until, appointment.slot.site.tz),
        }
    return (
        _("Online rescheduling does not cover this form"),
        detail,
        _form_source(appointment, rules),
        "launch",
    )


def _scheduled_before_launch(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    tz = appointment.slot.site.tz
    detail = _(
        "For Form %(form)s, you can reschedule online only if the appointment was made on or after "
        "%(cutoff)s. Yours was made on %(made)s."
    ) % {
        "form": appointment.case.form_type.code,
        "cutoff": format_instant(refusal.until, tz) if refusal.until else "",
        "made": format_instant(appointment.scheduled_at, tz),
    }
    return (
        _("The appointment was made before online rescheduling started"),
        detail,
        _form_source(appointment, rules),
        "launch",
    )


def _already_passed(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    detail = _("It started on %(instant)s. Only staff can record a request after that time.") % {
        "instant": format_instant(appointment.slot.starts_at, appointment.slot.site.tz)
    }
    return _("The appointment has already passed"), detail, _describe_source(rules.limits), "passed"


def _within_12_hours(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    detail = _("Online rescheduling closed on %(instant)s, %(hours)d hours before the appointment.") % {
        "instant": format_instant(refusal.since, appointment.slot.site.tz) if refusal.since else "",
        "hours": _hours(rules),
    }
    title = _("The appointment starts in less than %(hours)d hours") % {"hours": _hours(rules)}
    return title, detail, _describe_source(rules.limits), "twelve-hours"


def _reschedule_limit(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    cap = rules.limits.reschedule_cap
    title = ngettext(
        "The appointment was already rescheduled %(cap)d time",
        "The appointment was already rescheduled %(cap)d times",
        cap,
    ) % {"cap": cap}
    if refusal.since is None:
        detail = _("You can’t reschedule it online again.")
    else:
        detail = _("It reached the limit on %(instant)s. You can’t reschedule it online again.") % {
            "instant": format_instant(refusal.since, appointment.slot.site.tz)
        }
    return title, detail, _describe_source(rules.limits), "limit"


def _not_scheduled(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    if appointment.status == Appointment.Status.MISSED:
        day = format_instant(appointment.slot.starts_at, appointment.slot.site.tz)
        detail = _(
            "It was on %(day)s, and the site recorded that you didn’t come. This can affect your case. "
            "It may still be excused. Call as soon as you can and explain why."
        ) % {"day": day}
        return _("This appointment is marked as missed"), detail, _our_rule(), "missed"
    detail = _("Its status is “%(status)s”.") % {"status": appointment.get_status_display()}
    return _("This appointment is no longer scheduled"), detail, _our_rule(), "passed"


def _case_closed(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    detail = _("The case was closed on %(instant)s.") % {
        "instant": format_instant(refusal.since, appointment.slot.site.tz) if refusal.since else ""
    }
    return _("The case is closed"), detail, _our_rule(), "contact"


def _staff_only(refusal: Refusal, appointment: Appointment, rules: RulesInForce) -> Explained:
    return (
        _("Only staff can reschedule this appointment"),
        _("Call the office below. They will find a time with you."),
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
