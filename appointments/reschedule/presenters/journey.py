"""Present the reschedule journey: people, reservations and receipts. Rows in, texts out."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointments.booking.decisions import PastReschedules
from appointments.eligibility import SeatRefusal
from appointments.models import Appointment, Notice, PlaceAndTime, Reschedule, ReservedSeat
from appointments.notices.calendar import WebLinks, build_web_links
from appointments.notices.presenters.reschedules import Place, RescheduleView, build_place, build_reschedule
from appointments.reschedule.presenters.answers import AppointmentView
from appointments.reschedule.presenters.refusals import explain_seat_refusal
from policy.queries import RulesInForce
from portal.foundation.site_time import format_time


@dataclass(frozen=True, slots=True)
class PeopleView:
    """People with a scheduled appointment: those who can reschedule online, and those who can't."""

    movable: tuple[AppointmentView, ...]
    refused: tuple[AppointmentView, ...]


@dataclass(frozen=True, slots=True)
class SeatView:
    """One person's current and new place. `number` of `limit` counted reschedules; None past the limit."""

    appointment: Appointment
    name: str
    old: Place
    new: Place
    number: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class ReservationView:
    """The seats of a reservation, and how long it lasts."""

    seats: tuple[SeatView, ...]
    expires_at: datetime
    expires: str
    seconds_left: int
    minutes_left: int
    can_extend: bool


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One person's part of a receipt. `calendar_links` only while the new appointment is scheduled."""

    name: str
    view: RescheduleView
    notice: Notice | None
    calendar_links: WebLinks | None


def present_people(views: Iterable[AppointmentView]) -> PeopleView:
    """Split people into those who can reschedule online and those who can't."""
    views = list(views)
    return PeopleView(
        movable=tuple(view for view in views if view.answer.is_allowed),
        refused=tuple(view for view in views if not view.answer.is_allowed),
    )


def present_reservation(
    seats: Sequence[ReservedSeat], *, past: Mapping[int, PastReschedules], rules: RulesInForce
) -> ReservationView:
    """Present one reservation at the instant of the rules, with times in the site's zone.

    `seats` are read as `get_reservation_or_404` reads them, `past` by series key.
    """
    reservation = seats[0].reservation
    seconds_left = int((reservation.expires_at - rules.now).total_seconds())
    limit = rules.limits.reschedule_cap
    return ReservationView(
        seats=tuple(_present_seat(seat, past[seat.appointment.series_id], limit) for seat in seats),
        expires_at=reservation.expires_at,
        expires=format_time(reservation.expires_at, seats[0].slot.site.tz),
        seconds_left=seconds_left,
        minutes_left=max(1, math.ceil(seconds_left / 60)),
        can_extend=reservation.expires_at < reservation.ceiling_at,
    )


def describe_short_deadline(appointments: Sequence[Appointment], rules: RulesInForce) -> str:
    """Return until when to confirm if the online deadline comes before a whole hold would end, or ""."""
    first = min((appointment.slot for appointment in appointments), key=lambda slot: slot.starts_at)
    deadline = first.starts_at - rules.limits.online_cutoff
    if deadline >= rules.now + rules.limits.hold_length:
        return ""
    return _("Confirm the new time by %(time)s. After that, you can no longer reschedule online.") % {
        "time": format_time(deadline, first.site.tz)
    }


def _present_seat(seat: ReservedSeat, past: PastReschedules, limit: int) -> SeatView:
    number = len(past.counted_at) + 1
    return SeatView(
        appointment=seat.appointment,
        name=seat.appointment.person.name,
        old=build_place(seat.appointment.slot),
        new=build_place(seat.slot),
        number=number if number <= limit else None,
        limit=limit,
    )


def present_receipts(reschedules: Sequence[Reschedule], notices: Sequence[Notice]) -> list[ReceiptView]:
    """Return one receipt for each reschedule, with the reader's own notice of it."""
    by_reschedule = {notice.reschedule_id: notice for notice in notices}
    return [
        ReceiptView(
            name=reschedule.to_appointment.person.name,
            view=build_reschedule(reschedule),
            notice=by_reschedule.get(reschedule.pk),
            calendar_links=_build_calendar_links(reschedule.to_appointment),
        )
        for reschedule in reschedules
    ]


def _build_calendar_links(appointment: Appointment) -> WebLinks | None:
    if appointment.status != Appointment.Status.SCHEDULED:
        return None
    return build_web_links(PlaceAndTime.of_slot(appointment.slot))


def describe_seat_refusal(cause: SeatRefusal, rules: RulesInForce, *, is_several: bool) -> str:
    """Return why one person or several can't book a time, and what to do."""
    if is_several and cause is SeatRefusal.SLOT_FULL:
        return _(
            "There are no longer enough seats for everyone at this time. Choose another time. "
            "You still have your current appointments."
        )
    if is_several and cause is SeatRefusal.CURRENT_SLOT:
        return _("One of you already has this time. Choose another one.")
    return explain_seat_refusal(cause, rules)
