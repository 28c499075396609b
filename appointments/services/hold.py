"""Holding a seat for a look and a click: take, extend, release."""

from datetime import timedelta

from django.db.models import Count, Q

from accounts.models import User
from appointments.models import Appointment, Hold, Slot
from appointments.services import locks, seats
from appointments.services.decide import decide_under
from appointments.services.refusals import (
    HeldBySomeoneElse,
    HoldEnded,
    HoldLimit,
    Refused,
    TooManyHolds,
)
from policy.models import PolicyVersion
from policy.services.rules import RulesInForce, read_rules
from policy.transactions import in_durable_transaction

CLOCK_TICK = timedelta(microseconds=1)


@in_durable_transaction
def take(*, account: User, appointment: Appointment, slot: Slot) -> Hold:
    """A live hold on one seat of `slot`, for this account and appointment.

    The account's earlier hold for the appointment is released in the same act; picking the same slot
    again returns the hold that stands. Lapses after the hold length, and no later than the moment from
    which either appointment could no longer be moved online. Locks account, authority (share), chain,
    slots. Raises Refused, SeatRefused, HeldBySomeoneElse, TooManyHolds, NotYours or Busy; then nothing
    was changed.
    """
    locks.lock_account(account)
    locks.share_authority(account=account, case_id=appointment.chain.person.case_id)
    locks.lock_chain(appointment.chain_id)
    earlier_slot_ids = Hold.objects.filter(appointment=appointment, state=Hold.State.HELD).values_list(
        "slot_id", flat=True
    )
    locked = locks.lock_slots({slot.pk, *earlier_slot_ids})
    appointment = locks.read_locked_appointment(appointment.pk)
    case = appointment.chain.person.case
    rules = read_rules(form_type_ids=[case.form_type_id])
    locks.prove_authority(account=account, case=case)
    seats.reap_lapsed(locked.values(), now=rules.now)

    earlier = Hold.objects.filter(appointment=appointment, state=Hold.State.HELD).first()
    if earlier is not None:
        if earlier.account_id != account.pk:
            raise HeldBySomeoneElse(until=earlier.expires_at)
        if earlier.slot_id == slot.pk:
            return earlier
        seats.end_hold(earlier, state=Hold.State.RELEASED, at=rules.now)
        seats.free_seats(locked[earlier.slot_id])

    _refuse_ineligible(appointment, rules)
    seats.refuse_unfit(locked[slot.pk], appointment, rules)
    _refuse_hoarding(account, appointment, rules)
    seats.take_seat(locked[slot.pk])
    return _create_hold(account, appointment, locked[slot.pk], rules)


@in_durable_transaction
def extend(*, account: User, hold: Hold) -> Hold:
    """The hold, live for another hold length, but never past its ceiling.

    Locks chain, slot, hold. Raises HoldEnded when it is no longer live or not this account's.
    """
    locks.lock_chain(hold.appointment.chain_id)
    locks.lock_slots([hold.slot_id])
    hold = locks.lock_hold(hold.pk)
    rules = read_rules(form_type_ids=[])
    if hold.account_id != account.pk or not hold.is_live(rules.now):
        raise HoldEnded
    hold.expires_at = max(hold.expires_at, min(rules.now + rules.limits.hold_length, hold.ceiling_at))
    hold.save(update_fields=["expires_at"])
    return hold


@in_durable_transaction
def release(*, account: User, hold: Hold) -> None:
    """The seat is free for others at once. A hold that already ended stays as it ended.

    Locks chain, slot, hold.
    """
    locks.lock_chain(hold.appointment.chain_id)
    slot = locks.lock_slots([hold.slot_id])[hold.slot_id]
    hold = locks.lock_hold(hold.pk)
    if hold.account_id != account.pk or hold.state != Hold.State.HELD:
        return
    now = read_rules(form_type_ids=[]).now
    lapsed = not hold.is_live(now)
    seats.end_hold(hold, state=Hold.State.LAPSED if lapsed else Hold.State.RELEASED, at=now)
    seats.free_seats(slot)


def _refuse_ineligible(appointment: Appointment, rules: RulesInForce) -> None:
    decision = decide_under(appointment, rules)
    if not decision.is_allowed:
        raise Refused(decision)


def _refuse_hoarding(account: User, appointment: Appointment, rules: RulesInForce) -> None:
    """Counts under the account's lock. Several people of one household count as one seat."""
    live_allowed, hourly_allowed = _hold_limits(account, rules.limits)
    case_id = appointment.chain.person.case_id
    live = Q(state=Hold.State.HELD, expires_at__gt=rules.now)
    recent = Q(made_at__gt=rules.now - timedelta(hours=1))
    counts = account.holds.filter(live | recent).aggregate(
        other_cases=Count(
            "appointment__chain__person__case_id",
            filter=live & ~Q(appointment__chain__person__case_id=case_id),
            distinct=True,
        ),
        within_hour=Count("pk", filter=recent),
    )
    if counts["other_cases"] >= live_allowed:
        raise TooManyHolds(HoldLimit.LIVE, live_allowed)
    if counts["within_hour"] >= hourly_allowed:
        raise TooManyHolds(HoldLimit.PER_HOUR, hourly_allowed)


def _hold_limits(account: User, limits: PolicyVersion) -> tuple[int, int]:
    if account.is_representative:
        return limits.representative_live_holds, limits.representative_holds_per_hour
    return limits.requestor_live_holds, limits.requestor_holds_per_hour


def _create_hold(account: User, appointment: Appointment, slot: Slot, rules: RulesInForce) -> Hold:
    limits = rules.limits
    # A hold ends before its `expires_at`, while exactly 12 hours ahead is still allowed.
    first_too_late = min(slot.starts_at, appointment.slot.starts_at) - limits.online_cutoff + CLOCK_TICK
    ceiling_at = min(rules.now + limits.hold_ceiling, first_too_late)
    return Hold.objects.create(
        appointment=appointment,
        slot=slot,
        account=account,
        made_at=rules.now,
        expires_at=min(rules.now + limits.hold_length, ceiling_at),
        ceiling_at=ceiling_at,
    )
