"""Run acts at the same time, each on its own connection, and stop one at a point while others continue."""

import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from django.db import connection, transaction

from tests.support.waiting import eventually

# Only a failing test waits this long.
PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result or the exception of one act."""

    result: Any = None
    error: Exception | None = None


def run_at_once(acts: Sequence[Callable[[], Any]], *, workers: int = 32) -> list[Outcome]:
    """Run the acts and return their outcomes in the same order.

    Each of at most `workers` threads opens its own connection, waits for all others at a barrier, and
    then takes one act after another until none is left.
    """
    outcomes: list[Outcome | None] = [None] * len(acts)
    queue: SimpleQueue[int] = SimpleQueue()
    for index in range(len(acts)):
        queue.put(index)
    threads_wanted = min(workers, len(acts))
    barrier = threading.Barrier(threads_wanted, timeout=PATIENCE)

    def drain() -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            while True:
                index = queue.get_nowait()
                outcomes[index] = _outcome_of(acts[index])
        except Empty:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=drain, daemon=True) for _ in range(threads_wanted)]
    for thread in threads:
        thread.start()
    deadline = monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    assert not any(thread.is_alive() for thread in threads), "an act hangs"
    assert None not in outcomes, "a worker died before its acts were done"
    return outcomes


class Started:
    """One act that runs on its own connection while the test continues."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self._outcome: Outcome | None = None
        self._pid: int | None = None
        self._connected = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(act,), daemon=True)
        self._thread.start()
        assert self._connected.wait(PATIENCE)

    def _run(self, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            self._pid = connection.connection.info.backend_pid
            self._connected.set()
            self._outcome = _outcome_of(act)
        finally:
            connection.close()

    def until_it_waits_for_a_lock(self) -> None:
        """Return when the act waits for a lock, according to PostgreSQL."""
        self.until_it_waits_or_ends()
        assert self._thread.is_alive(), f"it waited for nothing: {self._outcome}"

    def until_it_waits_or_ends(self) -> None:
        """Return when the act waits for a lock or has ended."""
        eventually(
            lambda: self._waits_for_a_lock() or not self._thread.is_alive(),
            within=PATIENCE,
            what="the act to wait for a lock or to end",
        )

    def _waits_for_a_lock(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'", [self._pid]
            )
            return cursor.fetchone() is not None

    def outcome(self) -> Outcome:
        """Wait for the act and return its outcome."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the act hangs"
        assert self._outcome is not None
        return self._outcome


def until_someone_waits_for_a_lock() -> None:
    """Return when any connection to the test database waits for a lock."""

    def someone_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return cursor.fetchone() is not None

    eventually(someone_waits, within=PATIENCE, what="someone to wait for a lock")


class Gate:
    """A point at which an act waits until the test opens it."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._opened = threading.Event()

    def wait_here(self) -> None:
        self._reached.set()
        assert self._opened.wait(PATIENCE), "the gate was not opened"

    def until_reached(self) -> None:
        assert self._reached.wait(PATIENCE), "no act reached the gate"

    def open(self) -> None:
        self._opened.set()


def gate_before(patch, owner: Any, name: str) -> Gate:
    """Return a gate before the function `name`. The first caller waits there; later callers pass.

    `patch(owner, name, new)` is monkeypatch's setattr.
    """
    gate, first = Gate(), threading.Lock()
    go_in = getattr(owner, name)

    def wait_and_go_in(*args: Any, **kwargs: Any) -> Any:
        if first.acquire(blocking=False):
            gate.wait_here()
        return go_in(*args, **kwargs)

    patch(owner, name, wait_and_go_in)
    return gate


@contextmanager
def locked_by_another(rows):
    """Keep the rows of a queryset locked by another connection within the block."""
    gate = Gate()

    def lock() -> None:
        with transaction.atomic():
            assert list(rows.select_for_update(no_key=True).order_by("pk"))
            gate.wait_here()

    holder = Started(lock)
    gate.until_reached()
    try:
        yield
    finally:
        gate.open()
        assert holder.outcome().error is None


def _outcome_of(act: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(result=act())
    except Exception as error:  # noqa: BLE001 (the test checks which errors it expects)
        return Outcome(error=error)


@contextmanager
def impatience():
    """Within the block, this connection has the lock timeout of a web process."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20ms'")
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")
