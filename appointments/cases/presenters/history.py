"""The case history in sentences, for the client and the representative: what happened, when, and by whom."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import (
    AccessCode,
    Case,
    RepresentativeInvitation,
    RepresentativePasscode,
    RequestChannel,
    User,
)
from appointments.cases.facts import EventKind, HistoryEntry
from appointments.models import Appointment, Reschedule, ReservedSeat
from appointments.notices.facts import Entered, Side
from appointments.notices.presenters.representations import describe_entered
from appointments.representation.presenters.actors import describe_actor
from appointments.representation.presenters.history import describe_end, describe_request, describe_start
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class HistoryEntryView:
    """One entry as a sentence. `reschedule` is set if the entry has a receipt to link to."""

    when: str
    at: datetime
    text: str
    reschedule: Reschedule | None = None


def build_history(entries: Iterable[HistoryEntry], reader: User) -> list[HistoryEntryView]:
    """Build the entries as sentences for this reader, in the same order."""
    return [
        HistoryEntryView(
            when=format_instant(entry.at, _get_time_zone(entry.row)),
            at=entry.at,
            text=_capitalize(SENTENCES[entry.kind](entry.row, reader)),
            reschedule=entry.row if isinstance(entry.row, Reschedule) else None,
        )
        for entry in entries
    ]


def _capitalize(sentence: str) -> str:
    """Begin the sentence with a capital letter, unless it begins with an email address."""
    return sentence if "@" in sentence.split(" ", 1)[0] else capfirst(sentence)


def _get_time_zone(row: object) -> str:
    """Return the zone of the site, or of the agency if the entry belongs to no site."""
    if isinstance(row, Reschedule):
        return row.to_appointment.slot.site.tz
    if isinstance(row, Appointment | ReservedSeat):
        return row.slot.site.tz
    return settings.AGENCY_TIME_ZONE


def _describe_reschedule(reschedule: Reschedule, reader: User) -> str:
    old, new = reschedule.from_appointment.slot, reschedule.to_appointment.slot
    return _(
        "%(who)s rescheduled the appointment of %(person)s from %(old)s, %(old_site)s, to %(new)s, "
        "%(new_site)s."
    ) % {
        "who": _describe_rescheduler(reschedule, reader),
        "person": reschedule.series.person.name,
        "old": format_instant(old.starts_at, old.site.tz),
        "old_site": old.site.name,
        "new": format_instant(new.starts_at, new.site.tz),
        "new_site": new.site.name,
    }


def _describe_rescheduler(reschedule: Reschedule, reader: User) -> str:
    """Return the name of the account that rescheduled online, or the office. Staff are never named."""
    if reschedule.channel == Reschedule.Channel.ONLINE and reschedule.actor is not None:
        return describe_actor(reschedule.actor, reader)
    offices = {
        Reschedule.Channel.CONTACT_CENTER: _("The Contact Center"),
        Reschedule.Channel.NBC_ADOPTIONS: _("The NBC Adoptions Unit"),
    }
    return offices.get(Reschedule.Channel(reschedule.channel), _("The agency"))


def _describe_scheduling(appointment: Appointment, reader: User) -> str:
    return _("The agency scheduled an appointment for %(person)s: %(when)s, %(site)s.") % _place(appointment)


def _describe_missed(appointment: Appointment, reader: User) -> str:
    return _("%(person)s missed the appointment on %(when)s, %(site)s.") % _place(appointment)


def _describe_end_of_appointment(appointment: Appointment, reader: User) -> str:
    if appointment.status == Appointment.Status.MISSED:
        return _describe_missed(appointment, reader)
    sentences = {
        Appointment.Status.ATTENDED: _("%(person)s came to the appointment on %(when)s, %(site)s."),
        Appointment.Status.CANCELLED: _(
            "The agency canceled the appointment of %(person)s on %(when)s, %(site)s."
        ),
    }
    return sentences[Appointment.Status(appointment.status)] % _place(appointment)


def _place(appointment: Appointment) -> dict[str, str]:
    slot = appointment.slot
    return {
        "person": appointment.person.name,
        "when": format_instant(slot.starts_at, slot.site.tz),
        "site": slot.site.name,
    }


def _describe_expired_hold(seat: ReservedSeat, reader: User) -> str:
    return _(
        "%(who)s held %(when)s, %(site)s, for %(person)s but did not confirm it before the hold ended. "
        "The time was released."
    ) % {
        "when": format_instant(seat.slot.starts_at, seat.slot.site.tz),
        "site": seat.slot.site.name,
        "who": describe_actor(seat.reservation.account, reader),
        "person": seat.appointment.person.name,
    }


def _describe_invitation(invitation: RepresentativeInvitation, reader: User) -> str:
    return _("%(who)s invited %(address)s to represent the client.") % {
        "who": describe_actor(invitation.invited_by, reader),
        "address": invitation.email or _("an address that is no longer on record"),
    }


def _describe_cancellation(invitation: RepresentativeInvitation, reader: User) -> str:
    sentence = _("%(who)s canceled the invitation to %(address)s.") % {
        "who": describe_actor(invitation.invited_by, reader),
        "address": invitation.email or _("an address that is no longer on record"),
    }
    if not invitation.cancellation_channel:
        return sentence
    entered = Entered(Side.CLIENT, RequestChannel(invitation.cancellation_channel))
    return f"{sentence} {describe_entered(entered)}"


def _describe_passcode(passcode: RepresentativePasscode, reader: User) -> str:
    who = describe_actor(passcode.issued_by, reader)
    return _("%(who)s created a representative passcode.") % {"who": who}


def _describe_adding(code: AccessCode, reader: User) -> str:
    who = describe_actor(code.used_by, reader) if code.used_by else ""
    return _("%(who)s added the case with an Online Access Code.") % {"who": who}


def _describe_attachment(attached: Any, reader: User) -> str:
    if attached.requestor_id == reader.pk:
        return _(
            "The case was added to your account automatically, because you filed it online with this "
            "account’s email address."
        )
    return _(
        "The case was added to the account of %(who)s, because it was filed online with that account’s email "
        "address."
    ) % {"who": describe_actor(attached.requestor, reader)}


def _describe_closing(case: Case, reader: User) -> str:
    return _("The agency closed the case: %(status)s.") % {"status": case.get_status_display()}


SENTENCES: dict[EventKind, Callable[[Any, User], str]] = {
    EventKind.SCHEDULED: _describe_scheduling,
    EventKind.RESCHEDULED: _describe_reschedule,
    EventKind.APPOINTMENT_ENDED: _describe_end_of_appointment,
    EventKind.APPOINTMENT_MISSED: _describe_missed,
    EventKind.HOLD_EXPIRED: _describe_expired_hold,
    EventKind.INVITED: _describe_invitation,
    EventKind.INVITATION_CANCELLED: _describe_cancellation,
    EventKind.PASSCODE_MADE: _describe_passcode,
    EventKind.REQUESTED: describe_request,
    EventKind.REPRESENTED: describe_start,
    EventKind.NO_LONGER_REPRESENTED: describe_end,
    EventKind.CASE_ADDED: _describe_adding,
    EventKind.CASE_FILED_ONLINE: _describe_attachment,
    EventKind.CASE_CLOSED: _describe_closing,
}
