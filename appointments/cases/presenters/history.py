"""What happened on a case, in sentences for its people and their representative: what, when, by whom."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import (
    AccessCode,
    Case,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
    RequestChannel,
    User,
)
from appointments.cases.queries import EventKind
from appointments.models import Appointment, Hold, Move
from appointments.representation.presenters.history import say_asked, say_began, say_ended
from appointments.notices.presenters.representations import say_entered
from appointments.representation.presenters.actors import say_who
from appointments.notices.services.representations import Entered, Side
from portal.foundation.site_time import say_instant


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in words. `move` leads to its receipt."""

    when: str
    at: datetime
    text: str
    move: Move | None = None


def tell_events(rows: Iterable[tuple[str, int, datetime]], case: Case, reader: User) -> list[Event]:
    """A page of events in words, in the order of the rows. At most one statement for each table."""
    listed = [(EventKind(kind), key, at) for kind, key, at in rows]
    found = _read(listed)

    def tell(kind: EventKind, key: int, at: datetime) -> Event:
        table, say = SENTENCES[kind]
        row = found[table][key]
        tz = _zone_of(row)
        return Event(
            when=say_instant(at, tz),
            at=at,
            text=_begin(say(row, reader)),
            move=row if isinstance(row, Move) else None,
        )

    return [tell(*row) for row in listed]


def _read(listed: Collection[tuple[EventKind, int, datetime]]) -> dict[str, dict[int, Any]]:
    keys: dict[str, set[int]] = defaultdict(set)
    for kind, key, _at in listed:
        keys[SENTENCES[kind][0]].add(key)
    return {table: TABLES[table]().in_bulk(list(wanted)) for table, wanted in keys.items()}


TABLES: dict[str, Callable[[], QuerySet[Any]]] = {
    "move": lambda: Move.objects.select_related(
        "actor", "chain__person", "from_appointment__slot__site", "to_appointment__slot__site"
    ),
    "appointment": lambda: Appointment.objects.select_related("slot__site", "chain__person"),
    "hold": lambda: Hold.objects.select_related("account", "slot__site", "appointment__chain__person"),
    "representation": lambda: Representation.objects.select_related(
        "case", "representative", "accepted_by", "ended_by", "invitation"
    ),
    "invitation": lambda: RepresentativeInvitation.objects.select_related("invited_by"),
    "passcode": lambda: RepresentativePasscode.objects.select_related("issued_by"),
    "code": lambda: AccessCode.objects.select_related("used_by"),
    "attachment": lambda: Case.pgh_event_model.objects.select_related("requestor"),  # type: ignore[attr-defined] # made by pghistory
    "case": Case.objects.all,
}


def _begin(sentence: str) -> str:
    """With a capital letter, but for an address: that stays as it was typed."""
    return sentence if "@" in sentence.split(" ", 1)[0] else capfirst(sentence)


def _zone_of(row: object) -> str:
    """The site's zone; what happened at no site is told on the agency's clock."""
    if isinstance(row, Move):
        return row.to_appointment.slot.site.tz
    if isinstance(row, Appointment | Hold):
        return row.slot.site.tz
    return settings.AGENCY_TIME_ZONE


def _say_move(move: Move, reader: User) -> str:
    old, new = move.from_appointment.slot, move.to_appointment.slot
    return _(
        "%(who)s moved the appointment of %(person)s from %(old)s, %(old_site)s, to %(new)s, %(new_site)s."
    ) % {
        "who": _who_moved(move, reader),
        "person": move.chain.person.name,
        "old": say_instant(old.starts_at, old.site.tz),
        "old_site": old.site.name,
        "new": say_instant(new.starts_at, new.site.tz),
        "new_site": new.site.name,
    }


def _who_moved(move: Move, reader: User) -> str:
    """The public reads names of the public; of staff it reads the office."""
    if move.channel == Move.Channel.ONLINE and move.actor is not None:
        return say_who(move.actor, reader)
    offices = {
        Move.Channel.CONTACT_CENTER: _("The Contact Center"),
        Move.Channel.NBC_ADOPTIONS: _("The NBC Adoptions Unit"),
    }
    return offices.get(Move.Channel(move.channel), _("The agency"))


def _say_scheduling(appointment: Appointment, reader: User) -> str:
    return _("The agency scheduled an appointment for %(person)s: %(when)s, %(site)s.") % _place(appointment)


def _say_missing(appointment: Appointment, reader: User) -> str:
    return _("%(person)s did not come to the appointment of %(when)s, %(site)s.") % _place(appointment)


def _say_end_of_appointment(appointment: Appointment, reader: User) -> str:
    if appointment.status == Appointment.Status.MISSED:
        return _say_missing(appointment, reader)
    sentences = {
        Appointment.Status.ATTENDED: _("%(person)s came to the appointment of %(when)s, %(site)s."),
        Appointment.Status.CANCELLED: _(
            "The agency cancelled the appointment of %(person)s on %(when)s, %(site)s."
        ),
    }
    return sentences[Appointment.Status(appointment.status)] % _place(appointment)


def _place(appointment: Appointment) -> dict[str, str]:
    slot = appointment.slot
    return {
        "person": appointment.chain.person.name,
        "when": say_instant(slot.starts_at, slot.site.tz),
        "site": slot.site.name,
    }


def _say_lapse(hold: Hold, reader: User) -> str:
    return _(
        "The time %(when)s, %(site)s, which %(who)s held for %(person)s, was not confirmed in time and was "
        "given back."
    ) % {
        "when": say_instant(hold.slot.starts_at, hold.slot.site.tz),
        "site": hold.slot.site.name,
        "who": say_who(hold.account, reader),
        "person": hold.appointment.chain.person.name,
    }


def _say_invitation(invitation: RepresentativeInvitation, reader: User) -> str:
    return _("%(who)s invited %(address)s to act on this case as representative.") % {
        "who": say_who(invitation.invited_by, reader),
        "address": invitation.email or _("an address that is no longer on record"),
    }


def _say_taking_back(invitation: RepresentativeInvitation, reader: User) -> str:
    said = _("%(who)s took back the invitation to %(address)s.") % {
        "who": say_who(invitation.invited_by, reader),
        "address": invitation.email or _("an address that is no longer on record"),
    }
    if not invitation.taken_back_channel:
        return said
    entered = Entered(Side.CLIENT, RequestChannel(invitation.taken_back_channel))
    return f"{said} {say_entered(entered)}"


def _say_passcode(passcode: RepresentativePasscode, reader: User) -> str:
    return _("%(who)s made a representative passcode.") % {"who": say_who(passcode.issued_by, reader)}


def _say_adding(code: AccessCode, reader: User) -> str:
    who = say_who(code.used_by, reader) if code.used_by else ""
    return _("%(who)s added the case with an Online Access Code.") % {"who": who}


def _say_attachment(attached: Any, reader: User) -> str:
    return _(
        "The case came to the account of %(who)s, because it was filed online with an email address of it."
    ) % {"who": say_who(attached.requestor, reader)}


def _say_closing(case: Case, reader: User) -> str:
    return _("The agency closed the case: %(status)s.") % {"status": case.get_status_display()}


# Of each kind: the table its keys are of, and the sentence.
SENTENCES: dict[EventKind, tuple[str, Callable[[Any, User], str]]] = {
    EventKind.SCHEDULED: ("appointment", _say_scheduling),
    EventKind.MOVED: ("move", _say_move),
    EventKind.APPOINTMENT_ENDED: ("appointment", _say_end_of_appointment),
    EventKind.APPOINTMENT_MISSED: ("appointment", _say_missing),
    EventKind.HOLD_LAPSED: ("hold", _say_lapse),
    EventKind.INVITED: ("invitation", _say_invitation),
    EventKind.INVITATION_TAKEN_BACK: ("invitation", _say_taking_back),
    EventKind.PASSCODE_MADE: ("passcode", _say_passcode),
    EventKind.ASKED: ("representation", say_asked),
    EventKind.REPRESENTED: ("representation", say_began),
    EventKind.NO_LONGER_REPRESENTED: ("representation", say_ended),
    EventKind.CASE_ADDED: ("code", _say_adding),
    EventKind.CASE_FILED_ONLINE: ("attachment", _say_attachment),
    EventKind.CASE_CLOSED: ("case", _say_closing),
}
