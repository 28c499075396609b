"""Start, watch and stop the processes of a demonstration together."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded.data_folder import CHECKOUT
from portal.embedded.server import KEEPER

# A running request or task gets this long to finish.
GRACE_SECONDS = 5.0


class ChildEnded(Exception):
    """A process ended that should still be running. The message names it."""


@dataclass
class Children:
    """A set of processes that end together, even if their parent is killed."""

    needed_lock: Path
    environment: Mapping[str, str]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, module: str, *arguments: str) -> None:
        """Start `python -m module …` under a keeper that watches the lock of this process."""
        keeper = [sys.executable, "-I", "-S", str(KEEPER), "--needed-lock", str(self.needed_lock)]
        keeper += ["--shared", "--grace", str(GRACE_SECONDS), "--folder", str(CHECKOUT), "--"]
        self._running[name] = subprocess.Popen(
            [*keeper, sys.executable, "-m", module, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            # Ctrl-C in the terminal reaches only this process, which then stops the others in order.
            start_new_session=True,
        )

    def check(self) -> None:
        """Raise ChildEnded if one of them has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ChildEnded(f"The {name} ended by itself (exit code {process.returncode}).")

    def watch(self, *, until: Callable[[], bool] | None = None, seconds: float | None = None) -> bool:
        """Wait for the condition. Return False if the time is up first. Raises ChildEnded."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while deadline is None or time.monotonic() < deadline:
            self.check()
            if until is not None and until():
                return True
            time.sleep(0.1)
        return False

    def end(self) -> None:
        """Stop all of them, first with SIGTERM and then with SIGKILL, and return when none is left."""
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(GRACE_SECONDS + 5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
