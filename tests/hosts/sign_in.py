"""Signing in as a browser behind the proxy does: over HTTPS that ended before the web server."""

import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import User
from tests.hosts.compose import SITE_HOST

PASSWORD = "a long password for the hosts"
BY_THE_PROXY = {"Host": SITE_HOST, "X-Forwarded-For": "192.0.2.7"}


def make_account(settings):
    """Somebody whose password production can check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    account = User.objects.create(email="hosts@example.org", name="Hosts", password=make_password(PASSWORD))
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return account


@dataclass
class Visitor:
    """Keeps cookies; each request names the web server that it goes to."""

    cookies: dict = field(default_factory=dict)

    def get(self, port, path, **more):
        return self._request("GET", port, path, None, **more)

    def post(self, port, path, **fields):
        return self._request("POST", port, path, urlencode(fields))

    def _request(self, method, port, path, body, *, scheme="https"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {
            **BY_THE_PROXY,
            "X-Forwarded-Proto": scheme,
            "Referer": f"https://{SITE_HOST}{path}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = re.match(r"([^=]+)=([^;]*)", cookie).groups()
            # Django takes a cookie away without saying Secure again.
            assert "Secure" in cookie or not value.strip('"'), cookie
            self.cookies[name] = value
        connection.close()
        return answer.status, text


def csrf_token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
