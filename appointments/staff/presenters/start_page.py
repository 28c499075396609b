"""The staff's start page: what is new, who needs a call, and what is in force today."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Case, Message, User
from accounts.units import Forms
from appointments.models import Appointment, DeliveryConflict, Notice, Reschedule
from appointments.models.notice import UNDELIVERED
from policy.models import FormTypeVersion, PolicyVersion
from portal.foundation.clock import DatabaseNow, agency_zone
from portal.foundation.site_time import format_instant

SHOWN = 5
SOON = timedelta(days=7)
STILL_NEWS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on a list: what it is, and where it leads."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """One list of the start page: its first lines, and where the rest is."""

    title: str
    nothing: str
    lines: tuple[Line, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class Start:
    """The whole start page."""

    parts: tuple[Part, ...]
    rules: tuple[str, ...]


def build_start(user: User) -> Start:
    """What the account's units have to do. At most nine statements, each for a few rows through an index."""
    parts: tuple[Part, ...] = ()
    if user.powers.reads is not Forms.NONE:
        cases = Case.objects.for_staff(user)
        parts = (_undelivered(cases), _unread(cases), _conflicts(cases), _reschedules(cases))
    return Start(parts=parts, rules=tuple(_describe_rules()))


def _undelivered(cases: QuerySet[Case]) -> Part:
    """Notices that still matter, arrived by no way, and that nobody has read: two statements."""
    of_appointments = _notices(cases).filter(UNDELIVERED, read_at=None).order_by("-email_id")
    of_cases = (
        Notice.objects.on_cases(cases)
        .filter(UNDELIVERED, read_at=None, case__isnull=False, created_at__gt=DatabaseNow() - STILL_NEWS)
        .select_related("addressee", "case")
        .order_by("-email_id")
    )
    notices = [*of_appointments[:SHOWN], *of_cases[:SHOWN]]
    notices.sort(key=lambda notice: notice.email_id or 0, reverse=True)
    return Part(
        title=_("No email or text message arrived: call these people"),
        nothing=_("Something reached everyone."),
        lines=tuple(_case_line(row) if row.case else _notice_line(row) for row in notices[:SHOWN]),
        rest=reverse("admin:appointments_notice_changelist") + f"?mail={Message.State.FAILED}",
    )


def _unread(cases: QuerySet[Case]) -> Part:
    """Moves by the agency of which someone has not read, with the appointment near."""
    notices = _notices(cases).filter(
        kind=Notice.Kind.AGENCY_RESCHEDULED,
        read_at=None,
        appointment__slot__starts_at__lte=DatabaseNow() + SOON,
    )
    return Part(
        title=_("Moved by the agency, within a week, and not read yet"),
        nothing=_("Nobody is waiting to be told."),
        lines=tuple(map(_notice_line, notices.order_by("-id")[:SHOWN])),
        rest=reverse("admin:appointments_notice_changelist"),
    )


def _notices(cases: QuerySet[Case]) -> QuerySet[Notice]:
    """Notices about appointments that stand and lie ahead."""
    return Notice.objects.filter(
        appointment__series__person__case__in=cases,
        appointment__status=Appointment.Status.SCHEDULED,
        appointment__slot__starts_at__gt=DatabaseNow(),
    ).select_related("addressee", "appointment__slot__site", "appointment__series__person__case")


def _notice_line(notice: Notice) -> Line:
    slot = notice.related_appointment.slot
    return Line(
        text=_("%(who)s: appointment on %(when)s")
        % {"who": notice.addressee.display_name, "when": format_instant(slot.starts_at, slot.site.tz)},
        address=_case_address(notice.related_appointment),
    )


def _case_line(notice: Notice) -> Line:
    return Line(
        text=_("%(who)s: who acts on case %(number)s")
        % {"who": notice.addressee.display_name, "number": notice.related_case.receipt_number},
        address=reverse("admin:accounts_case_change", args=[notice.case_id]),
    )


def _conflicts(cases: QuerySet[Case]) -> Part:
    conflicts = (
        DeliveryConflict.objects.filter(settled_at=None, appointment__series__person__case__in=cases)
        .select_related("appointment__series__person__case")
        .order_by("-id")
    )
    return Part(
        title=_("The scheduler and this portal disagree"),
        nothing=_("They agree."),
        lines=tuple(
            Line(
                text=f"{row.appointment.series.person.case.receipt_number}: {row.get_kind_display()}",
                address=reverse("admin:conflict_settle", args=[row.pk]),
            )
            for row in conflicts[:SHOWN]
        ),
        rest=reverse("admin:appointments_deliveryconflict_changelist") + "?settled=no",
    )


def _reschedules(cases: QuerySet[Case]) -> Part:
    reschedules = (
        Reschedule.objects.filter(series__person__case__in=cases)
        .select_related("to_appointment__slot__site", "to_appointment__series__person__case")
        .order_by("-id")
    )
    return Part(
        title=_("Latest moves"),
        nothing=_("Nothing was moved yet."),
        lines=tuple(map(_reschedule_line, reschedules[:SHOWN])),
        rest=reverse("admin:appointments_reschedule_changelist"),
    )


def _reschedule_line(reschedule: Reschedule) -> Line:
    slot = reschedule.to_appointment.slot
    return Line(
        text=_("%(channel)s, %(rescheduled)s: now %(when)s")
        % {
            "channel": reschedule.get_channel_display(),
            "rescheduled": format_instant(reschedule.rescheduled_at, slot.site.tz),
            "when": format_instant(slot.starts_at, slot.site.tz),
        },
        address=_case_address(reschedule.to_appointment),
    )


def _case_address(appointment: Appointment) -> str:
    return reverse("admin:accounts_case_change", args=[appointment.series.person.case_id])


def _describe_rules() -> list[str]:
    """The numbers and forms in force, and the next change."""
    now = DatabaseNow()
    limits = PolicyVersion.objects.filter(effective_at__lte=now).order_by("-effective_at").first()
    coming = PolicyVersion.objects.filter(effective_at__gt=now).order_by("effective_at").first()
    in_force = FormTypeVersion.objects.in_force().values("pk")
    enabled = FormTypeVersion.objects.filter(pk__in=in_force, online_from__lte=now).count()
    told = []
    if limits is not None:
        hours, days = limits.online_cutoff.total_seconds() / 3600, limits.horizon.days
        told = [
            _("Online until %(hours)g hours before the appointment") % {"hours": hours},
            ngettext("%(cap)d move a person", "%(cap)d moves a person", limits.reschedule_cap)
            % {"cap": limits.reschedule_cap},
            _("Times up to %(days)d days ahead") % {"days": days},
        ]
    told.append(
        ngettext("%(number)d form can be moved online", "%(number)d forms can be moved online", enabled)
        % {"number": enabled}
    )
    if coming is not None:
        when = format_instant(coming.effective_at, agency_zone().key)
        told.append(_("Next change: %(when)s") % {"when": when})
    return told
