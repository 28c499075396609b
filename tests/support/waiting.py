"""Wait for another process or thread by checking a condition, never by sleeping for a guessed time."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

BETWEEN_LOOKS = 0.02
# Only a test that fails ever waits so long: the machine may be busy with something else.
PATIENCE = 120.0


def eventually(predicate: Callable[[], T], *, within: float = PATIENCE, what: str = "") -> T:
    """The predicate's first truthy answer. Raises AssertionError when there is none within the seconds."""
    pause = threading.Event()
    deadline = monotonic() + within
    while True:
        answer = predicate()
        if answer:
            return answer
        if monotonic() > deadline:
            raise AssertionError(f"not within {within} seconds: {what or predicate}; last answer: {answer!r}")
        pause.wait(BETWEEN_LOOKS)
