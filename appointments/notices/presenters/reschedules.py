"""Completed moves, old and new places, and notices in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from appointments.models import Appointment, Move, Notice, Slot
from appointments.notices.facts import NoticeFacts, PlaceAndTime
from appointments.notices.presenters.representations import say_event, say_what_changed
from portal.foundation.site_time import say_instant


@dataclass(frozen=True, slots=True)
class Place:
    """A site and a time in words."""

    when: str
    starts_at: datetime
    site_name: str
    address_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoveStory:
    """One move for a history list."""

    move: Move
    old: Place
    new: Place
    moved_at: str


def tell_place(slot: Slot) -> Place:
    """A slot in words, in its site's zone. Wants the slot with its site."""
    return Place(
        when=say_instant(slot.starts_at, slot.site.tz),
        starts_at=slot.starts_at,
        site_name=slot.site.name,
        address_lines=slot.site.address_lines,
    )


def tell_frozen_place(place: PlaceAndTime) -> Place:
    """The same from a notice's frozen facts."""
    return Place(
        when=say_instant(place.starts_at, place.tz),
        starts_at=place.starts_at,
        site_name=place.site_name,
        address_lines=tuple(place.address_lines),
    )


def tell_moves(moves: Iterable[Move]) -> list[MoveStory]:
    """Moves in words. Wants both slots with their sites."""
    return [tell_move(move) for move in moves]


def tell_move(move: Move) -> MoveStory:
    """One move in words."""
    new_slot = move.to_appointment.slot
    return MoveStory(
        move=move,
        old=tell_place(move.from_appointment.slot),
        new=tell_place(new_slot),
        moved_at=say_instant(move.moved_at, new_slot.site.tz),
    )


@dataclass(frozen=True, slots=True)
class NoticeStory:
    """One notice for the inbox and its own page."""

    notice: Notice
    title: str
    text: str
    created: str
    old: Place | None
    new: Place | None
    facts: NoticeFacts | None
    is_superseded: bool


def tell_notice(notice: Notice) -> NoticeStory:
    """A notice from its frozen facts. Wants the notice with its appointment."""
    if notice.kind == Notice.Kind.REPRESENTATION:
        return NoticeStory(
            notice=notice,
            title=say_event(notice.facts),
            text=say_what_changed(notice.facts),
            created=say_instant(notice.created_at, settings.AGENCY_TIME_ZONE),
            old=None,
            new=None,
            facts=None,
            is_superseded=False,
        )
    if notice.kind == Notice.Kind.HOLD_LAPSED:
        held = PlaceAndTime.from_json(notice.facts["new"])
        new = tell_frozen_place(held)
        return NoticeStory(
            notice=notice,
            title=_("A held time was released"),
            text=_("The time to confirm %(when)s ran out. Your appointment did not change.")
            % {"when": new.when},
            created=say_instant(notice.created_at, held.tz),
            old=None,
            new=new,
            facts=None,
            is_superseded=False,
        )
    facts = NoticeFacts.from_json(notice.facts)
    new = tell_frozen_place(facts.new)
    by_agency = notice.kind == Notice.Kind.AGENCY_MOVED
    return NoticeStory(
        notice=notice,
        title=_("The agency moved an appointment") if by_agency else _("Appointment moved"),
        text=_("New time: %(when)s.") % {"when": new.when},
        created=say_instant(notice.created_at, facts.new.tz),
        old=tell_frozen_place(facts.old) if facts.old else None,
        new=new,
        facts=facts,
        is_superseded=notice.told_appointment.status == Appointment.Status.SUPERSEDED,
    )
