"""File locks that the kernel releases when their holder ends, so that none is ever stale.

These are POSIX record locks. A forked child does not inherit them, which is what we need: a web worker
must not keep a server alive. The drawback: a process that closes any descriptor of a locked file loses
its lock, so each file is opened once and stays open.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

_held: dict[Path, int] = {}


def hold_shared(path: Path) -> None:
    """Take the lock as one of several holders, until release() or the end of this process. May wait."""
    _held[path] = _open(path)
    fcntl.lockf(_held[path], fcntl.LOCK_SH)


def try_to_hold(path: Path) -> bool:
    """Take the lock as the only holder. Return False at once if another process holds it."""
    descriptor = _open(path)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    _held[path] = descriptor
    return True


def release(path: Path) -> bool:
    """Release a lock. Return whether this process was its last holder."""
    descriptor = _held.pop(path)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        was_last = True
    except OSError:
        was_last = False
    os.close(descriptor)
    return was_last


def is_held_here(path: Path) -> bool:
    """Return whether this process holds the lock."""
    return path in _held


def is_free(path: Path, *, to_share: bool = False) -> bool:
    """Return whether no process holds the lock; with to_share, whether none holds it alone."""
    if path in _held:
        return False
    if not path.exists():
        return True
    descriptor = _open(path)
    try:
        fcntl.lockf(descriptor, (fcntl.LOCK_SH if to_share else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def wait_until_free(path: Path, *, seconds: float) -> bool:
    """Wait until no process holds the lock. Return False if the time is up first."""
    deadline = time.monotonic() + seconds
    while not is_free(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Run the body in one process at a time."""
    descriptor = _open(path)
    fcntl.lockf(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
