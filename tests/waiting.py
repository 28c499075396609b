"""Wait for another process or thread by checking a condition, never by sleeping for a guessed time."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

BETWEEN_LOOKS = 0.02


def eventually(predicate: Callable[[], T], *, within: float = 10.0, what: str = "") -> T:
    """Return the predicate's first true result. Raises AssertionError if there is none in time."""
    pause = threading.Event()
    deadline = monotonic() + within
    while True:
        answer = predicate()
        if answer:
            return answer
        if monotonic() > deadline:
            raise AssertionError(f"not within {within} seconds: {what or predicate}; last answer: {answer!r}")
        pause.wait(BETWEEN_LOOKS)
