"""A real HTTP gateway for text messages on a free loopback port that keeps its messages."""

import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from accounts import text_gateway
from portal.foundation.clock import database_now
from tests.factories.accounts import UserFactory

LOOPBACK = "127.0.0.1"
NUMBER = "+14155550132"
# The characters of GSM 03.38 that take one septet, and those that take two.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = set("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True)
class Text:
    """One text message as the gateway received it."""

    to: str
    text: str


class Gateway:
    """All messages so far, in order.

    `refused` maps a number to the status it gets instead; `garbage` has numbers that get no HTTP; for one
    in `hung` nothing is ever said.
    """

    def __init__(self):
        self.texts = []
        self.asked = []
        self.refused = {}
        self.garbage = set()
        self.hung = set()
        self.ended = threading.Event()

    def to(self, number):
        """Return the messages to one number."""
        return [text.text for text in self.texts if text.to == number]

    def answer(self, handler):
        number = unquote(handler.path.rpartition("/")[2])
        said = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.asked.append(number)
        if number in self.hung:
            self.ended.wait()
        elif number in self.garbage:
            handler.wfile.write(b"\x00\xff" * 40)
        elif number in self.refused:
            handler.send_response(self.refused[number])
            handler.send_header("Location", f"http://{handler.headers['Host']}/elsewhere/{number}")
            handler.end_headers()
        else:
            self.texts.append(Text(to=number, text=said["message"]))
            handler.send_response(200)
            handler.end_headers()


@contextmanager
def running_gateway():
    """Yield a listening gateway, and its URL as a setting."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            gateway.answer(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield gateway, f"json://{LOOPBACK}:{server.server_port}/texts/{{phone}}"
        finally:
            gateway.ended.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def text_gateway_url(settings):
    """Make text messages available, although this test sends none."""
    settings.SMS_URL = f"json://{LOOPBACK}:9/texts/{{phone}}"


@pytest.fixture
def texts(settings):
    """Yield the gateway that receives the text messages of the test over real HTTP."""
    with running_gateway() as (gateway, url):
        settings.SMS_URL = url
        yield gateway


@pytest.fixture
def gateway_away(settings):
    """Use a port without a listener, so that every connection is refused."""
    with socket.socket() as unused:
        unused.bind((LOOPBACK, 0))
        settings.SMS_URL = f"json://{LOOPBACK}:{unused.getsockname()[1]}/texts/{{phone}}"
        yield


@pytest.fixture
def impatient(monkeypatch):
    """Shorten the timeout for a gateway that does not answer."""
    monkeypatch.setattr(text_gateway, "READ_SECONDS", 0.2)


def notification_channel(origin, *, phone=NUMBER, **fields):
    """Return an account with this notification channel and a confirmed number."""
    return UserFactory(phone=phone, phone_confirmed_at=database_now(), notification_channel=origin, **fields)


def segments(text):
    """Return how many segments a text message takes: septets in GSM 03.38, else UCS-2."""
    if set(text) <= GSM | GSM_TWICE:
        length = len(text) + sum(character in GSM_TWICE for character in text)
        return 1 if length <= 160 else -(-length // 153)
    length = len(text.encode("utf-16-be")) // 2
    return 1 if length <= 70 else -(-length // 67)
