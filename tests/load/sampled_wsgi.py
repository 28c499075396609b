"""The portal's WSGI application with a sampler beside it: every other millisecond, where each request is.

It counts stacks as they stand in wall time, so waiting shows too. Served by the bench for its profile only.
"""

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import CodeType
from typing import Any

from portal.wsgi import application as portal

EVERY_SECONDS = 0.002
WRITE_EVERY_SECONDS = 1.0
# The first requests of a process fill its caches.
COLD_REQUESTS = 40
# A running thread gives way to the sampler within this, instead of the usual 5 ms.
SWITCH_SECONDS = 0.0002


class Sampler:
    """Counts the stacks of the requests in hand, for each page, and writes them to a file of its process."""

    def __init__(self) -> None:
        self._in_hand: dict[int, str] = {}
        self._stacks: Counter[tuple[str, tuple[CodeType, ...]]] = Counter()
        self._requests: dict[str, list[float]] = {}
        self._seen = 0
        self._pid = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self._start_in_this_process()
        page = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        began = time.perf_counter()
        self._in_hand[threading.get_ident()] = page_of(page)
        try:
            return portal(environ, start_response)
        finally:
            del self._in_hand[threading.get_ident()]
            self._seen += 1
            if self._seen > COLD_REQUESTS:
                self._requests.setdefault(page_of(page), []).append(time.perf_counter() - began)

    def _start_in_this_process(self) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            sys.setswitchinterval(SWITCH_SECONDS)
            threading.Thread(target=self._sample, daemon=True).start()

    def _sample(self) -> None:
        write_at = time.monotonic() + WRITE_EVERY_SECONDS
        while True:
            time.sleep(EVERY_SECONDS)
            if self._in_hand and self._seen >= COLD_REQUESTS:
                frames = sys._current_frames()
                for thread, page in list(self._in_hand.items()):
                    if frame := frames.get(thread):
                        self._stacks[page, _stack_of(frame)] += 1
                del frames
            if time.monotonic() > write_at:
                self._write()
                write_at = time.monotonic() + WRITE_EVERY_SECONDS

    def _write(self) -> None:
        stacks = [
            [page, [f"{code.co_filename}:{code.co_qualname}" for code in stack], count]
            for (page, stack), count in self._stacks.items()
        ]
        file = Path(os.environ["BENCH_STACKS"]) / f"{self._pid}.json"
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps({"stacks": stacks, "requests": self._requests}))
        unfinished.replace(file)


def page_of(request: str) -> str:
    """The page's name in the bench's tables."""
    method, path = request.split(" ")
    if path.endswith("/times/"):
        return "calendar" if method == "GET" else "hold"
    if path.endswith("/confirm/"):
        return "confirm"
    return "receipt" if path.endswith("/receipt/") else "review"


def _stack_of(frame: Any) -> tuple[CodeType, ...]:
    """From the innermost frame to the outermost within the application."""
    stack = []
    while frame is not None and frame.f_code is not Sampler.__call__.__code__:
        stack.append(frame.f_code)
        frame = frame.f_back
    return tuple(stack)


application = Sampler()
