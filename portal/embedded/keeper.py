"""Run one command for as long as another process needs it. This program imports nothing of the portal.

A process that needs the command holds a lock on a file. The kernel releases the lock when that process
ends, even by SIGKILL. The keeper waits for the lock and then stops the command, so nothing is left running
and there is no pid file to go stale. A signal to the keeper stops the command too.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command and return its exit code."""
    order = _read_order()
    if order.alive_lock:
        alive = os.open(order.alive_lock, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.lockf(alive, fcntl.LOCK_EX)
    child = _start(order)
    if order.alive_lock:
        os.truncate(alive, 0)
        os.write(alive, str(child.pid).encode())
    ended = threading.Event()

    def stop_politely_then_hard(*_: object) -> None:
        child.send_signal(order.stop_signal)
        if not ended.wait(order.grace):
            _kill_group(child.pid)

    def stop_when_unneeded() -> None:
        needed = os.open(order.needed_lock, os.O_RDWR | os.O_CREAT, 0o600)
        # Held until the keeper ends, so that the next user waits until the command has really stopped.
        fcntl.lockf(needed, fcntl.LOCK_SH if order.shared else fcntl.LOCK_EX)
        stop_politely_then_hard()

    for stop_signal in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(
            stop_signal, lambda *_: threading.Thread(target=stop_politely_then_hard, daemon=True).start()
        )
    threading.Thread(target=stop_when_unneeded, daemon=True).start()
    code = child.wait()
    ended.set()
    _kill_group(child.pid)
    return code if code >= 0 else 128 - code


def _read_order() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needed-lock", required=True, help="the command stops once no process holds this")
    parser.add_argument("--shared", action="store_true", help="several keepers wait for one holder")
    parser.add_argument("--alive-lock", help="held by the keeper; contains the command's pid")
    parser.add_argument("--stop-signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("--grace", type=float, default=10.0, help="seconds between the signal and SIGKILL")
    parser.add_argument("--account", type=int, nargs=2, metavar=("UID", "GID"))
    parser.add_argument("--folder", help="where the command runs")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def _start(order: argparse.Namespace) -> subprocess.Popen[bytes]:
    """Start the command in its own session, so that Ctrl-C reaches only the keeper's owner."""
    if order.account is None:
        return subprocess.Popen(order.command, cwd=order.folder, start_new_session=True)
    uid, gid = order.account
    return subprocess.Popen(
        order.command, cwd=order.folder, start_new_session=True, user=uid, group=gid, extra_groups=[]
    )


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
