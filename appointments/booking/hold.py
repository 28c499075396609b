"""Holding a seat for a look and a click: take, extend, release."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from appointments.booking import locks, seats
from appointments.booking.decisions import decide_under
from appointments.booking.errors import HeldBySomeoneElse, HoldEnded, HoldLimit, Refused, TooManyHolds
from appointments.models import Appointment, Hold, Slot
from policy.models import PolicyVersion
from policy.queries import RulesInForce, get_rules
from portal.foundation.compiled_queries import prepared
from portal.foundation.transactions import in_durable_transaction

CLOCK_TICK = timedelta(microseconds=1)


@in_durable_transaction
def take(*, account: User, appointment: Appointment, slot: Slot) -> Hold:
    """A live hold on one seat of `slot`, for this account and appointment.

    The account's earlier hold for the appointment is released in the same act, and with it the holds of
    a household that were taken together; picking the same slot again returns the hold that stands.
    Lapses after the hold length, and no later than the moment from which either appointment could no
    longer be moved online. Locks account, authority (share), chain, slots. Raises Refused, SeatRefused,
    HeldBySomeoneElse, TooManyHolds, NotYours or Busy; then nothing was changed.
    """
    locks.lock_account(account)
    locks.share_authority(account=account, case_id=appointment.series.person.case_id)
    locks.lock_series(appointment.series_id)
    locked = locks.lock_slots({slot.pk, *(held.slot_id for held in seats.find_held([appointment.pk]))})
    appointment = locks.get_locked_appointment(appointment.pk)
    case = appointment.series.person.case
    rules = get_rules(form_type_ids=[case.form_type_id])
    locks.check_authority(account=account, case=case)
    seats.expire_overdue_holds(locked.values(), now=rules.now)

    earlier = seats.find_held([appointment.pk])
    check_no_other_holder(account, earlier)
    if earlier and earlier[0].household is None and earlier[0].slot_id == slot.pk:
        return earlier[0]
    seats.release_all(earlier, locked, now=rules.now)

    _check_eligible(appointment, rules)
    seats.check_seat(locked[slot.pk], appointment, rules)
    check_hold_limits(account, case.pk, rules)
    seats.take_seat(locked[slot.pk])
    [hold] = create_holds(account, [(appointment, locked[slot.pk])], rules)
    return hold


@in_durable_transaction
def extend(*, account: User, hold: Hold) -> Hold:
    """The hold, live for another hold length, but never past its ceiling.

    Locks chain, slot, hold. Raises HoldEnded when it is no longer live, not this account's, or one of a
    household's, which are extended together.
    """
    locks.lock_series(hold.appointment.series_id)
    locks.lock_slots([hold.slot_id])
    hold = locks.lock_hold(hold.pk)
    rules = get_rules(form_type_ids=[])
    if hold.account_id != account.pk or hold.household or not hold.is_live(rules.now):
        raise HoldEnded
    hold.expires_at = extended_to(hold, rules)
    hold.save(update_fields=["expires_at"])
    return hold


@in_durable_transaction
def release(*, account: User, hold: Hold) -> None:
    """The seat is free for others at once. A hold that ended, or is one of a household's, stays as it is.

    Locks chain, slot, hold.
    """
    locks.lock_series(hold.appointment.series_id)
    slot = locks.lock_slots([hold.slot_id])[hold.slot_id]
    hold = locks.lock_hold(hold.pk)
    if hold.account_id != account.pk or hold.household or hold.state != Hold.State.HELD:
        return
    now = get_rules(form_type_ids=[]).now
    expired = not hold.is_live(now)
    seats.end_hold(hold, state=Hold.State.EXPIRED if expired else Hold.State.RELEASED, at=now)
    seats.free_seats(slot)


def _check_eligible(appointment: Appointment, rules: RulesInForce) -> None:
    decision = decide_under(appointment, rules)
    if not decision.is_allowed:
        raise Refused(decision)


def check_no_other_holder(account: User, earlier: Sequence[Hold]) -> None:
    """Raises HeldBySomeoneElse when one of these holds is another account's."""
    others = [hold.expires_at for hold in earlier if hold.account_id != account.pk]
    if others:
        raise HeldBySomeoneElse(until=max(others))


def check_hold_limits(account: User, case_id: int, rules: RulesInForce) -> None:
    """Raises TooManyHolds. Counts under the account's lock; what a household holds together counts once."""
    live_allowed, hourly_allowed = _hold_limits(account, rules.limits)
    an_hour_ago = rules.now - timedelta(hours=1)
    held = _live_or_recent(account.pk, rules.now, an_hour_ago)
    live = {row.appointment_id for row in held if row.is_live(rules.now)}
    if len(set(_cases_of(tuple(live))) - {case_id}) >= live_allowed:
        raise TooManyHolds(HoldLimit.LIVE, live_allowed)
    recent = [row for row in held if row.made_at > an_hour_ago]
    alone = sum(row.household is None for row in recent)
    if alone + len({row.household for row in recent} - {None}) >= hourly_allowed:
        raise TooManyHolds(HoldLimit.PER_HOUR, hourly_allowed)


@prepared
def _live_or_recent(account_id: int, now: datetime, an_hour_ago: datetime) -> QuerySet[Hold]:
    """Few: the limits see to it. Without their cases: four tables could be joined from the wrong end."""
    live = Q(state=Hold.State.HELD, expires_at__gt=now)
    return Hold.objects.filter(live | Q(made_at__gt=an_hour_ago), account=account_id)


@prepared
def _cases_of(appointment_ids: tuple[int, ...]) -> QuerySet[Appointment, int]:
    rows = Appointment.objects.filter(pk__in=appointment_ids)
    return rows.values_list("series__person__case", flat=True)


def _hold_limits(account: User, limits: PolicyVersion) -> tuple[int, int]:
    if account.is_representative:
        return limits.representative_live_holds, limits.representative_holds_per_hour
    return limits.requestor_live_holds, limits.requestor_holds_per_hour


def extended_to(hold: Hold, rules: RulesInForce) -> datetime:
    """Until when a live hold is kept that is extended now."""
    return max(hold.expires_at, min(rules.now + rules.limits.hold_length, hold.ceiling_at))


def create_holds(
    account: User,
    places: Sequence[tuple[Appointment, Slot]],
    rules: RulesInForce,
    household: UUID | None = None,
) -> list[Hold]:
    """The rows, one for each appointment and the slot it is to go to; all begin and lapse together."""
    limits = rules.limits
    earliest = min(min(slot.starts_at, appointment.slot.starts_at) for appointment, slot in places)
    # A hold ends before its `expires_at`, while exactly 12 hours ahead is still allowed.
    first_too_late = earliest - limits.online_cutoff + CLOCK_TICK
    ceiling_at = min(rules.now + limits.hold_ceiling, first_too_late)
    return Hold.objects.bulk_create(
        Hold(
            appointment=appointment,
            slot=slot,
            account=account,
            household=household,
            made_at=rules.now,
            expires_at=min(rules.now + limits.hold_length, ceiling_at),
            ceiling_at=ceiling_at,
        )
        for appointment, slot in places
    )
