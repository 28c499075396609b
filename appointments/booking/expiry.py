"""Periodic tasks: expire holds that no booking has cleaned up yet, and record the beat heartbeat."""

from appointments.booking import locks, seats
from appointments.models import Heartbeat, ReservedSeat
from portal.foundation.clock import DatabaseNow, database_now
from portal.foundation.transactions import in_durable_transaction

SLOTS_PER_TRANSACTION = 50


def expire_overdue_holds() -> int:
    """Expire overdue seats in short transactions, and return how many.

    Several runs at once are safe. Skips locked slots, so one stuck slot does not delay the others: the
    transaction that holds the lock expires the seats before it books, or the next run does.
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
    slots = locks.lock_slots(slot_ids=slot_ids, skip_locked=True)
    return seats.expire_overdue_holds(slots=slots.values(), now=database_now(), skip_locked=True)


def record_heartbeat(name: str) -> None:
    """Record that the named periodic task ran. The readiness check reads it."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": DatabaseNow()})
