"""Moves that staff make: for a caller, or because the agency must. Same locks, same counter, same rows."""

from accounts.models import User
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Hold, Move, Slot
from appointments.services import locks, seats
from appointments.services.booking import GoodCause, Mover, write_move
from appointments.services.decide import decide_given, read_past_moves
from appointments.services.refusals import Refused
from policy.services.rules import read_rules
from policy.transactions import in_durable_transaction

# Limits of the online tool alone: a caller before the appointment is timely, so the telephone ignores them.
ONLINE_ONLY = frozenset(
    {
        RefusalCode.FORM_NOT_ENABLED,
        RefusalCode.SCHEDULED_BEFORE_LAUNCH,
        RefusalCode.WITHIN_12_HOURS,
        RefusalCode.STAFF_ONLY,
    }
)


@in_durable_transaction
def move_for_caller(
    *, actor: User, channel: Move.Channel, appointment: Appointment, slot: Slot, good_cause: GoodCause
) -> Move:
    """A counted move made on the telephone. The cap holds here too; the online tool's own limits do not.

    Locks chain, slots, holds. A hold that someone has for the appointment is released. Raises Refused,
    SeatRefused, ReasonMissing or Busy.
    """
    return _move(
        mover=Mover(actor=actor, channel=channel),
        appointment=appointment,
        slot=slot,
        good_cause=good_cause,
        waived=ONLINE_ONLY,
    )


@in_durable_transaction
def move_by_agency(*, actor: User | None, appointment: Appointment, slot: Slot) -> Move:
    """A move that the agency needs, such as for a closure: never counts and has no statement.

    Locks and errors as `move_for_caller`.
    """
    return _move(
        mover=Mover(actor=actor, channel=Move.Channel.AGENCY),
        appointment=appointment,
        slot=slot,
        good_cause=None,
        waived=ONLINE_ONLY | {RefusalCode.RESCHEDULE_LIMIT},
    )


def _move(
    *,
    mover: Mover,
    appointment: Appointment,
    slot: Slot,
    good_cause: GoodCause | None,
    waived: frozenset[RefusalCode],
) -> Move:
    locks.lock_chain(appointment.chain_id)
    held_slot_ids = Hold.objects.filter(appointment=appointment, state=Hold.State.HELD).values_list(
        "slot_id", flat=True
    )
    locked = locks.lock_slots({appointment.slot_id, slot.pk, *held_slot_ids})
    appointment = locks.read_locked_appointment(appointment.pk)
    rules = read_rules(form_type_ids=[appointment.chain.person.case.form_type_id])
    past = read_past_moves(appointment.chain)
    decision = decide_given(appointment, rules, past)
    if decision.codes - waived:
        raise Refused(decision)
    seats.reap_lapsed(locked.values(), now=rules.now)
    for hold in Hold.objects.filter(appointment=appointment, state=Hold.State.HELD):
        seats.end_hold(hold, state=Hold.State.RELEASED, at=rules.now)
        seats.free_seats(locked[hold.slot_id])
    seats.refuse_unfit(locked[slot.pk], appointment, rules)
    seats.take_seat(locked[slot.pk])
    return write_move(
        appointment=appointment,
        new_slot=locked[slot.pk],
        old_slot=locked[appointment.slot_id],
        mover=mover,
        good_cause=good_cause,
        hold=None,
        rules=rules,
        past=past,
    )
