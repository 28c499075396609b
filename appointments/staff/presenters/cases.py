"""All that staff see of one case, in words: people, chains, answers, moves, notices, holds, codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import (
    AccessCode,
    Case,
    Person,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
)
from appointments.booking.decisions import decide_all
from appointments.models import Appointment, Hold, Notice, Reschedule
from appointments.notices.presenters.representations import describe_entered
from appointments.notices.presenters.reschedules import RescheduleView, build_reschedule
from appointments.representation.services.actions import find_entered
from appointments.representation.services.invite import open_invitations
from appointments.reschedule.presenters.answers import AppointmentView, build_views
from appointments.staff.presenters.limits import describe_limit
from appointments.staff.presenters.notice_lines import NoticeLine, build_notice_line
from portal.foundation.site_time import format_instant

Row = tuple[str, str]
Line = TypeVar("Line")

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Lines(Generic[Line]):
    """A page of a list, in words."""

    said: tuple[Line, ...]
    page: Page[Any]


@dataclass(frozen=True, slots=True)
class CallView:
    """One move as staff read it."""

    told: RescheduleView
    who: str
    reason: str
    explanation: str
    overridden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person of the case with the chain: what stands, what was before, what was moved and told."""

    person: Person
    scheduled: AppointmentView | None
    latest: AppointmentView | None
    calls: tuple[CallView, ...]
    notices: tuple[NoticeLine, ...]
    hold: str


@dataclass(frozen=True, slots=True)
class ActingLine:
    """Who acts or is asked, what was invited; `key` leads to ending it."""

    key: UUID
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """The page of one case."""

    case: Case
    facts: tuple[Row, ...]
    acting: tuple[ActingLine, ...]
    invited: Lines[ActingLine]
    ended: Lines[str]
    notices: Lines[NoticeLine]
    people: tuple[PersonView, ...]
    codes: tuple[str, ...]
    passcodes: tuple[str, ...]


def build_case(case: Case, asked: Mapping[str, str]) -> CaseView:
    """The case in the active language. A constant number of statements, however many people and moves.

    `asked` is what the address asks for: which page of invitations, of those before, and of notices.
    """
    acting = list(Representation.objects.open().filter(case=case).with_sides().order_by("status", "-id"))
    people = list(case.people.order_by("id"))
    appointments = list(Appointment.objects.filter(series__person__case=case).with_display_relations())
    shown = _shown(appointments)
    views = {}
    if shown:
        views = {view.appointment.pk: view for view in build_views(shown, *decide_all(shown))}
    reschedules = list(
        Reschedule.objects.filter(series__person__case=case)
        .select_related("from_appointment__slot__site", "to_appointment__slot__site", "series")
        .select_related("actor", "statement__reason")
        .order_by("series_id", "-number")
    )
    notices = list(
        Notice.objects.filter(appointment__series__person__case=case)
        .select_related("addressee", "email__text", "appointment__slot__site", "appointment__series")
        .order_by("-id")
    )
    holds = list(
        Hold.objects.filter(appointment__series__person__case=case, state=Hold.State.HELD)
        .select_related("slot__site", "account", "appointment__series")
        .order_by("id")
    )
    return CaseView(
        case=case,
        facts=_build_facts(case),
        acting=tuple(map(build_acting, acting)),
        invited=_build_page(_invitations_beside(acting, case), build_invited, "invited", asked),
        ended=_build_page(_ended(case), _describe_end, "ended", asked),
        notices=_build_page(_notices(case), build_notice_line, "notices", asked),
        people=tuple(
            _build_person(person, appointments, views, reschedules, notices, holds) for person in people
        ),
        codes=_describe_codes(case),
        passcodes=_describe_passcodes(case),
    )


def _build_page(
    rows: QuerySet[Any], tell: Callable[[Any], Line], parameter: str, asked: Mapping[str, str]
) -> Lines[Line]:
    page = Paginator(rows, PAGE_SIZE).get_page(asked.get(parameter))
    return Lines(said=tuple(map(tell, page)), page=page)


def _notices(case: Case) -> QuerySet[Notice]:
    """Notices about who acts on the case, the newest first: those of appointments stand with each person."""
    return Notice.objects.filter(case=case).select_related("addressee", "email__text").order_by("-id")


def _invitations_beside(acting: Sequence[Representation], case: Case) -> QuerySet[RepresentativeInvitation]:
    """Open invitations, but for those that led to one of these representations."""
    return open_invitations(case).exclude(representation__in=[row.pk for row in acting])


def _ended(case: Case) -> QuerySet[Representation]:
    """Those who acted or asked before, the newest first."""
    rows = Representation.objects.filter(case=case, ended_at__isnull=False)
    return rows.select_related("case", "representative", "ended_by").order_by("-id")


def _shown(appointments: Sequence[Appointment]) -> list[Appointment]:
    """Of each chain the one that stands, else the latest."""
    by_series: dict[int, Appointment] = {}
    for appointment in sorted(appointments, key=lambda row: row.pk):
        known = by_series.get(appointment.series_id)
        if known is None or known.status != Appointment.Status.SCHEDULED:
            by_series[appointment.series_id] = appointment
    return list(by_series.values())


def _build_person(
    person: Person,
    appointments: Sequence[Appointment],
    views: dict[int, AppointmentView],
    reschedules: Sequence[Reschedule],
    notices: Sequence[Notice],
    holds: Sequence[Hold],
) -> PersonView:
    own = [row for row in appointments if row.series.person_id == person.pk and row.pk in views]
    view = views[own[0].pk] if own else None
    stands = view is not None and view.appointment.status == Appointment.Status.SCHEDULED
    held = next((row for row in holds if row.appointment.series.person_id == person.pk), None)
    return PersonView(
        person=person,
        scheduled=view if stands else None,
        latest=view if not stands else None,
        calls=tuple(
            build_call(reschedule) for reschedule in reschedules if reschedule.series.person_id == person.pk
        ),
        notices=tuple(
            build_notice_line(row) for row in notices if row.related_appointment.series.person_id == person.pk
        ),
        hold=_describe_hold(held) if held else "",
    )


def build_call(reschedule: Reschedule) -> CallView:
    """A move with what staff may read of it. Wants actor, statement and both slots with their sites."""
    statement = reschedule.statement
    return CallView(
        told=build_reschedule(reschedule),
        who=reschedule.actor.display_name if reschedule.actor else _("the system"),
        reason=statement.reason.text if statement else "",
        explanation=statement.explanation if statement else "",
        overridden=tuple(describe_limit(code) for code in reschedule.overridden_limits),
    )


def _build_facts(case: Case) -> tuple[Row, ...]:
    requestor = case.requestor.display_name if case.requestor else _("nobody’s account yet")
    facts = [
        (_("Receipt number"), case.receipt_number),
        (_("Form"), f"{case.form_type.code}, {case.form_type.title}"),
        (_("Filed"), case.get_filing_channel_display()),
        (_("Account"), requestor),
        (_("Status"), case.get_status_display()),
    ]
    if case.closed_at:
        facts.append((_("Closed"), format_utc(case.closed_at)))
    return tuple((label, str(value)) for label, value in facts)


def build_acting(row: Representation) -> ActingLine:
    """An open representation. Wants both sides."""
    what = _("%(status)s (%(origin)s)") % {
        "status": row.get_status_display(),
        "origin": row.get_origin_display(),
    }
    if row.in_force_from:
        what += ", " + _("in force from %(instant)s") % {"instant": format_utc(row.in_force_from)}
    return ActingLine(key=row.public_id, name=row.representative.display_name, what=what)


def build_invited(row: RepresentativeInvitation) -> ActingLine:
    """An open invitation that nobody who could answer it has."""
    what = _("invited by the client on %(instant)s") % {"instant": format_utc(row.invited_at)}
    return ActingLine(
        key=row.public_id, name=row.email or _("an address that is no longer on record"), what=what
    )


def _describe_end(row: Representation) -> str:
    told = _("%(name)s: %(status)s (%(origin)s)") % {
        "name": row.representative.display_name,
        "status": row.get_status_display(),
        "origin": row.get_origin_display(),
    }
    if row.in_force_from:
        told += ", " + _("in force from %(instant)s") % {"instant": format_utc(row.in_force_from)}
    if row.ended_at:
        told += ", " + _("ended on %(instant)s") % {"instant": format_utc(row.ended_at)}
    entered = find_entered(row)
    if entered and row.ended_by:
        told += f" ({row.ended_by.display_name}). {describe_entered(entered)}"
    return told


def _describe_passcodes(case: Case) -> tuple[str, ...]:
    passcodes = RepresentativePasscode.objects.filter(case=case).select_related("issued_by").order_by("-id")
    return tuple(
        _describe_use(
            code.issued_by.display_name,
            issued_at=code.issued_at,
            used_at=code.used_at,
            expires_at=code.expires_at,
        )
        for code in passcodes
    )


def _describe_codes(case: Case) -> tuple[str, ...]:
    codes = AccessCode.objects.filter(case=case).select_related("issued_by", "used_by").order_by("-id")
    return tuple(map(_describe_code, codes))


def _describe_code(code: AccessCode) -> str:
    """Everything of a code but the code."""
    by = code.issued_by.display_name if code.issued_by else _("with the case")
    return _describe_use(by, issued_at=code.issued_at, used_at=code.used_at, expires_at=code.expires_at)


def _describe_use(by: str, *, issued_at: datetime, used_at: datetime | None, expires_at: datetime) -> str:
    issued = _("Issued on %(instant)s (%(by)s).") % {"instant": format_utc(issued_at), "by": by}
    if used_at:
        end = _("Used on %(instant)s.") % {"instant": format_utc(used_at)}
    else:
        end = _("Not used; works until %(instant)s.") % {"instant": format_utc(expires_at)}
    return f"{issued} {end}"


def _describe_hold(hold: Hold) -> str:
    return _("%(who)s is choosing %(when)s at %(site)s and holds a seat until %(until)s.") % {
        "who": hold.account.display_name,
        "when": format_instant(hold.slot.starts_at, hold.slot.site.tz),
        "site": hold.slot.site.name,
        "until": format_instant(hold.expires_at, hold.slot.site.tz),
    }


def format_utc(instant: datetime) -> str:
    """An instant that belongs to no site."""
    return format_instant(instant, "UTC")
