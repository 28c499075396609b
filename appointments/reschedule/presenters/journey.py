"""The journey in words: who is moved, what is reserved, and what came of it. Rows in, words out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointments.eligibility import SeatRefusal
from appointments.models import Appointment, Notice, Reschedule, ReservedSeat
from appointments.notices.presenters.reschedules import Place, RescheduleView, build_place, build_reschedule
from appointments.reschedule.presenters.answers import AppointmentView
from appointments.reschedule.presenters.refusals import explain_seat_refusal
from policy.queries import RulesInForce
from portal.foundation.site_time import format_time


@dataclass(frozen=True, slots=True)
class PeopleView:
    """People with a scheduled appointment: those who can be moved together, and the others."""

    movable: tuple[AppointmentView, ...]
    refused: tuple[AppointmentView, ...]


@dataclass(frozen=True, slots=True)
class SeatView:
    """One person's seat, old and new."""

    appointment: Appointment
    name: str
    old: Place
    new: Place


@dataclass(frozen=True, slots=True)
class ReservationView:
    """What is reserved, and until when."""

    seats: tuple[SeatView, ...]
    expires_at: datetime
    expires: str
    seconds_left: int
    can_extend: bool


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One person's part of a receipt."""

    name: str
    told: RescheduleView
    notice: Notice | None


def present_people(views: Iterable[AppointmentView]) -> PeopleView:
    """Part the people who can be moved from those who cannot."""
    views = list(views)
    return PeopleView(
        movable=tuple(view for view in views if view.answer.is_allowed),
        refused=tuple(view for view in views if not view.answer.is_allowed),
    )


def present_reservation(seats: Sequence[ReservedSeat], *, now: datetime) -> ReservationView:
    """Describe the seats of one reservation, as `get_reservation` returns them, on the site’s clock."""
    reservation = seats[0].reservation
    return ReservationView(
        seats=tuple(_present_seat(seat) for seat in seats),
        expires_at=reservation.expires_at,
        expires=format_time(reservation.expires_at, seats[0].slot.site.tz),
        seconds_left=int((reservation.expires_at - now).total_seconds()),
        can_extend=reservation.expires_at < reservation.ceiling_at,
    )


def _present_seat(seat: ReservedSeat) -> SeatView:
    return SeatView(
        appointment=seat.appointment,
        name=seat.appointment.series.person.name,
        old=build_place(seat.appointment.slot),
        new=build_place(seat.slot),
    )


def present_receipts(reschedules: Sequence[Reschedule], notices: Sequence[Notice]) -> list[ReceiptView]:
    """One receipt for each move, with the reader's own notice of it."""
    by_reschedule = {notice.reschedule_id: notice for notice in notices}
    return [
        ReceiptView(
            name=reschedule.to_appointment.series.person.name,
            told=build_reschedule(reschedule),
            notice=by_reschedule.get(reschedule.pk),
        )
        for reschedule in reschedules
    ]


def describe_seat_refusal(cause: SeatRefusal, rules: RulesInForce, *, is_several: bool) -> str:
    """Why a time cannot be had, by one person or by several together, and what to do."""
    if is_several and cause is SeatRefusal.SLOT_FULL:
        return _(
            "From this time on there are no longer enough seats for everyone. Choose another time. "
            "Your present appointments still stand."
        )
    if is_several and cause is SeatRefusal.PRESENT_SLOT:
        return _("One of you already has this time. Choose another one.")
    return explain_seat_refusal(cause, rules)
