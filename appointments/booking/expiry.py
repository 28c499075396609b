"""The sweep: expires the reserved seats that no other act came across. And the beat's heartbeat."""

from appointments.booking import locks, seats
from appointments.models import Heartbeat, ReservedSeat
from portal.foundation.clock import DatabaseNow, database_now
from portal.foundation.transactions import in_durable_transaction

SLOTS_PER_TRANSACTION = 50


def expire_overdue_holds() -> int:
    """Expire the seats whose time has run out, in short transactions; return how many.

    Any number of sweeps may run at once.

    Never waits: a slot that someone has locked is left to them, who expire its seats before they book, or to
    the next sweep. So a stuck slot holds up no other.
    """
    slot_ids = _slots_with_overdue_holds()
    return sum(
        _expire(slot_ids[first : first + SLOTS_PER_TRANSACTION])
        for first in range(0, len(slot_ids), SLOTS_PER_TRANSACTION)
    )


def _slots_with_overdue_holds() -> list[int]:
    expired = ReservedSeat.objects.filter(held_until__lte=DatabaseNow())
    return list(expired.order_by("slot_id").values_list("slot_id", flat=True).distinct())


@in_durable_transaction
def _expire(slot_ids: list[int]) -> int:
    slots = locks.lock_slots(slot_ids, skip_locked=True)
    return seats.expire_overdue_holds(slots.values(), now=database_now(), skip_locked=True)


def record_heartbeat(name: str) -> None:
    """Writes that the named periodic work runs; readiness reads it."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": DatabaseNow()})
