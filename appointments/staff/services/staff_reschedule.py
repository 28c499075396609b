"""Reschedule for a caller, or for the agency: the same locks, limits counter and rows as online."""

from dataclasses import dataclass

from accounts.models import User
from accounts.services.authority import check_staff_may_act
from appointments.booking import locks, seats
from appointments.booking.decisions import PastReschedules, decide_given, get_past_reschedules
from appointments.booking.errors import NoteMissing, Refused, SeatRefused
from appointments.booking.reschedules import (
    GoodCause,
    PlannedReschedule,
    RescheduleContext,
    record_reschedules,
)
from appointments.eligibility import Decision, RefusalCode
from appointments.models import Appointment, Reschedule, Slot
from appointments.notices.services.reschedules import queue_reschedule_notices
from appointments.staff.facts import ONLINE_ONLY, OVERRIDABLE
from policy.queries import RulesInForce, get_rules
from portal.foundation.transactions import in_durable_transaction


@dataclass(frozen=True, slots=True)
class _LockedReschedule:
    """What a reschedule depends on, read under its locks."""

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
    """Reschedule by phone, in the channel of the actor's unit. Counts toward the limit.

    The limits of the online tool do not apply. The limits in `override` are overridden if they are
    OVERRIDABLE and the unit has that power; the reschedule records those that would have refused it. Never
    overbooks. Releases a reservation for the appointment, of any account and for all of its people.

    Locks: case (shared), appointment series, slots.
    Raises: NotYours, Refused, SeatRefused, NoteMissing, ReasonMissing, Busy.
    """
    locked = _lock_and_read(appointment, slot)
    case = locked.appointment.case
    is_adoption = case.form_type.is_adoption
    powers = check_staff_may_act(actor=actor, case=case)
    may_override = OVERRIDABLE & override if powers.can_override(is_adoption=is_adoption) else frozenset()
    overridden = _find_overridden(locked, may_override)
    if overridden and not note.strip():
        raise NoteMissing
    context = RescheduleContext(
        actor=actor,
        channel=Reschedule.Channel(powers.channel(is_adoption=is_adoption)),
        note=note,
        overridden_limits=tuple(sorted(overridden)),
    )
    return _write(locked, context, good_cause)


@in_durable_transaction
def reschedule_by_agency(*, actor: User | None, appointment: Appointment, slot: Slot) -> Reschedule:
    """Reschedule for the agency, such as for a closure. Never counts and has no good-cause statement.

    Locks: as `reschedule_for_caller`.
    Raises: Refused, SeatRefused, Busy.
    """
    locked = _lock_and_read(appointment, slot)
    if locked.decision.codes - ONLINE_ONLY - {RefusalCode.RESCHEDULE_LIMIT}:
        raise Refused({locked.appointment.pk: locked.decision})
    seats.check_seat(slot=locked.slot, appointment=locked.appointment, rules=locked.rules)
    return _write(locked, RescheduleContext(actor=actor, channel=Reschedule.Channel.AGENCY), None)


def _lock_and_read(appointment: Appointment, slot: Slot) -> _LockedReschedule:
    """Take every lock, then read. Expires seats on the slots and releases the appointment's reservation."""
    locks.share_case(appointment.person.case_id)
    locks.lock_series(appointment.series_id)
    held = seats.find_held([appointment.pk])
    slots = locks.lock_slots(slot_ids={appointment.slot_id, slot.pk, *(seat.slot_id for seat in held)})
    appointment = locks.get_locked_appointment(appointment.pk)
    rules = get_rules(form_type_ids=[appointment.case.form_type_id])
    past = get_past_reschedules(appointment.series)
    seats.expire_overdue_holds(slots=slots.values(), now=rules.now)
    seats.release_holds(appointment_ids=[appointment.pk], slots=slots, now=rules.now)
    return _LockedReschedule(
        appointment=appointment,
        slot=slots[slot.pk],
        old_slot=slots[appointment.slot_id],
        rules=rules,
        past=past,
        decision=decide_given(appointment=appointment, rules=rules, past=past),
    )


def _find_overridden(locked: _LockedReschedule, may_override: frozenset[str]) -> frozenset[str]:
    """Return the limits that are overridden. Raises Refused or SeatRefused for what may not be."""
    against: frozenset[str] = locked.decision.codes - ONLINE_ONLY
    if against - may_override:
        raise Refused({locked.appointment.pk: locked.decision})
    causes = seats.find_causes(slot=locked.slot, appointment=locked.appointment, rules=locked.rules)
    has_begun = locked.slot.starts_at <= locked.rules.now
    if has_begun or any(cause not in may_override for cause in causes):
        raise SeatRefused(causes)
    return against | set(causes)


def _write(locked: _LockedReschedule, context: RescheduleContext, good_cause: GoodCause | None) -> Reschedule:
    seats.take_seat(slot=locked.slot)
    planned = PlannedReschedule(
        appointment=locked.appointment,
        new_slot=locked.slot,
        old_slot=locked.old_slot,
        past=locked.past,
        good_cause=good_cause,
    )
    completed = record_reschedules(planned=[planned], context=context, rules=locked.rules)
    queue_reschedule_notices(completed=completed)
    return completed[0].reschedule
