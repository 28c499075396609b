"""Take and free seats on slots that the caller has locked. Nothing else changes the seat counter."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import F, QuerySet

from appointments.booking.errors import SeatRefused
from appointments.eligibility import SeatFacts, SeatRefusal, evaluate_seat
from appointments.models import Appointment, Notice, PlaceAndTime, Reservation, ReservedSeat, Slot
from policy.queries import RulesInForce
from portal.foundation.compiled_queries import compiled_query


def take_seat(*, slot: Slot, seats: int = 1) -> None:
    """Take seats on the slot. The constraint `slot_taken_within_capacity` backs the caller's check."""
    Slot.objects.filter(pk=slot.pk).update(taken=F("taken") + seats)
    slot.taken += seats


def free_seats(*, slot: Slot, seats: int = 1) -> None:
    """Free seats on the slot."""
    Slot.objects.filter(pk=slot.pk).update(taken=F("taken") - seats)
    slot.taken -= seats


def check_seat(*, slot: Slot, appointment: Appointment, rules: RulesInForce, own_seats: int = 0) -> None:
    """Raise SeatRefused unless the appointment can use the slot. `own_seats` are already held for it."""
    causes = find_causes(slot=slot, appointment=appointment, rules=rules, own_seats=own_seats)
    if causes:
        raise SeatRefused(causes)


def find_causes(
    *, slot: Slot, appointment: Appointment, rules: RulesInForce, own_seats: int = 0
) -> tuple[SeatRefusal, ...]:
    """Return every cause that keeps the appointment from the slot; empty if there is none."""
    return evaluate_seat(
        SeatFacts(
            now=rules.now,
            starts_at=slot.starts_at,
            is_closed=slot.closed_at is not None,
            is_current_slot=slot.pk == appointment.slot_id,
            free_seats=slot.capacity - slot.taken + own_seats,
            online_cutoff=rules.limits.online_cutoff,
            horizon=rules.limits.horizon,
        )
    )


# One statement, because each round trip makes others wait longer for the locks.
END = """
    WITH reservation AS (
        UPDATE appointments_reservation SET state = %(state)s, ended_at = %(at)s
        WHERE id = ANY(%(reservations)s) AND state = 'held'
    ), seat AS (
        UPDATE appointments_reservedseat SET held_until = NULL WHERE id = ANY(%(seats)s)
    )
    UPDATE appointments_slot slot SET taken = slot.taken - freed.seats
    FROM unnest(%(slots)s::bigint[], %(numbers)s::int[]) AS freed (id, seats) WHERE slot.id = freed.id
"""


def end_seats(
    *, ended: Collection[ReservedSeat], state: Reservation.State, at: datetime, freed: Sequence[Slot]
) -> None:
    """End these reserved seats and their reservations, and give back one seat on each of the `freed` slots.

    `freed` names a slot once for each seat given back on it: the slots of the reserved seats or, if those
    become appointments, the slots of the old appointments. A reservation that ended before keeps its state.
    Needs the locks of all these slots.
    """
    numbers = Counter(slot.pk for slot in freed)
    with connection.cursor() as cursor:
        cursor.execute(
            END,
            {
                "state": state.value,
                "at": at,
                "reservations": list({seat.reservation_id for seat in ended}),
                "seats": [seat.pk for seat in ended],
                "slots": list(numbers),
                "numbers": list(numbers.values()),
            },
        )
    for slot in freed:
        slot.taken -= 1
    for seat in ended:
        seat.held_until = None


EXTEND = """
    WITH reservation AS (
        UPDATE appointments_reservation SET expires_at = %(until)s WHERE id = %(reservation)s
    )
    UPDATE appointments_reservedseat SET held_until = %(until)s
    WHERE reservation_id = %(reservation)s AND held_until IS NOT NULL
"""


def extend_seats(*, reservation: Reservation, until: datetime) -> None:
    """Keep all seats of a live reservation until that instant. Needs the locks of their slots."""
    with connection.cursor() as cursor:
        cursor.execute(EXTEND, {"until": until, "reservation": reservation.pk})
    reservation.expires_at = until


def find_held(appointment_ids: Iterable[int]) -> list[ReservedSeat]:
    """Return the seats held for these appointments, and the seats that were reserved together with them.

    A reservation takes all its seats at once, under the locks of all its series. So the result under one
    series lock names every slot to lock, and later there can only be fewer.
    """
    return _held_for(tuple(set(appointment_ids)))


@compiled_query
def _held_for(appointment_ids: tuple[int, ...]) -> QuerySet[ReservedSeat]:
    held = ReservedSeat.objects.filter(held_until__isnull=False)
    own = held.filter(appointment__in=appointment_ids).order_by()
    together = held.select_related("reservation").filter(reservation__in=own.values("reservation"))
    return together.order_by("pk")


def release_holds(*, appointment_ids: Iterable[int], slots: dict[int, Slot], now: datetime) -> None:
    """Release every seat that `find_held` finds for the appointments. Needs the locks of their slots."""
    release_all(held=find_held(appointment_ids), slots=slots, now=now)


def release_all(*, held: Collection[ReservedSeat], slots: dict[int, Slot], now: datetime) -> None:
    """Release these seats and end their reservations. Needs the locks of their slots."""
    if held:
        freed = [slots[seat.slot_id] for seat in held]
        end_seats(ended=held, state=Reservation.State.RELEASED, at=now, freed=freed)


def expire_overdue_holds(*, slots: Iterable[Slot], now: datetime, skip_locked: bool = False) -> int:
    """Expire overdue seats on these locked slots, write notices to their holders, and return how many.

    Every service that books or reserves on a slot calls this first, so an expired hold never blocks a seat
    even if no worker runs. Seats of the same reservation on other slots are freed when those are locked.
    Locks: the reservations, in the order of their keys; with `skip_locked`, only those not locked elsewhere.
    """
    by_key = {slot.pk: slot for slot in slots}
    expired = _lock_expired(tuple(by_key), now, skip_locked=skip_locked)
    if not expired:
        return 0
    freed = [by_key[seat.slot_id] for seat in expired]
    end_seats(ended=expired, state=Reservation.State.EXPIRED, at=now, freed=freed)
    Notice.objects.bulk_create(_build_notice_of_expiry(seat, by_key[seat.slot_id]) for seat in expired)
    return len(expired)


@compiled_query
def _lock_expired(slot_ids: tuple[int, ...], now: datetime, *, skip_locked: bool) -> QuerySet[ReservedSeat]:
    seats = ReservedSeat.objects.select_for_update(
        no_key=True, of=("self", "reservation"), skip_locked=skip_locked
    )
    return (
        seats.select_related("reservation__account", "appointment")
        .filter(slot__in=slot_ids, held_until__lte=now)
        .order_by("reservation_id", "pk")
    )


def _build_notice_of_expiry(seat: ReservedSeat, slot: Slot) -> Notice:
    return Notice(
        kind=Notice.Kind.HOLD_EXPIRED,
        addressee=seat.reservation.account,
        appointment=seat.appointment,
        facts={"new": PlaceAndTime.of_slot(slot).to_json()},
    )
