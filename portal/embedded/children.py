"""The portal's own processes in a demonstration: starting them, watching them, ending them all together."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded.data_folder import CHECKOUT
from portal.embedded.server import KEEPER

# A request or a task in hand gets this long to finish.
GRACE_SECONDS = 5.0


class ChildEnded(Exception):
    """A process that should run on has ended; the message names it."""


@dataclass
class Children:
    """A set of processes that live and end together, also when their parent is killed."""

    needed_lock: Path
    environment: Mapping[str, str]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, module: str, *arguments: str) -> None:
        """Starts `python -m module …` under a keeper that watches the lock of this process."""
        keeper = [sys.executable, "-I", "-S", str(KEEPER), "--needed-lock", str(self.needed_lock)]
        keeper += ["--beside-others", "--grace", str(GRACE_SECONDS), "--folder", str(CHECKOUT), "--"]
        self._running[name] = subprocess.Popen(
            [*keeper, sys.executable, "-m", module, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            # A Ctrl-C in the terminal reaches this process alone, which then ends the others in good order.
            start_new_session=True,
        )

    def check(self) -> None:
        """Raises ChildEnded if one of them has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ChildEnded(f"The {name} ended by itself (exit code {process.returncode}).")

    def watch(self, *, until: Callable[[], bool] | None = None, seconds: float | None = None) -> bool:
        """Waits for the condition, at most so long; False when the time is up. Raises ChildEnded."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while deadline is None or time.monotonic() < deadline:
            self.check()
            if until is not None and until():
                return True
            time.sleep(0.1)
        return False

    def end(self) -> None:
        """Ends all of them at once, politely and then hard, and returns when none is left."""
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(GRACE_SECONDS + 5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
