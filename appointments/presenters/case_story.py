"""A case as its people and their representative see it. What staff see of it: case_page.py."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from accounts.models import AccessCode, Case, Person, Representation, User
from appointments.case_events import EventKind
from appointments.models import Appointment, Hold, Move, Notice
from appointments.presenters.answers import AppointmentStory, tell_stories
from appointments.presenters.moves import NoticeStory, tell_notice
from appointments.services.decide import decide_all
from appointments.site_time import say_instant

# Of each person the page shows so many appointments and notices, the newest; the rest is in the history.
NEWEST = 3


@dataclass(frozen=True, slots=True)
class PersonStory:
    """One person: the appointment that stands, those before it, the newest notices."""

    person: Person
    standing: AppointmentStory | None
    earlier: tuple[AppointmentStory, ...]
    notices: tuple[NoticeStory, ...]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on the case as representative, and since when."""

    name: str
    since: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in words. `move` leads to its receipt."""

    when: str
    at: datetime
    text: str
    move: Move | None = None


def tell_people(people: Sequence[Person], reader: User) -> list[PersonStory]:
    """The people with their chains and the reader's own notices. At most six statements in all."""
    appointments = list(_newest_appointments(people))
    stories = tell_stories(appointments, *decide_all(appointments)) if appointments else []
    by_person = defaultdict(list)
    for story in stories:
        by_person[story.appointment.chain.person_id].append(story)
    notices = defaultdict(list)
    for notice in _newest_notices(people, reader):
        notices[notice.told_appointment.chain.person_id].append(tell_notice(notice))
    return [_tell_person(person, by_person[person.pk], notices[person.pk]) for person in people]


def tell_acting(case: Case) -> Acting | None:
    """The representation in force at this moment. One statement."""
    in_force = Representation.objects.in_force().filter(case=case).select_related("representative").first()
    if in_force is None or in_force.in_force_from is None:
        return None
    return Acting(name=in_force.representative.display_name, since=_say_agency_time(in_force.in_force_from))


def tell_events(rows: Iterable[tuple[str, int, datetime]], case: Case, reader: User) -> list[Event]:
    """A page of events in words, in the order of the rows. At most one statement for each kind."""
    keys: dict[str, list[int]] = defaultdict(list)
    listed = list(rows)
    for kind, key, _at in listed:
        keys[kind].append(key)
    moves = {
        move.pk: move
        for move in Move.objects.filter(pk__in=keys[EventKind.MOVED]).select_related(
            "actor", "chain__person", "from_appointment__slot__site", "to_appointment__slot__site"
        )
    }
    holds = {
        hold.pk: hold
        for hold in Hold.objects.filter(pk__in=keys[EventKind.HOLD_LAPSED]).select_related(
            "account", "slot__site", "appointment__chain__person"
        )
    }
    representations = {
        row.pk: row
        for row in Representation.objects.filter(
            pk__in=[*keys[EventKind.REPRESENTED], *keys[EventKind.NO_LONGER_REPRESENTED]]
        ).select_related("representative")
    }
    codes = {
        code.pk: code
        for code in AccessCode.objects.filter(pk__in=keys[EventKind.CASE_ADDED]).select_related("used_by")
    }

    def tell(kind: str, key: int, at: datetime) -> Event:
        if kind == EventKind.MOVED:
            return _tell_move(moves[key], reader)
        if kind == EventKind.HOLD_LAPSED:
            return _tell_lapse(holds[key], at, reader)
        if kind == EventKind.CASE_ADDED:
            return _tell_adding(codes[key], at, reader)
        if kind == EventKind.CASE_CLOSED:
            return _tell_closing(case, at)
        return _tell_representation(representations[key], at, begins=kind == EventKind.REPRESENTED)

    return [tell(kind, key, at) for kind, key, at in listed]


def _newest_appointments(people: Sequence[Person]) -> Iterable[Appointment]:
    place = Window(RowNumber(), partition_by=[F("chain_id")], order_by=F("id").desc())
    return (
        Appointment.objects.filter(chain__person__in=people)
        .annotate(place=place)
        .filter(place__lte=NEWEST)
        .with_story()
        .order_by("-id")
    )


def _newest_notices(people: Sequence[Person], reader: User) -> Iterable[Notice]:
    place = Window(RowNumber(), partition_by=[F("appointment__chain_id")], order_by=F("id").desc())
    return (
        Notice.objects.filter(addressee=reader, appointment__chain__person__in=people)
        .annotate(place=place)
        .filter(place__lte=NEWEST)
        .select_related("appointment__chain")
        .order_by("-id")
    )


def _tell_person(
    person: Person, stories: Sequence[AppointmentStory], notices: Sequence[NoticeStory]
) -> PersonStory:
    standing = [row for row in stories if row.appointment.status == Appointment.Status.STANDING]
    return PersonStory(
        person=person,
        standing=standing[0] if standing else None,
        earlier=tuple(row for row in stories if row not in standing),
        notices=tuple(notices),
    )


def _tell_move(move: Move, reader: User) -> Event:
    old, new = move.from_appointment.slot, move.to_appointment.slot
    text = _(
        "%(who)s moved the appointment of %(person)s from %(old)s, %(old_site)s, to %(new)s, %(new_site)s."
    ) % {
        "who": _who_moved(move, reader),
        "person": move.chain.person.name,
        "old": say_instant(old.starts_at, old.site.tz),
        "old_site": old.site.name,
        "new": say_instant(new.starts_at, new.site.tz),
        "new_site": new.site.name,
    }
    return Event(say_instant(move.moved_at, new.site.tz), move.moved_at, text, move)


def _who_moved(move: Move, reader: User) -> str:
    """The public reads names of the public; of staff it reads the office."""
    if move.channel == Move.Channel.ONLINE and move.actor is not None:
        return _say_who(move.actor, reader)
    offices = {
        Move.Channel.CONTACT_CENTER: _("The Contact Center"),
        Move.Channel.NBC_ADOPTIONS: _("The NBC Adoptions Unit"),
    }
    return offices.get(Move.Channel(move.channel), _("The agency"))


def _say_who(account: User, reader: User) -> str:
    if account.pk == reader.pk:
        return _("%(name)s (you)") % {"name": account.name}
    return account.name


def _tell_lapse(hold: Hold, at: datetime, reader: User) -> Event:
    tz = hold.slot.site.tz
    text = _(
        "The time %(when)s, %(site)s, which %(who)s held for %(person)s, was not confirmed in time and was "
        "given back."
    ) % {
        "when": say_instant(hold.slot.starts_at, tz),
        "site": hold.slot.site.name,
        "who": _say_who(hold.account, reader),
        "person": hold.appointment.chain.person.name,
    }
    return Event(say_instant(at, tz), at, text)


def _tell_representation(row: Representation, at: datetime, *, begins: bool) -> Event:
    name = {"name": row.representative.name}
    text = _("%(name)s began to act on this case as representative.") % name
    if not begins:
        text = _("%(name)s no longer acts on this case.") % name
    return Event(_say_agency_time(at), at, text)


def _tell_adding(code: AccessCode, at: datetime, reader: User) -> Event:
    who = _say_who(code.used_by, reader) if code.used_by else ""
    text = _("%(who)s added the case with an Online Access Code.") % {"who": who}
    return Event(_say_agency_time(at), at, text)


def _tell_closing(case: Case, at: datetime) -> Event:
    text = _("The agency closed the case: %(status)s.") % {"status": case.get_status_display()}
    return Event(_say_agency_time(at), at, text)


def _say_agency_time(instant: datetime) -> str:
    """What happened at no site, on the agency's clock."""
    return say_instant(instant, settings.AGENCY_TIME_ZONE)
