"""The controls: the product with its locks taken away, and racers made to meet where the lock would part them."""

import threading
from contextlib import contextmanager

from django.db import connection
from django.db.models import QuerySet

from appointments.services import locks

PATIENCE = 20.0


def take_row_locks_away(patch) -> None:
    """Every SELECT … FOR UPDATE and FOR SHARE of the product reads without a lock. `patch(owner, name, new)`."""
    patch(QuerySet, "select_for_update", lambda rows, **_: rows.all())
    patch(locks, "share_authority", lambda **_: None)


def meet_after_reading_slots(patch, racers: int) -> None:
    """The first so many that read slots wait for each other before they go on and write."""
    read_slots = locks.lock_slots
    rendezvous = Rendezvous(racers)

    def read_and_meet(slot_ids, **how):
        slots = read_slots(slot_ids, **how)
        rendezvous.wait()
        return slots

    patch(locks, "lock_slots", read_and_meet)


class Rendezvous:
    """Where the first so many wait for each other; everyone later passes."""

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties, timeout=PATIENCE)
        self._places = threading.Semaphore(parties)

    def wait(self) -> None:
        if self._places.acquire(blocking=False):
            self._barrier.wait()


@contextmanager
def without_constraint(table: str, name: str):
    """The named constraint is gone for the length of the block. The caller mends the rows before it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
