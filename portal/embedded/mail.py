"""The embedded mail server as one of the servers that a demonstration starts, joins and leaves."""

import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.server import Account

PROGRAM = Path(__file__).with_name("mail_sink.py")


@dataclass(frozen=True)
class MailSink:
    """One embedded mail server. It uses another port if the wanted one (0: none) is not free."""

    folder: Path
    wanted_port: int = 0
    name: str = "mail-sink"
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def mailbox(self) -> Path:
        """Return the Maildir that it delivers to."""
        return self.folder / "mail"

    @property
    def port_file(self) -> Path:
        """Return the file in which the server stores its port."""
        return self.folder / "mail-sink.port"

    @property
    def url(self) -> str:
        """Return its EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port_file.read_text()}"

    @property
    def text_url(self) -> str:
        """Return an SMS_URL that delivers text messages as mail to text-<number>@text.invalid."""
        port = self.port_file.read_text()
        to = "to=text-{phone}@text.invalid&from=portal@text.invalid"
        return f"mailto://127.0.0.1:{port}/?{to}&mode=insecure&format=text"

    def prepare(self) -> Account | None:
        """Delete the port of the last run: another program may be using it now."""
        self.port_file.unlink(missing_ok=True)
        return None

    def command(self) -> list[str]:
        """Return the command that runs it in the foreground. -P keeps this folder out of its imports."""
        arguments = [str(self.mailbox), str(self.port_file), str(self.wanted_port)]
        return [sys.executable, "-P", str(PROGRAM), *arguments]

    def answers(self) -> bool:
        """Return whether it runs and greets as a mail server."""
        try:
            port = int(self.port_file.read_text())
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                return connection.recv(64).startswith(b"220")
        except (OSError, ValueError):
            return False
