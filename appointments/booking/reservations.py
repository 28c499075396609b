"""Hold seats while the user reviews them: hold, extend, release and confirm a reservation.

A reservation is for one person, or for several people of one case. They get seats in one slot or in the next
free slots of the same day (`availability` says which), and all of them are rescheduled or none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import User
from appointments.booking import locks, seats
from appointments.booking.availability import find_run
from appointments.booking.decisions import PastReschedules, decide_given, get_all_past_reschedules
from appointments.booking.errors import (
    HeldBySomeoneElse,
    HoldEnded,
    HoldLimit,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyHolds,
)
from appointments.booking.reschedules import (
    CompletedReschedule,
    GoodCause,
    PlannedReschedule,
    RescheduleContext,
    record_reschedules,
)
from appointments.eligibility import SeatRefusal
from appointments.models import Appointment, Reschedule, RescheduleDraft, Reservation, ReservedSeat, Slot
from policy.models import PolicyVersion
from policy.queries import RulesInForce, get_rules
from portal.foundation.compiled_queries import compiled_query
from portal.foundation.transactions import in_durable_transaction

CLOCK_TICK = timedelta(microseconds=1)


@in_durable_transaction
def hold(*, account: User, appointments: Sequence[Appointment], first: Slot) -> list[ReservedSeat]:
    """Reserve a seat for each of these people of one case, in `first` or in the free slots after it.

    Returns the seats of one live reservation. Releases the account's earlier reservations for any of the
    people; the same time for the same people returns the existing reservation. A reservation expires after
    the hold length, or earlier if one of the appointments, old or new, can then no longer be rescheduled
    online.
    Locks: account, authority (share), series, slots.
    Raises: Refused, SeatRefused, HeldBySomeoneElse, TooManyHolds, NotYours or Busy.
    """
    keys = [appointment.pk for appointment in appointments]
    locks.lock_account(account)
    locks.share_authority(account=account, case_id=_get_one_case(appointments))
    locks.lock_all_series(appointment.series_id for appointment in appointments)
    earlier = seats.find_held(keys)
    run = _find_run(first, appointments)
    locked = locks.lock_slots(slot_ids={*run, *(seat.slot_id for seat in earlier)})
    appointments = locks.get_locked_appointments(keys)
    case = appointments[0].case
    rules = get_rules(form_type_ids=[case.form_type_id])
    locks.check_authority(account=account, case=case)
    seats.expire_overdue_holds(slots=locked.values(), now=rules.now)

    # Under the series locks no one adds seats, so a first read that found none is still right.
    earlier = seats.find_held(keys) if earlier else []
    _check_other_holder(account, earlier)
    if _is_same_choice(earlier, keys, run):
        return earlier
    seats.release_all(held=earlier, slots=locked, now=rules.now)

    _check_eligible(appointments, rules, get_all_past_reschedules(row.series for row in appointments))
    places = _seat_everyone([locked[slot_id] for slot_id in run], appointments, rules)
    _check_limits(account, case.pk, rules)
    for slot in dict.fromkeys(places):
        seats.take_seat(slot=slot, seats=places.count(slot))
    return _create_reservation(account, list(zip(appointments, places, strict=True)), rules)


@in_durable_transaction
def extend(*, account: User, seats_held: Sequence[ReservedSeat]) -> Reservation:
    """Keep all seats of a reservation for another hold length, but not past its ceiling.

    Locks: series, slots, the reservation.
    Raises: HoldEnded if it is no longer live or belongs to another account.
    """
    _slots, held = _lock(seats_held)
    reservation = held[0].reservation
    rules = get_rules(form_type_ids=[])
    _check_live(account, reservation, rules.now)
    wanted = min(rules.now + rules.limits.hold_length, reservation.ceiling_at)
    seats.extend_seats(reservation=reservation, until=max(reservation.expires_at, wanted))
    return reservation


@in_durable_transaction
def release(*, account: User, seats_held: Sequence[ReservedSeat]) -> None:
    """Release all seats of a reservation. A reservation that has already ended keeps its state.

    Locks: series, slots, the reservation.
    """
    locked, held = _lock(seats_held)
    now = get_rules(form_type_ids=[]).now
    seats.expire_overdue_holds(slots=locked.values(), now=now)
    reservation = held[0].reservation
    if reservation.account_id == account.pk and reservation.is_live(now):
        seats.release_all(held=held, slots=locked, now=now)


def confirm(*, account: User, seats_held: Sequence[ReservedSeat]) -> list[CompletedReschedule]:
    """Reschedule every appointment of the reservation, or none. Return [] if it was confirmed before.

    Runs in the caller's transaction, which also writes the notices, or rolls back.
    Locks: authority (share), series, all slots, the reservation; reads the clock after them.
    Raises: HoldEnded if it is no longer live, Refused with every reason for everyone who cannot be
    rescheduled, SeatRefused, ReasonMissing, NotYours.
    """
    case_id = _get_one_case([seat.appointment for seat in seats_held])
    locks.share_authority(account=account, case_id=case_id)
    locked, held = _lock(seats_held, with_current_slots=True)
    reservation = held[0].reservation
    appointments = [seat.appointment for seat in held]
    case = appointments[0].case
    rules = get_rules(form_type_ids=[case.form_type_id])
    representation = locks.check_authority(account=account, case=case)
    if reservation.state == Reservation.State.CONFIRMED and reservation.account_id == account.pk:
        return []
    past = get_all_past_reschedules(appointment.series for appointment in appointments)
    _check_eligible(appointments, rules, past)
    _check_live(account, reservation, rules.now)
    for seat in held:
        seats.check_seat(slot=locked[seat.slot_id], appointment=seat.appointment, rules=rules, own_seats=1)
    causes = _get_stated_causes(account, appointments)
    return record_reschedules(
        planned=[
            PlannedReschedule(
                appointment=seat.appointment,
                new_slot=locked[seat.slot_id],
                old_slot=locked[seat.appointment.slot_id],
                past=past[seat.appointment.series_id],
                good_cause=causes[seat.appointment_id],
                seat=seat,
            )
            for seat in held
        ],
        context=RescheduleContext(
            actor=account, channel=Reschedule.Channel.ONLINE, representation=representation
        ),
        rules=rules,
    )


def _find_run(first: Slot, appointments: Sequence[Appointment]) -> list[int]:
    """Return the slots to lock for a hold. Only a group needs a look at the rules before the locks."""
    if len(appointments) == 1:
        return [first.pk]
    return find_run(first=first, appointments=appointments, rules=get_rules(form_type_ids=[]))


def _get_one_case(appointments: Sequence[Appointment]) -> int:
    case_ids = {appointment.person.case_id for appointment in appointments}
    if len(case_ids) != 1:
        raise ValueError("All people of a reservation must be on one case.")
    return case_ids.pop()


def _lock(
    seats_held: Sequence[ReservedSeat], *, with_current_slots: bool = False
) -> tuple[dict[int, Slot], list[ReservedSeat]]:
    """Lock series, slots and the reservation; return the slots by key, and the seats as they are now."""
    locks.lock_all_series(seat.appointment.series_id for seat in seats_held)
    slot_ids = {seat.slot_id for seat in seats_held}
    if with_current_slots:
        slot_ids |= {seat.appointment.slot_id for seat in seats_held}
    locked = locks.lock_slots(slot_ids=slot_ids)
    held = locks.lock_reservation(seats_held[0].reservation_id)
    if {seat.pk for seat in held} != {seat.pk for seat in seats_held}:
        raise ValueError("Pass all seats of the reservation: the slots of the others are not locked.")
    return locked, held


def _check_live(account: User, reservation: Reservation, now: datetime) -> None:
    if reservation.account_id != account.pk or not reservation.is_live(now):
        raise HoldEnded


def _check_eligible(
    appointments: Sequence[Appointment], rules: RulesInForce, past: dict[int, PastReschedules]
) -> None:
    decisions = {
        appointment.pk: decide_given(appointment=appointment, rules=rules, past=past[appointment.series_id])
        for appointment in appointments
    }
    refused = {key: decision for key, decision in decisions.items() if not decision.is_allowed}
    if refused:
        raise Refused(refused)


def _check_other_holder(account: User, earlier: Sequence[ReservedSeat]) -> None:
    """Raise HeldBySomeoneElse if one of these reservations belongs to another account."""
    others = [seat.reservation for seat in earlier if seat.reservation.account_id != account.pk]
    if others:
        raise HeldBySomeoneElse(until=max(reservation.expires_at for reservation in others))


def _is_same_choice(earlier: Sequence[ReservedSeat], keys: Sequence[int], run: Sequence[int]) -> bool:
    """Return whether these seats are one reservation for the same appointments from the same slot."""
    return (
        len({seat.reservation_id for seat in earlier}) == 1
        and {seat.appointment_id for seat in earlier} == set(keys)
        and earlier[0].slot_id == run[0]
    )


def _seat_everyone(
    run: Sequence[Slot], appointments: Sequence[Appointment], rules: RulesInForce
) -> list[Slot]:
    """Return a slot for each person, earliest first. Raises SeatRefused unless everyone gets a seat.

    A slot that was filled or closed since the run was found is left out, unless the gap is then too long.
    """
    places: list[Slot] = []
    for slot in run:
        if places and slot.starts_at > places[-1].ends_at + rules.limits.group_gap:
            break
        causes = dict.fromkeys(
            cause
            for appointment in appointments
            for cause in seats.find_causes(slot=slot, appointment=appointment, rules=rules)
        )
        if causes and not places:
            raise SeatRefused(tuple(causes))
        if causes:
            continue
        wanted = len(appointments) - len(places)
        places += [slot] * min(wanted, slot.capacity - slot.taken)
        if len(places) == len(appointments):
            return places
    raise SeatRefused((SeatRefusal.SLOT_FULL,))


def _check_limits(account: User, case_id: int, rules: RulesInForce) -> None:
    """Raise TooManyHolds at a limit. Needs the account lock. Live reservations for one case count once."""
    live_allowed, hourly_allowed = _get_limits(account, rules.limits)
    an_hour_ago = rules.now - timedelta(hours=1)
    rows = _live_or_recent(account.pk, rules.now, an_hour_ago)
    live = tuple(row.pk for row in rows if row.is_live(rules.now))
    if live and len(set(_cases_of(live)) - {case_id}) >= live_allowed:
        raise TooManyHolds(HoldLimit.LIVE, live_allowed)
    if sum(row.made_at > an_hour_ago for row in rows) >= hourly_allowed:
        raise TooManyHolds(HoldLimit.PER_HOUR, hourly_allowed)


@compiled_query
def _live_or_recent(account_id: int, now: datetime, an_hour_ago: datetime) -> QuerySet[Reservation]:
    """Return this account's live and recent reservations: few rows, because of the limits.

    Does not join the cases, because PostgreSQL might choose a bad join order.
    """
    live = Q(state=Reservation.State.HELD, expires_at__gt=now)
    return Reservation.objects.filter(live | Q(made_at__gt=an_hour_ago), account=account_id)


@compiled_query
def _cases_of(reservation_ids: tuple[int, ...]) -> QuerySet[ReservedSeat, int]:
    rows = ReservedSeat.objects.filter(reservation__in=reservation_ids)
    return rows.values_list("appointment__series__person__case", flat=True)


def _get_limits(account: User, limits: PolicyVersion) -> tuple[int, int]:
    if account.is_representative:
        return limits.representative_live_holds, limits.representative_holds_per_hour
    return limits.requestor_live_holds, limits.requestor_holds_per_hour


def _create_reservation(
    account: User, places: Sequence[tuple[Appointment, Slot]], rules: RulesInForce
) -> list[ReservedSeat]:
    limits = rules.limits
    earliest = min(min(slot.starts_at, appointment.slot.starts_at) for appointment, slot in places)
    # Exactly 12 hours ahead is still allowed, but a reservation ends just before its `expires_at`.
    first_too_late = earliest - limits.online_cutoff + CLOCK_TICK
    ceiling_at = min(rules.now + limits.hold_ceiling, first_too_late)
    reservation = Reservation.objects.create(
        account=account,
        made_at=rules.now,
        expires_at=min(rules.now + limits.hold_length, ceiling_at),
        ceiling_at=ceiling_at,
    )
    return ReservedSeat.objects.bulk_create(
        ReservedSeat(
            reservation=reservation,
            appointment=appointment,
            slot=slot,
            held_until=reservation.expires_at,
        )
        for appointment, slot in places
    )


def _get_stated_causes(account: User, appointments: Sequence[Appointment]) -> dict[int, GoodCause]:
    drafts = _drafts(account.pk, tuple(appointment.pk for appointment in appointments))
    causes = {draft.appointment_id: GoodCause(draft.reason, draft.explanation) for draft in drafts}
    if len(causes) < len(appointments):
        raise ReasonMissing
    return causes


@compiled_query
def _drafts(account_id: int, appointment_ids: tuple[int, ...]) -> QuerySet[RescheduleDraft]:
    drafts = RescheduleDraft.objects.select_related("reason")
    return drafts.filter(account=account_id, appointment__in=appointment_ids)
