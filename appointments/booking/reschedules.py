"""Record completed reschedules. Every service that reschedules uses this, while it holds all locks.

The caller writes the notices in the same transaction: see `notices/services/reschedules.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Representation, User
from appointments.booking import seats
from appointments.booking.decisions import PastReschedules
from appointments.booking.errors import ReasonMissing
from appointments.booking.numbers import generate_confirmation_number
from appointments.models import Appointment, Reschedule, RescheduleDraft, Reservation, ReservedSeat, Slot
from appointments.models.appointment import STATUS_TRANSITIONS
from policy.models import GoodCauseReason, GoodCauseStatement
from policy.queries import RulesInForce


@dataclass(frozen=True, slots=True)
class RescheduleContext:
    """Who reschedules, through which channel and representation; for staff also the note and overrides."""

    actor: User | None
    channel: Reschedule.Channel
    representation: Representation | None = None
    note: str = ""
    overridden_limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoodCause:
    """The reason given for one reschedule."""

    reason: GoodCauseReason
    explanation: str


@dataclass(frozen=True, slots=True)
class SchedulerAppointment:
    """The new appointment as the scheduler of record delivered it."""

    scheduled_at: datetime
    scheduler_reference: str
    status: Appointment.Status
    biometrics_code: int
    is_staff_only: bool


@dataclass(frozen=True, slots=True)
class PlannedReschedule:
    """One appointment and its new slot. Read `past` under the series lock, and both slots with their sites.

    A reschedule with good cause counts toward the limit. `seat` is the reserved seat that becomes the new
    appointment; without one, the caller has taken a seat on `new_slot`.
    """

    appointment: Appointment
    new_slot: Slot
    old_slot: Slot
    past: PastReschedules
    good_cause: GoodCause | None = None
    seat: ReservedSeat | None = None


@dataclass(frozen=True, slots=True)
class CompletedReschedule:
    """A reschedule that was just recorded, and how many the person has left, for the notices."""

    reschedule: Reschedule
    reschedules_left: int


def record_reschedules(
    *, planned: Sequence[PlannedReschedule], context: RescheduleContext, rules: RulesInForce
) -> list[CompletedReschedule]:
    """Supersede the appointments, book the new slots, free the old seats, and record the reschedules.

    Also deletes the drafts of the appointments. Uses as many statements for several people as for one.
    Raises: ReasonMissing if a reason is no longer offered, or needs an explanation and has none.
    """
    statements = _write_statements([row.good_cause for row in planned], rules.now)
    booked = [_build_booked(row.appointment, row.new_slot, rules.now) for row in planned]
    _supersede([row.appointment for row in planned], booked, rules.now)
    _free_old_seats(planned, rules.now)
    return _record(
        [
            _build_reschedule(
                row.appointment, new, row.past, context=context, rules=rules, statement=statement
            )
            for row, new, statement in zip(planned, booked, statements, strict=True)
        ],
        [row.past for row in planned],
        seats_used=[row.seat for row in planned],
    )


def record_scheduler_reschedule(
    *,
    appointment: Appointment,
    new_slot: Slot,
    delivered: SchedulerAppointment,
    rules: RulesInForce,
    past: PastReschedules,
) -> CompletedReschedule:
    """Record a reschedule that the scheduler of record made: by the agency, without good cause.

    The new appointment gets the scheduler's number and instant, and may already have ended. The caller ends
    the reservations of the old appointment and counts the seats of both slots. Read `new_slot` with its site.
    """
    booked = _build_booked(appointment, new_slot, rules.now)
    booked.status = delivered.status
    booked.scheduled_at = delivered.scheduled_at
    booked.scheduler_reference = delivered.scheduler_reference
    booked.biometrics_code = delivered.biometrics_code
    booked.is_staff_only = appointment.is_staff_only or delivered.is_staff_only
    _supersede([appointment], [booked], rules.now)
    context = RescheduleContext(actor=None, channel=Reschedule.Channel.AGENCY)
    reschedule = _build_reschedule(appointment, booked, past, context=context, rules=rules, statement=None)
    [completed] = _record([reschedule], [past], seats_used=[None])
    return completed


def _build_reschedule(
    appointment: Appointment,
    booked: Appointment,
    past: PastReschedules,
    *,
    context: RescheduleContext,
    rules: RulesInForce,
    statement: GoodCauseStatement | None,
) -> Reschedule:
    return Reschedule(
        series=appointment.series,
        number=past.number + 1,
        from_appointment=appointment,
        to_appointment=booked,
        actor=context.actor,
        representation=context.representation,
        channel=context.channel,
        note=context.note,
        overridden_limits=list(context.overridden_limits),
        counts=statement is not None,
        statement=statement,
        policy_version=rules.limits,
        form_type_version=rules.form_types[appointment.case.form_type_id],
        confirmation_number=generate_confirmation_number(),
        rescheduled_at=rules.now,
    )


def _record(
    reschedules: Sequence[Reschedule],
    pasts: Sequence[PastReschedules],
    *,
    seats_used: Sequence[ReservedSeat | None],
) -> list[CompletedReschedule]:
    RescheduleDraft.objects.filter(
        appointment__in=[reschedule.from_appointment_id for reschedule in reschedules]
    ).delete()
    for reschedule, seat in zip(reschedules, seats_used, strict=True):
        reschedule.reserved_seat = seat
    Reschedule.objects.bulk_create(reschedules)
    return [
        CompletedReschedule(
            reschedule=reschedule,
            reschedules_left=max(
                0, reschedule.policy_version.reschedule_cap - len(past.counted_at) - reschedule.counts
            ),
        )
        for reschedule, past in zip(reschedules, pasts, strict=True)
    ]


def _write_statements(causes: Sequence[GoodCause | None], now: datetime) -> list[GoodCauseStatement | None]:
    statements = [_build_statement(cause, now) if cause else None for cause in causes]
    GoodCauseStatement.objects.bulk_create(row for row in statements if row is not None)
    return statements


def _build_statement(cause: GoodCause, now: datetime) -> GoodCauseStatement:
    reason, explanation = cause.reason, cause.explanation
    if not reason.is_in_force(now) or (reason.requires_explanation and not explanation.strip()):
        raise ReasonMissing
    return GoodCauseStatement(reason=reason, explanation=explanation, stated_at=now)


def _build_booked(appointment: Appointment, new_slot: Slot, now: datetime) -> Appointment:
    return Appointment(
        series=appointment.series,
        slot=new_slot,
        status_changed_at=now,
        scheduled_at=now,
        biometrics_code=appointment.biometrics_code,
        is_staff_only=appointment.is_staff_only,
    )


def _supersede(left: Sequence[Appointment], booked: Sequence[Appointment], now: datetime) -> None:
    """Supersede the old appointments before booking the new ones: a series has at most one scheduled."""
    for appointment in left:
        if Appointment.Status.SUPERSEDED not in STATUS_TRANSITIONS[appointment.status]:
            raise ValueError(f"A {appointment.status} appointment cannot be superseded.")
        appointment.status = Appointment.Status.SUPERSEDED
        appointment.status_changed_at = now
    Appointment.objects.filter(pk__in=[appointment.pk for appointment in left]).update(
        status=Appointment.Status.SUPERSEDED, status_changed_at=now
    )
    Appointment.objects.bulk_create(booked)


def _free_old_seats(planned: Sequence[PlannedReschedule], now: datetime) -> None:
    used = [row.seat for row in planned if row.seat is not None]
    freed = [row.old_slot for row in planned]
    seats.end_seats(ended=used, state=Reservation.State.CONFIRMED, at=now, freed=freed)
