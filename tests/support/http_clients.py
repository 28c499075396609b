"""Signed-in HTTP clients of the real web server, for races over HTTP."""

from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils.crypto import get_random_string

from accounts.models import User

PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status and redirect target."""

    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser with its session and CSRF cookie. It does not follow redirects."""

    port: int
    session_key: str
    csrf_secret: str

    def get(self, path: str) -> Answer:
        return self._request("GET", path, None)

    def post(self, path: str, **fields: object) -> Answer:
        return self._request("POST", path, urlencode({"csrfmiddlewaretoken": self.csrf_secret, **fields}))

    def _request(self, method: str, path: str, body: str | None) -> Answer:
        connection = HTTPConnection("localhost", self.port, timeout=PATIENCE)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session_key};"
            f" {settings.CSRF_COOKIE_NAME}={self.csrf_secret}",
        }
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.read()
            return Answer(response.status, response.headers.get("Location", ""))
        finally:
            connection.close()


def sign_in(account: User, *, port: int) -> Browser:
    """Return a browser in which the account is signed in, with a row in the session table."""
    client = Client()
    client.force_login(account)
    return Browser(port, client.cookies[settings.SESSION_COOKIE_NAME].value, get_random_string(32))
