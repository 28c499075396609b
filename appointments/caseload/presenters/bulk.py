"""Bulk reschedules for their pages: the state of each item, and at the end the outcome of each."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from appointments.caseload.facts import BulkItemState, BulkState
from appointments.models import Appointment, BulkItem, ReservedSeat
from appointments.notices.presenters.reschedules import Place, RescheduleView, build_place, build_reschedule
from appointments.reschedule.presenters.answers import Answer, AppointmentView, build_views
from portal.foundation.site_time import format_time


@dataclass(frozen=True, slots=True)
class HeldTime:
    """The seat held for an item. `until` is a time of day in the time zone of the site."""

    seat: ReservedSeat
    place: Place
    until: str
    can_extend: bool


@dataclass(frozen=True, slots=True)
class BulkItemView:
    """One item that the account may act on. `problem` says why it was not rescheduled."""

    state: BulkItemState
    appointment: Appointment
    answer: Answer
    old: Place
    held: HeldTime | None
    reschedule: RescheduleView | None
    problem: str

    @property
    def name(self) -> str:
        return self.appointment.person.name


@dataclass(frozen=True, slots=True)
class BulkView:
    """A bulk reschedule for its pages. `gone` counts the items that the account may no longer act on."""

    state: BulkState
    items: tuple[BulkItemView, ...]
    gone: int
    first_to_expire: HeldTime | None
    seconds_left: int

    @property
    def ready(self) -> list[BulkItemView]:
        return [item for item in self.items if item.state.is_ready]

    @property
    def unready(self) -> list[BulkItemView]:
        return [item for item in self.items if not item.state.is_ready]

    @property
    def can_extend(self) -> bool:
        return any(item.held and item.held.can_extend for item in self.items)

    @property
    def rescheduled(self) -> list[BulkItemView]:
        return [item for item in self.items if item.reschedule]

    @property
    def not_rescheduled(self) -> list[BulkItemView]:
        return [item for item in self.items if not item.reschedule]

    @property
    def can_continue_with(self) -> list[BulkItemView]:
        return [item for item in self.not_rescheduled if item.state.can_be_rescheduled]

    def get_item(self, state: BulkItemState) -> BulkItemView:
        """Return the view of this item."""
        return next(item for item in self.items if item.state is state)

    def find_next(self, current: BulkItemView) -> BulkItemView | None:
        """Return the next item after this one that needs a time, or None."""
        later = self.items[self.items.index(current) + 1 :]
        return next((item for item in later if item.state.needs_time), None)


def build_bulk(state: BulkState) -> BulkView:
    """Build the view of a bulk reschedule in the active language."""
    mine = {row.appointment.pk: row for row in state.items if row.appointment is not None}
    appointments = [row.appointment for row in mine.values() if row.appointment is not None]
    decisions = {key: row.decision for key, row in mine.items() if row.decision is not None}
    items = tuple(
        _build_item(mine[view.appointment.pk], view)
        for view in build_views(appointments, decisions, state.rules)
    )
    held = [item.held for item in items if item.held is not None]
    first = min(held, key=lambda time: time.seat.reservation.expires_at, default=None)
    return BulkView(
        state=state,
        items=items,
        gone=len(state.items) - len(mine),
        first_to_expire=first,
        seconds_left=int((first.seat.reservation.expires_at - state.at).total_seconds()) if first else 0,
    )


def _build_item(row: BulkItemState, view: AppointmentView) -> BulkItemView:
    return BulkItemView(
        state=row,
        appointment=view.appointment,
        answer=view.answer,
        old=build_place(view.appointment.slot),
        held=_build_held(row.seat) if row.seat else None,
        reschedule=build_reschedule(row.reschedule) if row.reschedule else None,
        problem=describe_problem(row.item.outcome),
    )


def _build_held(seat: ReservedSeat) -> HeldTime:
    return HeldTime(
        seat=seat,
        place=build_place(seat.slot),
        until=format_time(seat.reservation.expires_at, seat.slot.site.tz),
        can_extend=seat.reservation.expires_at < seat.reservation.ceiling_at,
    )


def describe_problem(outcome: str) -> str:
    texts = {
        BulkItem.Outcome.REFUSED: _("This appointment can no longer be rescheduled online."),
        BulkItem.Outcome.NO_TIME: _("No new time was chosen."),
        BulkItem.Outcome.HOLD_ENDED: _("We were no longer holding the new time when you confirmed."),
        BulkItem.Outcome.SEAT_REFUSED: _(
            "The new time is no longer available. It is full, or the site closed it."
        ),
        BulkItem.Outcome.NO_REASON: _("No reason was given, or the reason is no longer offered."),
        BulkItem.Outcome.BUSY: _("The portal was busy. Nothing changed. Try again."),
    }
    return texts.get(BulkItem.Outcome(outcome), "")
