"""Describe the start page of staff: the worklists, and the rules that apply today."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import CaseAccountConflict, Message
from appointments.models import Appointment, DeliveryConflict, Notice, Reschedule
from appointments.staff.facts import GuessedCase, RulesToday, Worklists
from portal.foundation.clock import agency_zone
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class StartLine:
    """One line of a worklist, and the address that it links to."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class WorklistView:
    """The first lines of a worklist, or else `empty_text`. `address` has the full list, if there is one."""

    title: str
    empty_text: str
    lines: tuple[StartLine, ...]
    address: str = ""


@dataclass(frozen=True, slots=True)
class StartPage:
    """The start page of one account."""

    worklists: tuple[WorklistView, ...]
    rules: tuple[str, ...]


def build_start_page(worklists: Worklists | None, rules: RulesToday) -> StartPage:
    """Return the start page. `worklists` is None for units that read no case."""
    return StartPage(
        worklists=_build_worklists(worklists) if worklists else (),
        rules=tuple(_describe_rules(rules)),
    )


def _build_worklists(worklists: Worklists) -> tuple[WorklistView, ...]:
    notices = reverse("admin:appointments_notice_changelist")
    return (
        WorklistView(
            title=_("Messages not delivered: call these people"),
            empty_text=_("No failed deliveries."),
            lines=tuple(map(_build_notice_line, worklists.undelivered)),
            address=f"{notices}?mail={Message.State.FAILED}",
        ),
        WorklistView(
            title=_("Rescheduled by the agency, within 7 days, not read yet"),
            empty_text=_("Everyone has read their notice."),
            lines=tuple(map(_build_notice_line, worklists.unread)),
            address=notices,
        ),
        WorklistView(
            title=_("Conflicts with the scheduler"),
            empty_text=_("No conflicts."),
            lines=(
                *map(_build_account_conflict_line, worklists.account_conflicts),
                *map(_build_conflict_line, worklists.conflicts),
            ),
            address=reverse("admin:appointments_deliveryconflict_changelist") + "?settled=no",
        ),
        WorklistView(
            title=_("Cases with many wrong codes in the last 24 hours"),
            empty_text=_("No cases with many wrong codes."),
            lines=tuple(map(_build_guessed_line, worklists.guessed)),
        ),
        WorklistView(
            title=_("Latest reschedules"),
            empty_text=_("No reschedules yet."),
            lines=tuple(map(_build_reschedule_line, worklists.reschedules)),
            address=reverse("admin:appointments_reschedule_changelist"),
        ),
    )


def _build_notice_line(notice: Notice) -> StartLine:
    """Describe a notice about a case, or else about an appointment."""
    if notice.case:
        return StartLine(
            text=_("%(who)s: change of representative on case %(number)s")
            % {"who": notice.addressee.display_name, "number": notice.case.receipt_number},
            address=reverse("admin:accounts_case_change", args=[notice.case_id]),
        )
    slot = notice.related_appointment.slot
    return StartLine(
        text=_("%(who)s: appointment on %(when)s")
        % {"who": notice.addressee.display_name, "when": format_instant(slot.starts_at, slot.site.tz)},
        address=_get_case_address(notice.related_appointment),
    )


def _build_conflict_line(conflict: DeliveryConflict) -> StartLine:
    return StartLine(
        text=f"{conflict.appointment.case.receipt_number}: {conflict.get_kind_display()}",
        address=reverse("admin:conflict_settle", args=[conflict.pk]),
    )


def _build_guessed_line(guessed: GuessedCase) -> StartLine:
    text = ngettext(
        "%(number)s: %(failures)d wrong code. Someone may be guessing.",
        "%(number)s: %(failures)d wrong codes. Someone may be guessing.",
        guessed.failures,
    )
    return StartLine(
        text=text % {"number": guessed.case.receipt_number, "failures": guessed.failures},
        address=reverse("admin:accounts_case_change", args=[guessed.case.pk]),
    )


def _build_account_conflict_line(conflict: CaseAccountConflict) -> StartLine:
    return StartLine(
        text=_("%(number)s: decide which account has this case") % {"number": conflict.case.receipt_number},
        address=reverse("admin:accounts_case_change", args=[conflict.case_id]),
    )


def _build_reschedule_line(reschedule: Reschedule) -> StartLine:
    slot = reschedule.to_appointment.slot
    return StartLine(
        text=_("%(channel)s, %(rescheduled)s: now %(when)s")
        % {
            "channel": reschedule.get_channel_display(),
            "rescheduled": format_instant(reschedule.rescheduled_at, slot.site.tz),
            "when": format_instant(slot.starts_at, slot.site.tz),
        },
        address=_get_case_address(reschedule.to_appointment),
    )


def _get_case_address(appointment: Appointment) -> str:
    return reverse("admin:accounts_case_change", args=[appointment.person.case_id])


def _describe_rules(rules: RulesToday) -> list[str]:
    lines = []
    if rules.limits is not None:
        hours, days = rules.limits.online_cutoff.total_seconds() / 3600, rules.limits.horizon.days
        lines = [
            _("Online until %(hours)g hours before the appointment") % {"hours": hours},
            ngettext(
                "%(cap)d reschedule per person", "%(cap)d reschedules per person", rules.limits.reschedule_cap
            )
            % {"cap": rules.limits.reschedule_cap},
            _("Times up to %(days)d days ahead") % {"days": days},
        ]
    lines.append(
        ngettext(
            "%(number)d form can be rescheduled online",
            "%(number)d forms can be rescheduled online",
            rules.online_forms,
        )
        % {"number": rules.online_forms}
    )
    if rules.next_limits is not None:
        when = format_instant(rules.next_limits.effective_at, agency_zone().key)
        lines.append(_("Next change: %(when)s") % {"when": when})
    return lines
