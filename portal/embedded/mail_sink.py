"""A real SMTP server that delivers every message into one Maildir: a program of its own, for a demonstration.

It imports nothing of the portal. It listens on loopback, at a port that it writes to a file next to the mail.
"""

import asyncio
import contextlib
import socket
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

GREETING = "Appointment portal mail sink"


def main() -> None:
    """Serve until the process is killed. Arguments: the Maildir, the file for the port, the wanted port."""
    mailbox, port_file, wanted_port = sys.argv[1:]
    asyncio.run(_serve(Path(mailbox), Path(port_file), int(wanted_port)))


async def _serve(mailbox: Path, port_file: Path, wanted_port: int) -> None:
    handler = Mailbox(mailbox)
    listener = _listen(wanted_port)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="localhost", ident=GREETING, enable_SMTPUTF8=True), sock=listener
    )
    unfinished = port_file.with_suffix(".unfinished")
    unfinished.write_text(str(listener.getsockname()[1]))
    unfinished.replace(port_file)
    async with server:
        await server.serve_forever()


def _listen(wanted_port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with contextlib.suppress(OSError):
        listener.bind(("127.0.0.1", wanted_port))
        return listener
    listener.bind(("127.0.0.1", 0))
    return listener


if __name__ == "__main__":
    main()
