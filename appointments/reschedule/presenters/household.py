"""A household that is moved together, in words: who can be moved, who not and why, where everyone goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointments.eligibility import SeatRefusal
from appointments.models import Appointment, Hold, Move, Notice
from appointments.reschedule.presenters.answers import AppointmentStory, tell_stories
from appointments.notices.presenters.reschedules import MoveStory, Place, tell_move, tell_place
from appointments.reschedule.presenters.refusals import explain_seat_refusal
from appointments.booking.decisions import decide_all
from portal.foundation.site_time import say_time
from portal.foundation.clock import database_now
from policy.services.rules import RulesInForce


@dataclass(frozen=True, slots=True)
class HouseholdStory:
    """Everyone with a standing appointment: those who can be moved together, and the others."""

    movable: tuple[AppointmentStory, ...]
    refused: tuple[AppointmentStory, ...]
    rules: RulesInForce

    @property
    def appointments(self) -> list[Appointment]:
        """Of those who can be moved."""
        return [story.appointment for story in self.movable]


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's seat, old and new."""

    name: str
    old: Place
    new: Place


@dataclass(frozen=True, slots=True)
class HeldStory:
    """What a household holds, until when, and whether it still does."""

    seats: tuple[Seat, ...]
    is_live: bool
    is_confirmed: bool
    expires_at: datetime
    expires: str
    seconds_left: int
    can_extend: bool


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """One person's part of the receipt."""

    name: str
    told: MoveStory
    notice: Notice | None


def tell_household(appointments: Sequence[Appointment]) -> HouseholdStory:
    """Wants standing appointments `with_story`. At most four statements, however many they are."""
    decisions, rules = decide_all(appointments)
    stories = tell_stories(appointments, decisions, rules)
    return HouseholdStory(
        movable=tuple(story for story in stories if story.answer.is_allowed),
        refused=tuple(story for story in stories if not story.answer.is_allowed),
        rules=rules,
    )


def tell_held(holds: Sequence[Hold]) -> HeldStory:
    """Wants the holds of one household as the door gives them. One statement."""
    now = database_now()
    first = holds[0]
    return HeldStory(
        seats=tuple(
            Seat(
                name=hold.appointment.chain.person.name,
                old=tell_place(hold.appointment.slot),
                new=tell_place(hold.slot),
            )
            for hold in holds
        ),
        is_live=all(hold.is_live(now) for hold in holds),
        is_confirmed=all(hold.state == Hold.State.CONFIRMED for hold in holds),
        expires_at=first.expires_at,
        expires=say_time(first.expires_at, first.slot.site.tz),
        seconds_left=int((first.expires_at - now).total_seconds()),
        can_extend=first.expires_at < first.ceiling_at,
    )


def tell_moved(moves: Sequence[Move], notices: Sequence[Notice]) -> list[PersonMoved]:
    """The receipts of everyone. Wants the moves as the door gives them."""
    by_move = {notice.move_id: notice for notice in notices}
    return [
        PersonMoved(
            name=move.to_appointment.chain.person.name, told=tell_move(move), notice=by_move.get(move.pk)
        )
        for move in moves
    ]


def explain_household_seat_refusal(cause: SeatRefusal, rules: RulesInForce) -> str:
    """Why a picked time cannot be had for everyone, and what to do."""
    if cause is SeatRefusal.SLOT_FULL:
        return _(
            "From this time on there are no longer enough seats for everyone. Choose another time. "
            "Your present appointments still stand."
        )
    if cause is SeatRefusal.PRESENT_SLOT:
        return _("One of you already has this time. Choose another one.")
    return explain_seat_refusal(cause, rules)
