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
from appointments.models import Appointment, Reschedule, ReservedSeat
from appointments.notices.facts import Entered, Side
from appointments.notices.presenters.representations import describe_entered
from appointments.representation.presenters.actors import describe_actor
from appointments.representation.presenters.history import describe_asked, describe_began, describe_ended
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in words. `reschedule` leads to its receipt."""

    when: str
    at: datetime
    text: str
    reschedule: Reschedule | None = None


def build_events(rows: Iterable[tuple[str, int, datetime]], case: Case, reader: User) -> list[Event]:
    """A page of events in words, in the order of the rows. At most one statement for each table."""
    listed = [(EventKind(kind), key, at) for kind, key, at in rows]
    found = _read(listed)

    def tell(kind: EventKind, key: int, at: datetime) -> Event:
        table, say = SENTENCES[kind]
        row = found[table][key]
        tz = _zone_of(row)
        return Event(
            when=format_instant(at, tz),
            at=at,
            text=_begin(say(row, reader)),
            reschedule=row if isinstance(row, Reschedule) else None,
        )

    return [tell(*row) for row in listed]


def _read(listed: Collection[tuple[EventKind, int, datetime]]) -> dict[str, dict[int, Any]]:
    keys: dict[str, set[int]] = defaultdict(set)
    for kind, key, _at in listed:
        keys[SENTENCES[kind][0]].add(key)
    return {table: TABLES[table]().in_bulk(list(wanted)) for table, wanted in keys.items()}


TABLES: dict[str, Callable[[], QuerySet[Any]]] = {
    "reschedule": lambda: Reschedule.objects.select_related(
        "actor", "series__person", "from_appointment__slot__site", "to_appointment__slot__site"
    ),
    "appointment": lambda: Appointment.objects.select_related("slot__site", "series__person"),
    "reserved_seat": lambda: ReservedSeat.objects.select_related(
        "reservation__account", "slot__site", "appointment__series__person"
    ),
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
    if isinstance(row, Reschedule):
        return row.to_appointment.slot.site.tz
    if isinstance(row, Appointment | ReservedSeat):
        return row.slot.site.tz
    return settings.AGENCY_TIME_ZONE


def _describe_reschedule(reschedule: Reschedule, reader: User) -> str:
    old, new = reschedule.from_appointment.slot, reschedule.to_appointment.slot
    return _(
        "%(who)s moved the appointment of %(person)s from %(old)s, %(old_site)s, to %(new)s, %(new_site)s."
    ) % {
        "who": _who_rescheduled(reschedule, reader),
        "person": reschedule.series.person.name,
        "old": format_instant(old.starts_at, old.site.tz),
        "old_site": old.site.name,
        "new": format_instant(new.starts_at, new.site.tz),
        "new_site": new.site.name,
    }


def _who_rescheduled(reschedule: Reschedule, reader: User) -> str:
    """The public reads names of the public; of staff it reads the office."""
    if reschedule.channel == Reschedule.Channel.ONLINE and reschedule.actor is not None:
        return describe_actor(reschedule.actor, reader)
    offices = {
        Reschedule.Channel.CONTACT_CENTER: _("The Contact Center"),
        Reschedule.Channel.NBC_ADOPTIONS: _("The NBC Adoptions Unit"),
    }
    return offices.get(Reschedule.Channel(reschedule.channel), _("The agency"))


def _describe_scheduling(appointment: Appointment, reader: User) -> str:
    return _("The agency scheduled an appointment for %(person)s: %(when)s, %(site)s.") % _place(appointment)


def _describe_missing(appointment: Appointment, reader: User) -> str:
    return _("%(person)s did not come to the appointment of %(when)s, %(site)s.") % _place(appointment)


def _describe_end_of_appointment(appointment: Appointment, reader: User) -> str:
    if appointment.status == Appointment.Status.MISSED:
        return _describe_missing(appointment, reader)
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
        "person": appointment.series.person.name,
        "when": format_instant(slot.starts_at, slot.site.tz),
        "site": slot.site.name,
    }


def _describe_expiry(seat: ReservedSeat, reader: User) -> str:
    return _(
        "The time %(when)s, %(site)s, which %(who)s held for %(person)s, was not confirmed in time and was "
        "given back."
    ) % {
        "when": format_instant(seat.slot.starts_at, seat.slot.site.tz),
        "site": seat.slot.site.name,
        "who": describe_actor(seat.reservation.account, reader),
        "person": seat.appointment.series.person.name,
    }


def _describe_invitation(invitation: RepresentativeInvitation, reader: User) -> str:
    return _("%(who)s invited %(address)s to act on this case as representative.") % {
        "who": describe_actor(invitation.invited_by, reader),
        "address": invitation.email or _("an address that is no longer on record"),
    }


def _describe_cancellation(invitation: RepresentativeInvitation, reader: User) -> str:
    said = _("%(who)s took back the invitation to %(address)s.") % {
        "who": describe_actor(invitation.invited_by, reader),
        "address": invitation.email or _("an address that is no longer on record"),
    }
    if not invitation.cancellation_channel:
        return said
    entered = Entered(Side.CLIENT, RequestChannel(invitation.cancellation_channel))
    return f"{said} {describe_entered(entered)}"


def _describe_passcode(passcode: RepresentativePasscode, reader: User) -> str:
    return _("%(who)s made a representative passcode.") % {"who": describe_actor(passcode.issued_by, reader)}


def _describe_adding(code: AccessCode, reader: User) -> str:
    who = describe_actor(code.used_by, reader) if code.used_by else ""
    return _("%(who)s added the case with an Online Access Code.") % {"who": who}


def _describe_attachment(attached: Any, reader: User) -> str:
    return _(
        "The case came to the account of %(who)s, because it was filed online with an email address of it."
    ) % {"who": describe_actor(attached.requestor, reader)}


def _describe_closing(case: Case, reader: User) -> str:
    return _("The agency closed the case: %(status)s.") % {"status": case.get_status_display()}


# Of each kind: the table its keys are of, and the sentence.
SENTENCES: dict[EventKind, tuple[str, Callable[[Any, User], str]]] = {
    EventKind.SCHEDULED: ("appointment", _describe_scheduling),
    EventKind.RESCHEDULED: ("reschedule", _describe_reschedule),
    EventKind.APPOINTMENT_ENDED: ("appointment", _describe_end_of_appointment),
    EventKind.APPOINTMENT_MISSED: ("appointment", _describe_missing),
    EventKind.HOLD_EXPIRED: ("reserved_seat", _describe_expiry),
    EventKind.INVITED: ("invitation", _describe_invitation),
    EventKind.INVITATION_TAKEN_BACK: ("invitation", _describe_cancellation),
    EventKind.PASSCODE_MADE: ("passcode", _describe_passcode),
    EventKind.REQUESTEE: ("representation", describe_asked),
    EventKind.REPRESENTED: ("representation", describe_began),
    EventKind.NO_LONGER_REPRESENTED: ("representation", describe_ended),
    EventKind.CASE_ADDED: ("code", _describe_adding),
    EventKind.CASE_FILED_ONLINE: ("attachment", _describe_attachment),
    EventKind.CASE_CLOSED: ("case", _describe_closing),
}
