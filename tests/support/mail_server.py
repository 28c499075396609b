"""A real SMTP server on a free loopback port that keeps its messages. No mail leaves the machine."""

import socket
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from tests.support.waiting import PATIENCE

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the server received it."""

    to: tuple[str, ...]
    message: EmailMessage

    @property
    def message_id(self):
        return self.message["Message-ID"]

    @property
    def subject(self):
        return self.message["Subject"]

    @property
    def text(self):
        return self.message.get_content()


class MailSink:
    """All deliveries so far, in order.

    `refused` maps an address to the answer it gets instead; for one in `hung_up_on` the line goes dead.
    """

    def __init__(self):
        self.deliveries = []
        self.refused = {}
        self.hung_up_on = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (the base's name)
        if address in self.hung_up_on:
            server.transport.abort()
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (the base's name)
        message = message_from_bytes(envelope.content, policy=default)
        self.deliveries.append(Delivery(to=tuple(envelope.rcpt_tos), message=message))
        return "250 taken"

    def to(self, address):
        """Return the deliveries to one address."""
        return [delivery for delivery in self.deliveries if address in delivery.to]


class _OnAnyFreePort(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running_mail_server():
    """Yield the sink of a listening server, and its port."""
    sink = MailSink()
    controller = _OnAnyFreePort(sink, hostname=LOOPBACK, port=0, ready_timeout=PATIENCE)
    controller.start()
    try:
        yield sink, controller.port
    finally:
        controller.stop(no_assert=True)


def send_by_smtp(settings, port):
    """Let Django send through the SMTP server on this loopback port."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


@pytest.fixture
def mail_sink(settings):
    """Yield the sink that receives the mail of the test over real SMTP."""
    with running_mail_server() as (sink, port):
        send_by_smtp(settings, port)
        yield sink


@pytest.fixture
def mail_server_away(settings):
    """Use a port without a listener, so that every connection is refused."""
    with socket.socket() as unused:
        unused.bind((LOOPBACK, 0))
        send_by_smtp(settings, unused.getsockname()[1])
        yield


@pytest.fixture
def mail_server_hangs(settings):
    """Use a server that accepts the connection and does not answer."""
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        send_by_smtp(settings, listening.getsockname()[1])
        settings.EMAIL_TIMEOUT = 0.2
        yield
