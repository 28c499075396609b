"""Recognize a browser that signed in before, so that strangers who guess cannot keep its owner out.

A successful sign-in sets a signed cookie. Wrong passwords from that browser are counted on their own, so the
limit that strangers use up elsewhere does not apply to it. The cookie signs no one in, and it holds no name
and no address. ADR 11 says why.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

SALT = "accounts.known_devices"
REMEMBERED_FOR = timedelta(days=180)
# A family shares a computer. A public computer forgets the oldest.
MOST_ACCOUNTS = 5


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """What the cookie holds: a random id, and keyed hashes of the addresses that signed in there."""

    id: str
    accounts: tuple[str, ...]


def find_device_id(request: HttpRequest, *, email: str) -> str:
    """Return the id of this browser if this address signed in here before, or ""."""
    device = _read_device(request)
    return device.id if device is not None and _hash_email(email) in device.accounts else ""


def remember_device(request: HttpRequest, response: HttpResponse, *, email: str) -> None:
    """Set the cookie that makes this browser known for this address."""
    known, own = _read_device(request), _hash_email(email)
    others = [account for account in known.accounts if account != own] if known else []
    accounts = [own, *others][:MOST_ACCOUNTS]
    device_id = known.id if known else secrets.token_hex(8)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([device_id, accounts], salt=SALT),
        max_age=REMEMBERED_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read_device(request: HttpRequest) -> KnownDevice | None:
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        device_id, accounts = signing.loads(cookie, salt=SALT, max_age=REMEMBERED_FOR)
    except signing.BadSignature:
        return None
    return KnownDevice(device_id, tuple(accounts))


def _hash_email(email: str) -> str:
    return salted_hmac(SALT, email.lower(), algorithm="sha256").hexdigest()[:32]
