"""A household that is moved together, in words: who can be moved, who not and why, where everyone goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointments.booking.decisions import decide_all
from appointments.eligibility import SeatRefusal
from appointments.models import Appointment, Hold, Notice, Reschedule
from appointments.notices.presenters.reschedules import Place, RescheduleView, build_place, build_reschedule
from appointments.reschedule.presenters.answers import AppointmentView, build_views
from appointments.reschedule.presenters.refusals import explain_seat_refusal
from policy.queries import RulesInForce
from portal.foundation.clock import database_now
from portal.foundation.site_time import format_time


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """Everyone with a standing appointment: those who can be moved together, and the others."""

    movable: tuple[AppointmentView, ...]
    refused: tuple[AppointmentView, ...]
    rules: RulesInForce

    @property
    def appointments(self) -> list[Appointment]:
        """Of those who can be moved."""
        return [view.appointment for view in self.movable]


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's seat, old and new."""

    name: str
    old: Place
    new: Place


@dataclass(frozen=True, slots=True)
class HeldView:
    """What a household holds, until when, and whether it still does."""

    seats: tuple[Seat, ...]
    is_live: bool
    is_confirmed: bool
    expires_at: datetime
    expires: str
    seconds_left: int
    can_extend: bool


@dataclass(frozen=True, slots=True)
class PersonRescheduled:
    """One person's part of the receipt."""

    name: str
    told: RescheduleView
    notice: Notice | None


def build_household(appointments: Sequence[Appointment]) -> HouseholdView:
    """Wants standing appointments `with_display_relations`. At most four statements, however many they are."""
    decisions, rules = decide_all(appointments)
    views = build_views(appointments, decisions, rules)
    return HouseholdView(
        movable=tuple(view for view in views if view.answer.is_allowed),
        refused=tuple(view for view in views if not view.answer.is_allowed),
        rules=rules,
    )


def build_held(holds: Sequence[Hold]) -> HeldView:
    """Wants the holds of one household as the door gives them. One statement."""
    now = database_now()
    first = holds[0]
    return HeldView(
        seats=tuple(
            Seat(
                name=hold.appointment.series.person.name,
                old=build_place(hold.appointment.slot),
                new=build_place(hold.slot),
            )
            for hold in holds
        ),
        is_live=all(hold.is_live(now) for hold in holds),
        is_confirmed=all(hold.state == Hold.State.CONFIRMED for hold in holds),
        expires_at=first.expires_at,
        expires=format_time(first.expires_at, first.slot.site.tz),
        seconds_left=int((first.expires_at - now).total_seconds()),
        can_extend=first.expires_at < first.ceiling_at,
    )


def build_rescheduled(
    reschedules: Sequence[Reschedule], notices: Sequence[Notice]
) -> list[PersonRescheduled]:
    """The receipts of everyone. Wants the moves as the door gives them."""
    by_reschedule = {notice.reschedule_id: notice for notice in notices}
    return [
        PersonRescheduled(
            name=reschedule.to_appointment.series.person.name,
            told=build_reschedule(reschedule),
            notice=by_reschedule.get(reschedule.pk),
        )
        for reschedule in reschedules
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
