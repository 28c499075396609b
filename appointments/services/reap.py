"""The sweep behind the predicate: ends lapsed holds that nobody came across, and prunes what is old."""

from appointments.models import Heartbeat, Hold
from appointments.services import locks, seats
from policy.clock import DatabaseNow, database_now
from policy.transactions import in_durable_transaction

SLOTS_PER_TRANSACTION = 50


def reap_lapsed_holds() -> int:
    """Reaps every lapsed hold, in short transactions; returns how many. Any number may run at once."""
    reaped = 0
    while slot_ids := _slots_with_lapsed_holds():
        reaped += _reap(slot_ids)
    return reaped


def _slots_with_lapsed_holds() -> list[int]:
    lapsed = Hold.objects.filter(state=Hold.State.HELD, expires_at__lte=DatabaseNow())
    return list(lapsed.order_by("expires_at").values_list("slot_id", flat=True)[:SLOTS_PER_TRANSACTION])


@in_durable_transaction
def _reap(slot_ids: list[int]) -> int:
    slots = locks.lock_slots(slot_ids)
    return seats.reap_lapsed(slots.values(), now=database_now())


def record_heartbeat(name: str) -> None:
    """Writes that the named periodic work runs; readiness reads it."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": DatabaseNow()})
