"""Start, join and leave an embedded server. What differs between servers is in their own modules.

The first user starts the server under a keeper, later ones join it, and the keeper stops it after
the last. Pid files and ports are not used: a server runs if it answers at its known address.
"""

import atexit
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from portal.embedded.locks import (
    hold_shared,
    is_free,
    is_held_here,
    one_at_a_time,
    release,
    wait_until_free,
)

KEEPER = Path(__file__).with_name("keeper.py")
START_SECONDS = 30.0
STOP_SECONDS = 15.0


class ServerDidNotStart(Exception):
    """An embedded server did not start. The message contains the end of its log."""


@dataclass(frozen=True)
class Account:
    """The system account that a server runs under when it must not run as root."""

    uid: int
    gid: int


class Server(Protocol):
    """What the functions below need to know about a server."""

    @property
    def name(self) -> str:
        """Return its name, which its folder, log and locks have too."""

    @property
    def folder(self) -> Path:
        """Return the data folder that it shares with other servers."""

    @property
    def stop_signal(self) -> signal.Signals:
        """Return the signal that stops it cleanly without waiting for its clients."""

    def prepare(self) -> Account | None:
        """Create missing files. Return the account it must run under (None: this one)."""

    def command(self) -> list[str]:
        """Return the command that runs it in the foreground."""

    def answers(self) -> bool:
        """Return whether it accepts connections."""


def join(server: Server) -> None:
    """Make sure that the server runs until this process ends. Raises ServerDidNotStart."""
    users = _lock(server, "users")
    if is_held_here(users):
        return
    with one_at_a_time(_lock(server, "start")):
        # Waits here while a keeper is still stopping the server after its last user.
        hold_shared(users)
        _leave_at_exit(server)
        if _is_running(server):
            return
        if server.answers():
            _end_orphan(server)
        try:
            _start(server)
        except ServerDidNotStart:
            leave(server)
            raise


def leave(server: Server) -> None:
    """End this process's use of the server. After the last use, wait until the server has stopped."""
    users = _lock(server, "users")
    if is_held_here(users) and release(users):
        wait_until_free(_lock(server, "alive"), seconds=STOP_SECONDS)


def _leave_at_exit(server: Server) -> None:
    owner = os.getpid()

    def leave_unless_forked() -> None:
        if os.getpid() == owner:
            leave(server)

    atexit.register(leave_unless_forked)


def _lock(server: Server, purpose: str) -> Path:
    return server.folder / "locks" / f"{server.name}-{purpose}.lock"


def _log(server: Server) -> Path:
    return server.folder / "logs" / f"{server.name}.log"


def _is_running(server: Server) -> bool:
    """Return whether a keeper runs the server. Wait for one that is recovering from a crash."""
    deadline = time.monotonic() + START_SECONDS
    while not is_free(_lock(server, "alive")) and time.monotonic() < deadline:
        if server.answers():
            return True
        time.sleep(0.02)
    return False


def _start(server: Server) -> None:
    keeper = _spawn_keeper(server, server.prepare())
    deadline = time.monotonic() + START_SECONDS
    while not server.answers():
        gave_up = os.waitpid(keeper, os.WNOHANG) != (0, 0)
        if gave_up or time.monotonic() > deadline:
            log = _log(server)
            ending = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise ServerDidNotStart(f"The embedded {server.name} did not start. {log} ends:\n{ending}")
        time.sleep(0.02)


def _spawn_keeper(server: Server, account: Account | None) -> int:
    command = [sys.executable, "-I", "-S", str(KEEPER)]
    command += ["--needed-lock", str(_lock(server, "users")), "--alive-lock", str(_lock(server, "alive"))]
    command += ["--stop-signal", str(int(server.stop_signal)), "--folder", str(server.folder)]
    if account is not None:
        command += ["--account", str(account.uid), str(account.gid)]
    _log(server).parent.mkdir(mode=0o700, exist_ok=True)
    # Not with subprocess: it warns about children that outlive their parent, and this one should.
    return os.posix_spawn(
        sys.executable,
        [*command, "--", *server.command()],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(_log(server)), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setpgroup=0,
    )


def _end_orphan(server: Server) -> None:
    """Stop a server whose keeper was killed. Otherwise it would outlive its last user."""
    deadline = time.monotonic() + STOP_SECONDS
    with contextlib.suppress(ValueError, ProcessLookupError):
        pid = int(_lock(server, "alive").read_text())
        os.kill(pid, server.stop_signal)
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.02)
