"""Moves that staff make: for a caller, or because the agency must. Same locks, same counter, same rows."""

from dataclasses import dataclass

from accounts.models import User
from accounts.services.authority import check_staff_may_act
from appointments.booking import locks, seats
from appointments.booking.decisions import PastReschedules, decide_given, get_past_reschedules
from appointments.booking.errors import NoteMissing, Refused, SeatRefused
from appointments.booking.reschedules import GoodCause, RescheduleContext, record_reschedule
from appointments.eligibility import Decision, RefusalCode, SeatRefusal
from appointments.models import Appointment, Reschedule, Slot
from policy.queries import RulesInForce, get_rules
from portal.foundation.transactions import in_durable_transaction

# Limits of the online tool alone: a caller before the appointment is timely, so the telephone ignores them.
ONLINE_ONLY = frozenset(
    {
        RefusalCode.FORM_NOT_ENABLED,
        RefusalCode.SCHEDULED_BEFORE_LAUNCH,
        RefusalCode.WITHIN_12_HOURS,
        RefusalCode.STAFF_ONLY,
    }
)


# Limits of the public that a unit may set aside for a caller, where its powers say so, and with a note.
OVERRIDABLE: frozenset[str] = frozenset(
    {RefusalCode.RESCHEDULE_LIMIT, SeatRefusal.SLOT_TOO_SOON, SeatRefusal.SLOT_BEYOND_HORIZON}
)


@dataclass(frozen=True, slots=True)
class _LockedReschedule:
    """What a move stands on, read under its locks."""

    appointment: Appointment
    slot: Slot
    old_slot: Slot
    rules: RulesInForce
    past: PastReschedules
    decision: Decision


@in_durable_transaction
def reschedule_for_caller(
    *,
    actor: User,
    appointment: Appointment,
    slot: Slot,
    good_cause: GoodCause,
    note: str = "",
    override: frozenset[str] = frozenset(),
) -> Reschedule:
    """A counted move made on the telephone, by the channel of the actor's unit.

    The online tool's own limits do not bind. Of OVERRIDABLE, those named in `override` are set aside where
    the unit may; what really stood against the move is recorded with it. Nothing overbooks. Locks case
    (share), chain, slots, holds. A hold that someone has for the appointment is released. Raises NotYours,
    Refused, SeatRefused, NoteMissing, ReasonMissing or Busy.
    """
    ground = _lock_and_read(appointment, slot)
    case = ground.appointment.series.person.case
    is_adoption = case.form_type.is_adoption
    powers = check_staff_may_act(actor=actor, case=case)
    may_set_aside = OVERRIDABLE & override if powers.may_override(is_adoption=is_adoption) else frozenset()
    set_aside = _find_set_aside(ground, may_set_aside)
    if set_aside and not note.strip():
        raise NoteMissing
    context = RescheduleContext(
        actor=actor,
        channel=Reschedule.Channel(powers.channel(is_adoption=is_adoption)),
        note=note,
        overridden_limits=tuple(sorted(set_aside)),
    )
    return _write(ground, context, good_cause)


@in_durable_transaction
def reschedule_by_agency(*, actor: User | None, appointment: Appointment, slot: Slot) -> Reschedule:
    """A move that the agency needs, such as for a closure: never counts and has no statement.

    Locks as `reschedule_for_caller`. Raises Refused, SeatRefused or Busy.
    """
    ground = _lock_and_read(appointment, slot)
    if ground.decision.codes - ONLINE_ONLY - {RefusalCode.RESCHEDULE_LIMIT}:
        raise Refused(ground.decision)
    seats.check_seat(ground.slot, ground.appointment, ground.rules)
    return _write(ground, RescheduleContext(actor=actor, channel=Reschedule.Channel.AGENCY), None)


def _lock_and_read(appointment: Appointment, slot: Slot) -> _LockedReschedule:
    """Takes every lock, then reads; releases holds for the appointment, reaps lapsed ones on the slots."""
    locks.share_case(appointment.series.person.case_id)
    locks.lock_series(appointment.series_id)
    held = seats.find_held([appointment.pk])
    locked = locks.lock_slots({appointment.slot_id, slot.pk, *(hold.slot_id for hold in held)})
    appointment = locks.get_locked_appointment(appointment.pk)
    rules = get_rules(form_type_ids=[appointment.series.person.case.form_type_id])
    past = get_past_reschedules(appointment.series)
    seats.expire_overdue_holds(locked.values(), now=rules.now)
    seats.release_holds([appointment.pk], locked, now=rules.now)
    return _LockedReschedule(
        appointment=appointment,
        slot=locked[slot.pk],
        old_slot=locked[appointment.slot_id],
        rules=rules,
        past=past,
        decision=decide_given(appointment, rules, past),
    )


def _find_set_aside(ground: _LockedReschedule, may_set_aside: frozenset[str]) -> frozenset[str]:
    """What stands against a caller's move and is set aside. Raises Refused or SeatRefused for the rest."""
    against: frozenset[str] = ground.decision.codes - ONLINE_ONLY
    if against - may_set_aside:
        raise Refused(ground.decision)
    causes = seats.find_causes(ground.slot, ground.appointment, ground.rules)
    has_begun = ground.slot.starts_at <= ground.rules.now
    if has_begun or any(cause not in may_set_aside for cause in causes):
        raise SeatRefused(causes)
    return against | set(causes)


def _write(ground: _LockedReschedule, context: RescheduleContext, good_cause: GoodCause | None) -> Reschedule:
    seats.take_seat(ground.slot)
    return record_reschedule(
        appointment=ground.appointment,
        new_slot=ground.slot,
        old_slot=ground.old_slot,
        context=context,
        good_cause=good_cause,
        hold=None,
        rules=ground.rules,
        past=ground.past,
    )
