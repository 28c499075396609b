"""A sitting in words: each pick as it stands, and at the end which were moved and which not, and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import Hold, Pick
from appointments.reschedule.presenters.answers import AppointmentStory, tell_stories
from appointments.notices.presenters.reschedules import MoveStory, Place, tell_move, tell_place
from appointments.booking.errors import TooManyPicks
from appointments.caseload.services.bulk_reschedules import PickNow, SittingNow
from portal.foundation.site_time import say_time


@dataclass(frozen=True, slots=True)
class HeldTime:
    """The seat held for a pick, and until when, on the clock of its site."""

    hold: Hold
    place: Place
    until: str
    can_extend: bool


@dataclass(frozen=True, slots=True)
class PickStory:
    """One pick that the account may act on."""

    now: PickNow
    story: AppointmentStory
    old: Place
    held: HeldTime | None
    move: MoveStory | None
    not_moved: str

    @property
    def name(self) -> str:
        return self.story.appointment.chain.person.name


@dataclass(frozen=True, slots=True)
class SittingStory:
    """A sitting for its pages. `gone` counts picks of which nothing may be said any more."""

    now: SittingNow
    picks: tuple[PickStory, ...]
    gone: int
    first_to_lapse: HeldTime | None
    seconds_left: int

    @property
    def ready(self) -> list[PickStory]:
        return [story for story in self.picks if story.now.is_ready]

    @property
    def unready(self) -> list[PickStory]:
        return [story for story in self.picks if not story.now.is_ready]

    @property
    def can_extend(self) -> bool:
        return any(story.held and story.held.can_extend for story in self.picks)

    @property
    def moved(self) -> list[PickStory]:
        return [story for story in self.picks if story.move]

    @property
    def not_moved(self) -> list[PickStory]:
        return [story for story in self.picks if not story.move]

    @property
    def can_go_on_with(self) -> list[PickStory]:
        return [story for story in self.not_moved if story.now.can_be_moved]


def tell_sitting(now: SittingNow) -> SittingStory:
    """The sitting in the active language, at most one statement."""
    mine = {row.appointment.pk: row for row in now.picks if row.appointment is not None}
    appointments = [row.appointment for row in mine.values() if row.appointment is not None]
    decisions = {key: row.decision for key, row in mine.items() if row.decision is not None}
    picks = tuple(
        _tell_pick(mine[story.appointment.pk], story)
        for story in tell_stories(appointments, decisions, now.rules)
    )
    held = [story.held for story in picks if story.held is not None]
    first = min(held, key=lambda time: time.hold.expires_at, default=None)
    return SittingStory(
        now=now,
        picks=picks,
        gone=len(now.picks) - len(mine),
        first_to_lapse=first,
        seconds_left=int((first.hold.expires_at - now.now).total_seconds()) if first else 0,
    )


def _tell_pick(row: PickNow, story: AppointmentStory) -> PickStory:
    return PickStory(
        now=row,
        story=story,
        old=tell_place(story.appointment.slot),
        held=_tell_hold(row.hold) if row.hold else None,
        move=tell_move(row.move) if row.move else None,
        not_moved=_why_not_moved(row.pick.outcome),
    )


def _tell_hold(hold: Hold) -> HeldTime:
    return HeldTime(
        hold=hold,
        place=tell_place(hold.slot),
        until=say_time(hold.expires_at, hold.slot.site.tz),
        can_extend=hold.expires_at < hold.ceiling_at,
    )


def _why_not_moved(outcome: str) -> str:
    texts = {
        Pick.Outcome.REFUSED: _("It can no longer be moved online."),
        Pick.Outcome.NO_TIME: _("No new time was chosen."),
        Pick.Outcome.HOLD_ENDED: _("The new time was no longer held when you confirmed."),
        Pick.Outcome.SEAT_REFUSED: _("The new time can no longer be had: the site closed it, or it is full."),
        Pick.Outcome.NO_REASON: _("No reason was given, or the reason is no longer offered."),
        Pick.Outcome.BUSY: _("The portal was busy. Nothing was changed; try again."),
    }
    return texts.get(Pick.Outcome(outcome), "")


def explain_pick_limit(refused: TooManyPicks) -> str:
    """How many may be moved in one sitting, and what to do."""
    return ngettext(
        "At most %(allowed)d appointment can be moved at one time. Clear some, or finish the ones you "
        "already picked.",
        "At most %(allowed)d appointments can be moved at one time. Clear some, or finish the ones you "
        "already picked.",
        refused.allowed,
    ) % {"allowed": refused.allowed}
