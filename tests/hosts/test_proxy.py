"""The real reverse proxy with its own Caddyfile; only ports, and where names are asked for, differ here."""

import http.client
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.hosts.compose import ROOT, SERVICES, SITE_HOST, program
from tests.hosts.name_server import name_server
from tests.portal.test_run import free_port
from tests.support.background import discard
from tests.support.waiting import eventually

# The web servers have one port and an address each, as containers do.
ADDRESSES = ("127.0.0.1", "127.0.0.2")
CANARY = "MSC2190000001"


class StandIn(BaseHTTPRequestHandler):
    """A web server that remembers what reached it and says where it was reached."""

    protocol_version = "HTTP/1.1"
    reached = []

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.reached.append((self.server.server_address[0], dict(self.headers), body))
        self.send_response(200)
        # A web server that dies while it answers promises more than it sends.
        is_dying = self.path.startswith("/dying/")
        self.send_header("Content-Length", "100" if is_dying else "0")
        self.end_headers()
        self.close_connection = is_dying

    do_POST = do_GET  # noqa: N815 (the base's name)

    def log_message(self, *words):
        """Says nothing."""


@contextmanager
def stand_in(address, port):
    StandIn.reached.clear()
    ThreadingHTTPServer.daemon_threads = True
    with ThreadingHTTPServer((address, port), StandIn) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Proxy:
    """Caddy, at three ports of its own, in front of web servers at `web_port` of each address."""

    def __init__(self, folder, name_port):
        self.web_port, self.http, self.https, self.health = (free_port() for _ in range(4))
        self.log = folder / "log"
        self._caddyfile = folder / "Caddyfile"
        self._name_port = name_port
        self._folder = folder

    def configuration(self):
        text = (ROOT / "proxy" / "Caddyfile").read_text()
        names = f"resolvers 127.0.0.1:{self._name_port}"
        for here, there in {
            "dynamic a web 8000 {": f"dynamic a web {self.web_port} {{\n{names}",
            "http_port 8080": f"http_port {self.http}",
            "https_port 8443": f"https_port {self.https}",
            "http://127.0.0.1:8081": f"http://127.0.0.1:{self.health}",
        }.items():
            assert text.count(here) == 1
            text = text.replace(here, there)
        return text

    def start(self):
        self._caddyfile.write_text(self.configuration())
        name, *words = SERVICES["proxy"]["command"]
        there = {"/etc/caddy/Caddyfile": str(self._caddyfile)}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [program(name), *(there.get(word, word) for word in words)],
                env={"SITE_HOST": SITE_HOST, "PROXY_TLS": "internal", "HOME": str(self._folder)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def request(self, method="GET", path="/", *, body=None, **headers):
        """The answer over TLS, read."""
        connection = self.connect()
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode()
            return answer
        finally:
            connection.close()

    def connect(self):
        trusting = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(SITE_HOST, self.https, timeout=120, context=trusting)
        connection.connect()
        return connection

    def request_plainly(self, port, path="/"):
        connection = http.client.HTTPConnection(SITE_HOST, port, timeout=120)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()

    def is_up(self):
        try:
            self.connect().close()
            return self.request_plainly(self.health).status == 200
        except OSError:
            return False


@pytest.fixture
def proxy(tmp_path):
    with name_server(ADDRESSES) as name_port:
        proxy = Proxy(tmp_path, name_port)
        process = proxy.start()
        eventually(proxy.is_up, what="Caddy to answer")
        yield proxy
        discard(process)


def test_the_health_check_asks_where_the_proxy_answers():
    assert SERVICES["proxy"]["healthcheck"]["test"][-1] == "http://127.0.0.1:8081/"
    assert SERVICES["proxy"]["ports"] == ["80:8080", "443:8443"]


def test_every_web_server_gets_requests_and_a_stopped_one_none(proxy):
    one, other = ADDRESSES
    with stand_in(one, proxy.web_port):
        with stand_in(other, proxy.web_port):
            eventually(
                lambda: proxy.request().status == 200 and {at for at, _, _ in StandIn.reached} == {one, other}
            )
        assert {proxy.request().status for _ in range(10)} == {200}
    with stand_in(other, proxy.web_port):
        assert {proxy.request().status for _ in range(10)} == {200}


def test_what_a_client_says_of_itself_is_not_passed_on(proxy):
    with stand_in(ADDRESSES[0], proxy.web_port):
        claims = {
            "X-Forwarded-For": "192.0.2.1, 192.0.2.2",
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Host": "evil.example",
        }
        assert proxy.request(**claims).status == 200
        _, headers, _ = StandIn.reached[-1]
    assert headers["X-Forwarded-For"] in {"127.0.0.1", "::1"}
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["Host"].partition(":")[0] == SITE_HOST
    assert "evil" not in str(headers)


def test_plain_http_is_led_to_the_usual_port_of_https(proxy):
    answer = proxy.request_plainly(proxy.http, "/help/")
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{SITE_HOST}/help/")


def test_too_large_a_body_is_refused(proxy):
    with stand_in(ADDRESSES[0], proxy.web_port):
        assert proxy.request("POST", body=b"x" * 900_000).status == 200
        assert proxy.request("POST", body=b"x" * 1_100_000).status == 413


def test_says_so_in_both_languages_when_no_web_server_answers(proxy):
    answer = proxy.request()
    assert answer.status in {502, 503}
    assert "Please try again" in answer.text
    assert "Intente de nuevo" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Server" not in answer.headers


def test_logs_nothing_about_anyone_whatever_goes_wrong(proxy):
    asked = {"path": f"/appointments/{CANARY}/?name={CANARY}", "Cookie": f"name={CANARY}"}
    assert proxy.request(**asked).status in {502, 503}
    with stand_in(ADDRESSES[0], proxy.web_port):
        assert proxy.request(**asked).status == 200
        with pytest.raises(http.client.IncompleteRead):
            proxy.request(path=f"/dying/{CANARY}/")
    assert CANARY not in proxy.log.read_text()
