"""A sitting in words: each pick as it stands, and at the end which were moved and which not, and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from appointments.caseload.services.bulk_reschedules import BulkItemState, BulkState
from appointments.models import BulkItem, ReservedSeat
from appointments.notices.presenters.reschedules import Place, RescheduleView, build_place, build_reschedule
from appointments.reschedule.presenters.answers import AppointmentView, build_views
from portal.foundation.site_time import format_time


@dataclass(frozen=True, slots=True)
class HeldTime:
    """The seat held for a pick, and until when, on the clock of its site."""

    seat: ReservedSeat
    place: Place
    until: str
    can_extend: bool


@dataclass(frozen=True, slots=True)
class BulkItemView:
    """One pick that the account may act on."""

    now: BulkItemState
    view: AppointmentView
    old: Place
    held: HeldTime | None
    reschedule: RescheduleView | None
    not_rescheduled: str

    @property
    def name(self) -> str:
        return self.view.appointment.series.person.name


@dataclass(frozen=True, slots=True)
class BulkView:
    """A sitting for its pages. `gone` counts picks of which nothing may be said any more."""

    now: BulkState
    items: tuple[BulkItemView, ...]
    gone: int
    first_to_expire: HeldTime | None
    seconds_left: int

    @property
    def ready(self) -> list[BulkItemView]:
        return [view for view in self.items if view.now.is_ready]

    @property
    def unready(self) -> list[BulkItemView]:
        return [view for view in self.items if not view.now.is_ready]

    @property
    def can_extend(self) -> bool:
        return any(view.held and view.held.can_extend for view in self.items)

    @property
    def rescheduled(self) -> list[BulkItemView]:
        return [view for view in self.items if view.reschedule]

    @property
    def not_rescheduled(self) -> list[BulkItemView]:
        return [view for view in self.items if not view.reschedule]

    @property
    def can_continue_with(self) -> list[BulkItemView]:
        return [view for view in self.not_rescheduled if view.now.can_be_rescheduled]


def build_bulk(now: BulkState) -> BulkView:
    """The sitting in the active language, at most one statement."""
    mine = {row.appointment.pk: row for row in now.items if row.appointment is not None}
    appointments = [row.appointment for row in mine.values() if row.appointment is not None]
    decisions = {key: row.decision for key, row in mine.items() if row.decision is not None}
    items = tuple(
        _build_pick(mine[view.appointment.pk], view)
        for view in build_views(appointments, decisions, now.rules)
    )
    held = [view.held for view in items if view.held is not None]
    first = min(held, key=lambda time: time.seat.reservation.expires_at, default=None)
    return BulkView(
        now=now,
        items=items,
        gone=len(now.items) - len(mine),
        first_to_expire=first,
        seconds_left=int((first.seat.reservation.expires_at - now.now).total_seconds()) if first else 0,
    )


def _build_pick(row: BulkItemState, view: AppointmentView) -> BulkItemView:
    return BulkItemView(
        now=row,
        view=view,
        old=build_place(view.appointment.slot),
        held=_build_seat(row.seat) if row.seat else None,
        reschedule=build_reschedule(row.reschedule) if row.reschedule else None,
        not_rescheduled=_why_not_rescheduled(row.select.outcome),
    )


def _build_seat(seat: ReservedSeat) -> HeldTime:
    return HeldTime(
        seat=seat,
        place=build_place(seat.slot),
        until=format_time(seat.reservation.expires_at, seat.slot.site.tz),
        can_extend=seat.reservation.expires_at < seat.reservation.ceiling_at,
    )


def _why_not_rescheduled(outcome: str) -> str:
    texts = {
        BulkItem.Outcome.REFUSED: _("It can no longer be moved online."),
        BulkItem.Outcome.NO_TIME: _("No new time was chosen."),
        BulkItem.Outcome.HOLD_ENDED: _("The new time was no longer held when you confirmed."),
        BulkItem.Outcome.SEAT_REFUSED: _(
            "The new time can no longer be had: the site closed it, or it is full."
        ),
        BulkItem.Outcome.NO_REASON: _("No reason was given, or the reason is no longer offered."),
        BulkItem.Outcome.BUSY: _("The portal was busy. Nothing was changed; try again."),
    }
    return texts.get(BulkItem.Outcome(outcome), "")
