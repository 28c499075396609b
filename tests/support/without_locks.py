"""Controls for the race tests: the product without its locks, and callers that meet at one point."""

import threading
from contextlib import contextmanager

from django.db import connection
from django.db.models import QuerySet

from appointments.booking import locks, seats
from portal.foundation.compiled_queries import CompiledQuery

PATIENCE = 120.0
CAPACITY = "slot_taken_within_capacity"


def take_row_locks_away(patch) -> None:
    """Remove all row locks, exclusive and shared. Uses `patch(owner, name, new)`."""
    change_querysets(patch, QuerySet, "select_for_update", lambda rows, **_: rows.all())
    patch(locks, "share_authorities", lambda **_: None)


def change_querysets(patch, owner, name: str, new) -> None:
    """Patch a method of querysets or managers for every query, compiled ones included.

    A compiled query would otherwise ignore the patch, or keep it after the test.
    """
    patch(owner, name, new)
    patch(
        CompiledQuery,
        "__call__",
        lambda query, *values, **choices: list(query.__wrapped__(*values, **choices)),
    )


def meet_before(patch, owner, name: str, *, racers: int) -> None:
    """Let the first `racers` callers of the function `name` wait for each other before it runs."""
    go_in = getattr(owner, name)
    rendezvous = Rendezvous(racers)

    def meet_and_go_in(*args, **kwargs):
        rendezvous.wait()
        return go_in(*args, **kwargs)

    patch(owner, name, meet_and_go_in)


class Rendezvous:
    """A point where the first callers wait for each other; later callers pass."""

    def __init__(self, roles: int) -> None:
        self._barrier = threading.Barrier(roles, timeout=PATIENCE)
        self._places = threading.Semaphore(roles)

    def wait(self) -> None:
        if self._places.acquire(blocking=False):
            self._barrier.wait()


@contextmanager
def without_the_capacity_constraint():
    """Remove the constraint on a slot's counter within the block. All counters are zero afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [CAPACITY])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE appointments_slot DROP CONSTRAINT {CAPACITY}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE appointments_slot SET taken = 0")
            cursor.execute(f"ALTER TABLE appointments_slot ADD CONSTRAINT {CAPACITY} {definition}")


def without_locks(get_response):
    """Middleware for the web server of a control: no locks, and the first two who take a seat meet."""
    take_row_locks_away(setattr)
    meet_before(setattr, seats, "take_seat", racers=2)
    return get_response
