"""The rows of a completed move, written while the caller holds every lock. Used by all who move."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Representation, User
from appointments.booking import seats
from appointments.booking.decisions import PastReschedules
from appointments.booking.errors import ReasonMissing
from appointments.booking.numbers import generate_confirmation_number
from appointments.models import Appointment, Hold, Reschedule, RescheduleDraft, Slot
from appointments.models.appointment import STATUS_TRANSITIONS
from appointments.notices.services.reschedules import write_reschedule_notices
from policy.models import GoodCauseReason, GoodCauseStatement
from policy.queries import RulesInForce


@dataclass(frozen=True, slots=True)
class RescheduleContext:
    """Who moves, by what channel, and under which representation. Staff: what they noted and set aside."""

    actor: User | None
    channel: Reschedule.Channel
    representation: Representation | None = None
    note: str = ""
    overridden_limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoodCause:
    """The reason given for one move."""

    reason: GoodCauseReason
    explanation: str


@dataclass(frozen=True, slots=True)
class SchedulerAppointment:
    """The new appointment as the scheduler of record made it."""

    scheduled_at: datetime
    scheduler_reference: str
    status: Appointment.Status
    biometrics_code: int
    is_staff_only: bool


def record_reschedule(
    *,
    appointment: Appointment,
    new_slot: Slot,
    old_slot: Slot,
    context: RescheduleContext,
    good_cause: GoodCause | None,
    hold: Hold | None,
    rules: RulesInForce,
    past: PastReschedules,
) -> Reschedule:
    """Supersedes the appointment, books `new_slot`, frees the old seat, records the move, owes the notices.

    The seat on `new_slot` is already taken, by `hold` or by the caller. A move with good cause counts.
    `past` was read under the chain's lock.
    Raises ReasonMissing when the reason is no longer offered, or needs an explanation and has none.
    """
    statement = _write_statement(good_cause, rules.now) if good_cause else None
    booked = _supersede(appointment, new_slot, rules.now)
    seats.free_seats(old_slot)
    if hold is not None:
        seats.end_hold(hold, state=Hold.State.CONFIRMED, at=rules.now)
    return _record(
        appointment, booked, context=context, statement=statement, hold=hold, rules=rules, past=past
    )


def record_scheduler_reschedule(
    *,
    appointment: Appointment,
    new_slot: Slot,
    delivered: SchedulerAppointment,
    rules: RulesInForce,
    past: PastReschedules,
) -> Reschedule:
    """As `record_reschedule`, for a move that the scheduler of record made: by the agency, without good cause.

    The new appointment carries the scheduler's number and instant, and may have ended already. The caller
    ends the holds for the old one and counts the seats of both slots. Wants `new_slot` with its site.
    """
    booked = _supersede(appointment, new_slot, rules.now, delivered)
    context = RescheduleContext(actor=None, channel=Reschedule.Channel.AGENCY)
    return _record(appointment, booked, context=context, statement=None, hold=None, rules=rules, past=past)


def _record(
    appointment: Appointment,
    booked: Appointment,
    *,
    context: RescheduleContext,
    statement: GoodCauseStatement | None,
    hold: Hold | None,
    rules: RulesInForce,
    past: PastReschedules,
) -> Reschedule:
    """The move and its notices; what was drafted for the appointment that was left is forgotten."""
    RescheduleDraft.objects.filter(appointment=appointment).delete()
    reschedule = Reschedule.objects.create(
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
        hold=hold,
        policy_version=rules.limits,
        form_type_version=rules.form_types[appointment.series.person.case.form_type_id],
        confirmation_number=generate_confirmation_number(),
        rescheduled_at=rules.now,
    )
    counted = len(past.counted_at) + reschedule.counts
    write_reschedule_notices(
        reschedule,
        old_slot=appointment.slot,
        new_slot=booked.slot,
        reschedules_left=max(0, rules.limits.reschedule_cap - counted),
    )
    return reschedule


def _write_statement(good_cause: GoodCause, now: datetime) -> GoodCauseStatement:
    reason, explanation = good_cause.reason, good_cause.explanation
    if not reason.is_in_force(now) or (reason.requires_explanation and not explanation.strip()):
        raise ReasonMissing
    return GoodCauseStatement.objects.create(reason=reason, explanation=explanation, stated_at=now)


def _supersede(
    appointment: Appointment, new_slot: Slot, now: datetime, delivered: SchedulerAppointment | None = None
) -> Appointment:
    if Appointment.Status.SUPERSEDED not in STATUS_TRANSITIONS[appointment.status]:
        raise ValueError(f"A {appointment.status} appointment cannot be superseded.")
    appointment.status = Appointment.Status.SUPERSEDED
    appointment.status_changed_at = now
    appointment.save(update_fields=["status", "status_changed_at"])
    booked = Appointment(
        series=appointment.series,
        slot=new_slot,
        status_changed_at=now,
        scheduled_at=now,
        biometrics_code=appointment.biometrics_code,
        is_staff_only=appointment.is_staff_only,
    )
    if delivered is not None:
        booked.status = delivered.status
        booked.scheduled_at = delivered.scheduled_at
        booked.scheduler_reference = delivered.scheduler_reference
        booked.biometrics_code = delivered.biometrics_code
        booked.is_staff_only = appointment.is_staff_only or delivered.is_staff_only
    booked.save(force_insert=True)
    return booked
