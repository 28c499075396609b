"""The controls: the product without its locks, and racers made to meet where a lock would part them."""

import threading
from contextlib import contextmanager

from django.db import connection
from django.db.models import QuerySet

from appointments.booking import locks, seats
from portal.foundation.compiled_queries import CompiledQuery

PATIENCE = 120.0
CAPACITY = "slot_taken_within_capacity"


def take_row_locks_away(patch) -> None:
    """The product reads without row locks, neither for update nor shared. `patch(owner, name, new)`."""
    change_querysets(patch, QuerySet, "select_for_update", lambda rows, **_: rows.all())
    patch(locks, "share_authorities", lambda **_: None)


def change_querysets(patch, owner, name: str, new) -> None:
    """Patches a method of querysets or managers for every query: those built before, and none built after.

    What was built once would go on as it was, and what is built meanwhile would stay when the patch is gone.
    """
    patch(owner, name, new)
    patch(
        CompiledQuery,
        "__call__",
        lambda query, *values, **choices: list(query.__wrapped__(*values, **choices)),
    )


def meet_before(patch, owner, name: str, *, racers: int) -> None:
    """The first so many that come to the function `name` wait for each other before they go in."""
    go_in = getattr(owner, name)
    rendezvous = Rendezvous(racers)

    def meet_and_go_in(*args, **kwargs):
        rendezvous.wait()
        return go_in(*args, **kwargs)

    patch(owner, name, meet_and_go_in)


class Rendezvous:
    """Where the first so many wait for each other; everyone later passes."""

    def __init__(self, roles: int) -> None:
        self._barrier = threading.Barrier(roles, timeout=PATIENCE)
        self._places = threading.Semaphore(roles)

    def wait(self) -> None:
        if self._places.acquire(blocking=False):
            self._barrier.wait()


@contextmanager
def without_the_capacity_constraint():
    """Nothing stops a slot's counter for the length of the block; after it all counters stand at zero."""
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
    """Middleware of the control's web server: no locks, and the first two who take a seat meet."""
    take_row_locks_away(setattr)
    meet_before(setattr, seats, "take_seat", racers=2)
    return get_response
