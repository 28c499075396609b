"""The rows of a completed move, written while the caller holds every lock. Used by all who move."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Representation, User
from appointments.models import Appointment, Hold, Move, RescheduleDraft, Slot
from appointments.models.appointment import STATUS_TRANSITIONS
from appointments.booking.numbers import draw_confirmation_number
from appointments.booking import seats
from appointments.booking.decisions import PastMoves
from appointments.notices.services.reschedules import write_move_notices
from appointments.booking.errors import ReasonMissing
from policy.models import GoodCauseReason, GoodCauseStatement
from policy.services.rules import RulesInForce


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves, by what channel, and under which representation. Staff: what they noted and set aside."""

    actor: User | None
    channel: Move.Channel
    representation: Representation | None = None
    note: str = ""
    overridden_limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoodCause:
    """The reason given for one move."""

    reason: GoodCauseReason
    explanation: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The new appointment as the scheduler of record made it."""

    scheduled_at: datetime
    scheduler_reference: str
    status: Appointment.Status
    biometrics_code: int
    is_staff_only: bool


def write_move(
    *,
    appointment: Appointment,
    new_slot: Slot,
    old_slot: Slot,
    mover: Mover,
    good_cause: GoodCause | None,
    hold: Hold | None,
    rules: RulesInForce,
    past: PastMoves,
) -> Move:
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
    return _record(appointment, booked, mover=mover, statement=statement, hold=hold, rules=rules, past=past)


def write_delivered_move(
    *, appointment: Appointment, new_slot: Slot, delivered: Delivered, rules: RulesInForce, past: PastMoves
) -> Move:
    """As `write_move`, for a move that the scheduler of record made: by the agency, without good cause.

    The new appointment carries the scheduler's number and instant, and may have ended already. The caller
    ends the holds for the old one and counts the seats of both slots. Wants `new_slot` with its site.
    """
    booked = _supersede(appointment, new_slot, rules.now, delivered)
    mover = Mover(actor=None, channel=Move.Channel.AGENCY)
    return _record(appointment, booked, mover=mover, statement=None, hold=None, rules=rules, past=past)


def _record(
    appointment: Appointment,
    booked: Appointment,
    *,
    mover: Mover,
    statement: GoodCauseStatement | None,
    hold: Hold | None,
    rules: RulesInForce,
    past: PastMoves,
) -> Move:
    """The move and its notices; what was drafted for the appointment that was left is forgotten."""
    RescheduleDraft.objects.filter(appointment=appointment).delete()
    move = Move.objects.create(
        chain=appointment.chain,
        number=past.number + 1,
        from_appointment=appointment,
        to_appointment=booked,
        actor=mover.actor,
        representation=mover.representation,
        channel=mover.channel,
        note=mover.note,
        overridden_limits=list(mover.overridden_limits),
        counts=statement is not None,
        statement=statement,
        hold=hold,
        policy_version=rules.limits,
        form_type_version=rules.form_types[appointment.chain.person.case.form_type_id],
        confirmation_number=draw_confirmation_number(),
        moved_at=rules.now,
    )
    counted = len(past.counted_at) + move.counts
    write_move_notices(
        move,
        old_slot=appointment.slot,
        new_slot=booked.slot,
        moves_left=max(0, rules.limits.reschedule_cap - counted),
    )
    return move


def _write_statement(good_cause: GoodCause, now: datetime) -> GoodCauseStatement:
    reason, explanation = good_cause.reason, good_cause.explanation
    if not reason.is_in_force(now) or (reason.requires_explanation and not explanation.strip()):
        raise ReasonMissing
    return GoodCauseStatement.objects.create(reason=reason, explanation=explanation, stated_at=now)


def _supersede(
    appointment: Appointment, new_slot: Slot, now: datetime, delivered: Delivered | None = None
) -> Appointment:
    if Appointment.Status.SUPERSEDED not in STATUS_TRANSITIONS[appointment.status]:
        raise ValueError(f"A {appointment.status} appointment cannot be superseded.")
    appointment.status = Appointment.Status.SUPERSEDED
    appointment.status_changed_at = now
    appointment.save(update_fields=["status", "status_changed_at"])
    booked = Appointment(
        chain=appointment.chain,
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
