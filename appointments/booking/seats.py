"""The counter: every seat is taken and given back here, on slots whose lock the caller holds."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from appointments.booking.errors import SeatRefused
from appointments.eligibility import SeatFacts, SeatRefusal, evaluate_seat
from appointments.models import Appointment, Hold, Notice, Slot
from appointments.notices.facts import PlaceAndTime
from policy.queries import RulesInForce
from portal.foundation.compiled_queries import prepared


def take_seat(slot: Slot, seats: int = 1) -> None:
    """So many seats more are taken; `slot_taken_within_capacity` stands behind the caller's check."""
    Slot.objects.filter(pk=slot.pk).update(taken=F("taken") + seats)
    slot.taken += seats


def free_seats(slot: Slot, seats: int = 1) -> None:
    """Gives seats back."""
    Slot.objects.filter(pk=slot.pk).update(taken=F("taken") - seats)
    slot.taken -= seats


def check_seat(slot: Slot, appointment: Appointment, rules: RulesInForce, *, own_seats: int = 0) -> None:
    """Raises SeatRefused unless the appointment may move to the slot; `own_seats` are held for it already."""
    causes = find_causes(slot, appointment, rules, own_seats=own_seats)
    if causes:
        raise SeatRefused(causes)


def find_causes(
    slot: Slot, appointment: Appointment, rules: RulesInForce, *, own_seats: int = 0
) -> tuple[SeatRefusal, ...]:
    """Every cause that keeps the appointment from the slot; empty when it may move there."""
    return evaluate_seat(
        SeatFacts(
            now=rules.now,
            starts_at=slot.starts_at,
            is_closed=slot.closed_at is not None,
            is_present_slot=slot.pk == appointment.slot_id,
            free_seats=slot.capacity - slot.taken + own_seats,
            online_cutoff=rules.limits.online_cutoff,
            horizon=rules.limits.horizon,
        )
    )


def end_hold(hold: Hold, *, state: Hold.State, at: datetime) -> None:
    """The hold row stays, but takes no seat any more; the caller says who has the seat now."""
    Hold.objects.filter(pk=hold.pk).update(state=state, ended_at=at)
    hold.state, hold.ended_at = state, at


def find_held(appointment_ids: Iterable[int]) -> list[Hold]:
    """The hold rows for these appointments, and those of the households that were held with them.

    A household's holds are made under all its chains' locks and never added to. So what is found under
    the lock of one chain names every slot to lock, and later there can only be fewer.
    """
    own = _held_for(tuple(set(appointment_ids)))
    households = {hold.household for hold in own if hold.household}
    if not households:
        return own
    held = Hold.objects.filter(state=Hold.State.HELD, household__in=households).order_by("pk")
    return own + list(held.exclude(pk__in=[hold.pk for hold in own]))


@prepared
def _held_for(appointment_ids: tuple[int, ...]) -> QuerySet[Hold]:
    return Hold.objects.filter(state=Hold.State.HELD, appointment__in=appointment_ids).order_by("pk")


def release_holds(appointment_ids: Iterable[int], slots: dict[int, Slot], *, now: datetime) -> None:
    """Ends what `find_held` finds and gives the seats back, on slots whose lock the caller has."""
    release_all(find_held(appointment_ids), slots, now=now)


def release_all(held: Iterable[Hold], slots: dict[int, Slot], *, now: datetime) -> None:
    """Ends these holds and gives the seats back, on slots whose lock the caller has."""
    for hold in held:
        end_hold(hold, state=Hold.State.RELEASED, at=now)
        free_seats(slots[hold.slot_id])


def expire_overdue_holds(slots: Iterable[Slot], *, now: datetime) -> int:
    """Ends the lapsed holds on these locked slots, gives their seats back and tells their holders.

    Whoever holds or books on a slot calls this first, so a lapsed hold blocks nobody even when no
    worker runs. Returns how many were reaped.
    """
    by_key = {slot.pk: slot for slot in slots}
    expired = _lock_overdue(tuple(by_key), now)
    if not expired:
        return 0
    Hold.objects.filter(pk__in=[hold.pk for hold in expired]).update(state=Hold.State.EXPIRED, ended_at=now)
    for slot_id, seats in sorted(Counter(hold.slot_id for hold in expired).items()):
        free_seats(by_key[slot_id], seats)
    Notice.objects.bulk_create(_build_expiry_notice(hold, by_key[hold.slot_id]) for hold in expired)
    return len(expired)


@prepared
def _lock_overdue(slot_ids: tuple[int, ...], now: datetime) -> QuerySet[Hold]:
    return (
        Hold.objects.select_for_update(no_key=True, of=("self",))
        .select_related("account", "appointment")
        .filter(slot__in=slot_ids, state=Hold.State.HELD, expires_at__lte=now)
        .order_by("pk")
    )


def _build_expiry_notice(hold: Hold, slot: Slot) -> Notice:
    return Notice(
        kind=Notice.Kind.HOLD_EXPIRED,
        addressee=hold.account,
        appointment=hold.appointment,
        facts={"new": place_and_time(slot).to_json()},
    )


def place_and_time(slot: Slot) -> PlaceAndTime:
    """Where and when, frozen for a notice. Wants the slot with its site."""
    site = slot.site
    return PlaceAndTime(
        site_name=site.name,
        address_lines=site.address_lines,
        tz=site.tz,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )
