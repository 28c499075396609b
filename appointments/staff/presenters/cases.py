"""Describe one case to staff: people, appointments, representatives, notices, reservations and codes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.paginator import Page
from django.utils.translation import gettext as _

from accounts.models import (
    AccessCode,
    Case,
    CaseAccountConflict,
    Person,
    Representation,
    RepresentativeInvitation,
)
from appointments.models import Appointment, Reschedule, ReservedSeat
from appointments.notices.facts import Entered
from appointments.notices.presenters.representations import describe_entered
from appointments.notices.presenters.reschedules import RescheduleView, build_reschedule
from appointments.reschedule.presenters.answers import AppointmentView, build_views
from appointments.staff.facts import CaseFacts
from appointments.staff.presenters.formatting import format_utc
from appointments.staff.presenters.limits import describe_limit
from appointments.staff.presenters.notices import NoticeLine, build_notice_line
from portal.foundation.site_time import format_instant

Row = tuple[str, str]
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class PagedLines(Generic[Line]):
    """The lines of one page of a list."""

    lines: tuple[Line, ...]
    page: Page[Any]


@dataclass(frozen=True, slots=True)
class StaffRescheduleView:
    """One reschedule with what only staff read of it."""

    view: RescheduleView
    actor: str
    reason: str
    explanation: str
    overridden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffPersonView:
    """One person of the case. Of `scheduled` and `latest` appointment at most one is set."""

    person: Person
    scheduled: AppointmentView | None
    latest: AppointmentView | None
    reschedules: tuple[StaffRescheduleView, ...]
    notices: tuple[NoticeLine, ...]
    hold: str


@dataclass(frozen=True, slots=True)
class RepresentativeLine:
    """A representation, request or invitation. `key` is its public id in the address of its end."""

    key: UUID
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class StaffCaseView:
    """The page of one case."""

    facts: tuple[Row, ...]
    representatives: tuple[RepresentativeLine, ...]
    invited: PagedLines[RepresentativeLine]
    ended: PagedLines[str]
    notices: PagedLines[NoticeLine]
    people: tuple[StaffPersonView, ...]
    codes: tuple[str, ...]
    passcodes: tuple[str, ...]
    account_conflict: str


def build_staff_case_view(facts: CaseFacts) -> StaffCaseView:
    """Return the page of a case in the active language."""
    views: list[AppointmentView] = []
    if facts.rules is not None:
        views = build_views(facts.appointments, facts.decisions, facts.rules)
    return StaffCaseView(
        facts=_list_case_rows(facts.case),
        representatives=tuple(map(build_representation_line, facts.open_representations)),
        invited=_build_lines(facts.invitations, build_invitation_line),
        ended=_build_lines(
            facts.ended_representations, lambda row: _describe_ended(row, facts.entered.get(row.pk))
        ),
        notices=_build_lines(facts.notices, build_notice_line),
        people=tuple(_build_person(person, facts, views) for person in facts.people),
        codes=tuple(map(_describe_code, facts.access_codes)),
        passcodes=tuple(
            _describe_use(
                code.issued_by.display_name,
                issued_at=code.issued_at,
                used_at=code.used_at,
                expires_at=code.expires_at,
            )
            for code in facts.passcodes
        ),
        account_conflict=_describe_account_conflict(facts.account_conflict),
    )


def _describe_account_conflict(conflict: CaseAccountConflict | None) -> str:
    if conflict is None:
        return ""
    return _(
        "A delivery corrected the email address of this case on %(instant)s. %(account)s, who had the case, "
        "can’t see it until you decide."
    ) % {"instant": format_utc(conflict.found_at), "account": conflict.account.display_name}


def build_staff_reschedule_view(reschedule: Reschedule) -> StaffRescheduleView:
    """Return a reschedule for staff, read with actor, statement and both slots with their sites."""
    statement = reschedule.statement
    return StaffRescheduleView(
        view=build_reschedule(reschedule),
        actor=reschedule.actor.display_name if reschedule.actor else _("the system"),
        reason=statement.reason.text if statement else "",
        explanation=statement.explanation if statement else "",
        overridden=tuple(describe_limit(code) for code in reschedule.overridden_limits),
    )


def build_representation_line(row: Representation) -> RepresentativeLine:
    """Describe an open representation or request, read with both sides."""
    what = _("%(status)s (%(origin)s)") % {
        "status": row.get_status_display(),
        "origin": row.get_origin_display(),
    }
    if row.in_force_from:
        what += ", " + _("active since %(instant)s") % {"instant": format_utc(row.in_force_from)}
    return RepresentativeLine(key=row.public_id, name=row.representative.display_name, what=what)


def build_invitation_line(row: RepresentativeInvitation) -> RepresentativeLine:
    """Describe an open invitation that is not linked to a representative's account."""
    what = _("invited by the client on %(instant)s") % {"instant": format_utc(row.invited_at)}
    name = row.email or _("an address that is no longer on record")
    return RepresentativeLine(key=row.public_id, name=name, what=what)


def _build_lines(page: Page[Any], build: Callable[[Any], Line]) -> PagedLines[Line]:
    return PagedLines(lines=tuple(map(build, page.object_list)), page=page)


def _build_person(person: Person, facts: CaseFacts, views: list[AppointmentView]) -> StaffPersonView:
    view = next((view for view in views if view.appointment.series.person_id == person.pk), None)
    is_scheduled = view is not None and view.appointment.status == Appointment.Status.SCHEDULED
    seat = next((row for row in facts.held_seats if row.appointment.series.person_id == person.pk), None)
    return StaffPersonView(
        person=person,
        scheduled=view if is_scheduled else None,
        latest=None if is_scheduled else view,
        reschedules=tuple(
            build_staff_reschedule_view(row) for row in facts.reschedules if row.series.person_id == person.pk
        ),
        notices=tuple(
            build_notice_line(row)
            for row in facts.appointment_notices
            if row.related_appointment.series.person_id == person.pk
        ),
        hold=_describe_hold(seat) if seat else "",
    )


def _list_case_rows(case: Case) -> tuple[Row, ...]:
    account = case.requestor.display_name if case.requestor else _("not linked to an account yet")
    rows = [
        (_("Receipt number"), case.receipt_number),
        (_("Form"), f"{case.form_type.code}, {case.form_type.title}"),
        (_("Filed"), case.get_filing_channel_display()),
        (_("Account holder"), account),
        (_("Status"), case.get_status_display()),
    ]
    if case.closed_at:
        rows.append((_("Closed"), format_utc(case.closed_at)))
    return tuple((label, str(value)) for label, value in rows)


def _describe_ended(row: Representation, entered: Entered | None) -> str:
    text = _("%(name)s: %(status)s (%(origin)s)") % {
        "name": row.representative.display_name,
        "status": row.get_status_display(),
        "origin": row.get_origin_display(),
    }
    if row.in_force_from:
        text += ", " + _("active since %(instant)s") % {"instant": format_utc(row.in_force_from)}
    if row.ended_at:
        text += ", " + _("ended on %(instant)s") % {"instant": format_utc(row.ended_at)}
    if entered and row.ended_by:
        text += f" ({row.ended_by.display_name}). {describe_entered(entered)}"
    if row.end_reason:
        text += " " + _("Reason: %(reason)s.") % {"reason": row.get_end_reason_display()}
    return text


def _describe_code(code: AccessCode) -> str:
    """Describe who issued a code, when, and its use. Never the code itself."""
    issued_by = code.issued_by.display_name if code.issued_by else _("with the case")
    return _describe_use(
        issued_by, issued_at=code.issued_at, used_at=code.used_at, expires_at=code.expires_at
    )


def _describe_use(
    issued_by: str, *, issued_at: datetime, used_at: datetime | None, expires_at: datetime
) -> str:
    issued = _("Issued on %(instant)s (%(by)s).") % {"instant": format_utc(issued_at), "by": issued_by}
    if used_at:
        use = _("Used on %(instant)s.") % {"instant": format_utc(used_at)}
    else:
        use = _("Not used; works until %(instant)s.") % {"instant": format_utc(expires_at)}
    return f"{issued} {use}"


def _describe_hold(seat: ReservedSeat) -> str:
    return _("%(who)s is reviewing %(when)s at %(site)s. The time is on hold until %(until)s.") % {
        "who": seat.reservation.account.display_name,
        "when": format_instant(seat.slot.starts_at, seat.slot.site.tz),
        "site": seat.slot.site.name,
        "until": format_instant(seat.reservation.expires_at, seat.slot.site.tz),
    }
