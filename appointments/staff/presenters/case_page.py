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
from appointments.models import Appointment, Hold, Move, Notice
from appointments.reschedule.presenters.answers import AppointmentStory, tell_stories
from appointments.staff.presenters.limits import say_limit
from appointments.notices.presenters.reschedules import MoveStory, tell_move
from appointments.staff.presenters.notice_lines import NoticeLine, tell_notice_line
from appointments.notices.presenters.representations import say_entered
from appointments.booking.decisions import decide_all
from appointments.representation.services.invite import open_invitations
from appointments.representation.services.actions import find_entered
from portal.foundation.site_time import say_instant

Row = tuple[str, str]
Line = TypeVar("Line")

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Lines(Generic[Line]):
    """A page of a list, in words."""

    said: tuple[Line, ...]
    page: Page[Any]


@dataclass(frozen=True, slots=True)
class CallStory:
    """One move as staff read it."""

    told: MoveStory
    who: str
    reason: str
    explanation: str
    overridden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonStory:
    """One person of the case with the chain: what stands, what was before, what was moved and told."""

    person: Person
    standing: AppointmentStory | None
    latest: AppointmentStory | None
    calls: tuple[CallStory, ...]
    notices: tuple[NoticeLine, ...]
    hold: str


@dataclass(frozen=True, slots=True)
class ActingLine:
    """Who acts or is asked, what was invited; `key` leads to ending it."""

    key: UUID
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class CaseStory:
    """The page of one case."""

    case: Case
    facts: tuple[Row, ...]
    acting: tuple[ActingLine, ...]
    invited: Lines[ActingLine]
    ended: Lines[str]
    notices: Lines[NoticeLine]
    people: tuple[PersonStory, ...]
    codes: tuple[str, ...]
    passcodes: tuple[str, ...]


def tell_case(case: Case, asked: Mapping[str, str]) -> CaseStory:
    """The case in the active language. A constant number of statements, however many people and moves.

    `asked` is what the address asks for: which page of invitations, of those before, and of notices.
    """
    acting = list(Representation.objects.open().filter(case=case).with_sides().order_by("status", "-id"))
    people = list(case.people.order_by("id"))
    appointments = list(Appointment.objects.filter(chain__person__case=case).with_story())
    shown = _shown(appointments)
    stories = {}
    if shown:
        stories = {story.appointment.pk: story for story in tell_stories(shown, *decide_all(shown))}
    moves = list(
        Move.objects.filter(chain__person__case=case)
        .select_related("from_appointment__slot__site", "to_appointment__slot__site", "chain")
        .select_related("actor", "statement__reason")
        .order_by("chain_id", "-number")
    )
    notices = list(
        Notice.objects.filter(appointment__chain__person__case=case)
        .select_related("addressee", "email__text", "appointment__slot__site", "appointment__chain")
        .order_by("-id")
    )
    holds = list(
        Hold.objects.filter(appointment__chain__person__case=case, state=Hold.State.HELD)
        .select_related("slot__site", "account", "appointment__chain")
        .order_by("id")
    )
    return CaseStory(
        case=case,
        facts=_tell_facts(case),
        acting=tuple(map(tell_acting, acting)),
        invited=_tell_page(_invitations_beside(acting, case), tell_invited, "invited", asked),
        ended=_tell_page(_ended(case), _tell_ended, "ended", asked),
        notices=_tell_page(_notices(case), tell_notice_line, "notices", asked),
        people=tuple(_tell_person(person, appointments, stories, moves, notices, holds) for person in people),
        codes=_tell_codes(case),
        passcodes=_tell_passcodes(case),
    )


def _tell_page(
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
    by_chain: dict[int, Appointment] = {}
    for appointment in sorted(appointments, key=lambda row: row.pk):
        known = by_chain.get(appointment.chain_id)
        if known is None or known.status != Appointment.Status.STANDING:
            by_chain[appointment.chain_id] = appointment
    return list(by_chain.values())


def _tell_person(
    person: Person,
    appointments: Sequence[Appointment],
    stories: dict[int, AppointmentStory],
    moves: Sequence[Move],
    notices: Sequence[Notice],
    holds: Sequence[Hold],
) -> PersonStory:
    own = [row for row in appointments if row.chain.person_id == person.pk and row.pk in stories]
    story = stories[own[0].pk] if own else None
    stands = story is not None and story.appointment.status == Appointment.Status.STANDING
    held = next((row for row in holds if row.appointment.chain.person_id == person.pk), None)
    return PersonStory(
        person=person,
        standing=story if stands else None,
        latest=story if not stands else None,
        calls=tuple(tell_call(move) for move in moves if move.chain.person_id == person.pk),
        notices=tuple(
            tell_notice_line(row) for row in notices if row.told_appointment.chain.person_id == person.pk
        ),
        hold=_tell_hold(held) if held else "",
    )


def tell_call(move: Move) -> CallStory:
    """A move with what staff may read of it. Wants actor, statement and both slots with their sites."""
    statement = move.statement
    return CallStory(
        told=tell_move(move),
        who=move.actor.display_name if move.actor else _("the system"),
        reason=statement.reason.text if statement else "",
        explanation=statement.explanation if statement else "",
        overridden=tuple(say_limit(code) for code in move.overridden_limits),
    )


def _tell_facts(case: Case) -> tuple[Row, ...]:
    requestor = case.requestor.display_name if case.requestor else _("nobody’s account yet")
    facts = [
        (_("Receipt number"), case.receipt_number),
        (_("Form"), f"{case.form_type.code}, {case.form_type.title}"),
        (_("Filed"), case.get_filing_channel_display()),
        (_("Account"), requestor),
        (_("Status"), case.get_status_display()),
    ]
    if case.closed_at:
        facts.append((_("Closed"), say_utc(case.closed_at)))
    return tuple((label, str(value)) for label, value in facts)


def tell_acting(row: Representation) -> ActingLine:
    """An open representation. Wants both sides."""
    what = _("%(status)s (%(way)s)") % {"status": row.get_status_display(), "way": row.get_way_display()}
    if row.in_force_from:
        what += ", " + _("in force from %(instant)s") % {"instant": say_utc(row.in_force_from)}
    return ActingLine(key=row.public_id, name=row.representative.display_name, what=what)


def tell_invited(row: RepresentativeInvitation) -> ActingLine:
    """An open invitation that nobody who could answer it has."""
    what = _("invited by the client on %(instant)s") % {"instant": say_utc(row.invited_at)}
    return ActingLine(
        key=row.public_id, name=row.email or _("an address that is no longer on record"), what=what
    )


def _tell_ended(row: Representation) -> str:
    told = _("%(name)s: %(status)s (%(way)s)") % {
        "name": row.representative.display_name,
        "status": row.get_status_display(),
        "way": row.get_way_display(),
    }
    if row.in_force_from:
        told += ", " + _("in force from %(instant)s") % {"instant": say_utc(row.in_force_from)}
    if row.ended_at:
        told += ", " + _("ended on %(instant)s") % {"instant": say_utc(row.ended_at)}
    entered = find_entered(row)
    if entered and row.ended_by:
        told += f" ({row.ended_by.display_name}). {say_entered(entered)}"
    return told


def _tell_passcodes(case: Case) -> tuple[str, ...]:
    passcodes = RepresentativePasscode.objects.filter(case=case).select_related("issued_by").order_by("-id")
    return tuple(
        _tell_use(
            code.issued_by.display_name,
            issued_at=code.issued_at,
            used_at=code.used_at,
            expires_at=code.expires_at,
        )
        for code in passcodes
    )


def _tell_codes(case: Case) -> tuple[str, ...]:
    codes = AccessCode.objects.filter(case=case).select_related("issued_by", "used_by").order_by("-id")
    return tuple(map(_tell_code, codes))


def _tell_code(code: AccessCode) -> str:
    """Everything of a code but the code."""
    by = code.issued_by.display_name if code.issued_by else _("with the case")
    return _tell_use(by, issued_at=code.issued_at, used_at=code.used_at, expires_at=code.expires_at)


def _tell_use(by: str, *, issued_at: datetime, used_at: datetime | None, expires_at: datetime) -> str:
    issued = _("Issued on %(instant)s (%(by)s).") % {"instant": say_utc(issued_at), "by": by}
    if used_at:
        end = _("Used on %(instant)s.") % {"instant": say_utc(used_at)}
    else:
        end = _("Not used; works until %(instant)s.") % {"instant": say_utc(expires_at)}
    return f"{issued} {end}"


def _tell_hold(hold: Hold) -> str:
    return _("%(who)s is choosing %(when)s at %(site)s and holds a seat until %(until)s.") % {
        "who": hold.account.display_name,
        "when": say_instant(hold.slot.starts_at, hold.slot.site.tz),
        "site": hold.slot.site.name,
        "until": say_instant(hold.expires_at, hold.slot.site.tz),
    }


def say_utc(instant: datetime) -> str:
    """An instant that belongs to no site."""
    return say_instant(instant, "UTC")
