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
    """One embedded mail server. It takes any port when the wanted one (0: none) is not free."""

    folder: Path
    wanted_port: int = 0
    name: str = "mail-sink"
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def mailbox(self) -> Path:
        """The Maildir that it delivers into."""
        return self.folder / "mail"

    @property
    def port_file(self) -> Path:
        """Where the sink writes the port it got."""
        return self.folder / "mail-sink.port"

    @property
    def url(self) -> str:
        """Its EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port_file.read_text()}"

    @property
    def text_url(self) -> str:
        """An SMS_URL by which text messages land there too, each as a mail to text-<number>@text.invalid."""
        port = self.port_file.read_text()
        to = "to=text-{phone}@text.invalid&from=portal@text.invalid"
        return f"mailto://127.0.0.1:{port}/?{to}&mode=insecure&format=text"

    def prepare(self) -> Account | None:
        """Forgets the port of its last run, which another program may have by now."""
        self.port_file.unlink(missing_ok=True)
        return None

    def command(self) -> list[str]:
        """How to run it in the foreground; -P keeps this folder's module names out of its imports."""
        arguments = [str(self.mailbox), str(self.port_file), str(self.wanted_port)]
        return [sys.executable, "-P", str(PROGRAM), *arguments]

    def answers(self) -> bool:
        """Whether it runs and greets as a mail server."""
        try:
            port = int(self.port_file.read_text())
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                return connection.recv(64).startswith(b"220")
        except (OSError, ValueError):
            return False
