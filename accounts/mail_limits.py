"""Limit the mail that visitors can make the portal send to one inbox, or to one domain in a burst.

The counts are in PostgreSQL, like all of allauth's (ADR 11). An address counts whether or not it has an
account, so the answer does not reveal that.
"""

import math
from collections.abc import Iterator

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from portal.foundation.clock import database_now

APP = "accounts"
LIMITS = {
    # name+1@ and name+2@ arrive in the same inbox.
    "mail_to_inbox": "5/10m/key",
    # Many mail servers deliver every address of their domain to one inbox.
    "mail_to_domain": "20/m/key",
}
# At a public provider every inbox belongs to someone else, so only the inbox is counted.
PUBLIC_PROVIDERS = frozenset(
    [
        "aol.com",
        "att.net",
        "bellsouth.net",
        "comcast.net",
        "cox.net",
        "fastmail.com",
        "gmail.com",
        "gmx.com",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "hotmail.es",
        "icloud.com",
        "live.com",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "naver.com",
        "outlook.com",
        "outlook.es",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rediffmail.com",
        "sbcglobal.net",
        "verizon.net",
        "yahoo.com",
        "yahoo.com.mx",
        "yahoo.es",
        "ymail.com",
        "zoho.com",
        "163.com",
    ]
)


class TooMuchMail(Exception):
    """The inbox or its domain was sent too much mail. It can get more in `wait` seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"limited for {wait} seconds")
        self.wait = wait


def get_inbox(email: str) -> str:
    """Return the address in lower case, without the part behind "+" that the inbox's owner can choose."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def count_mail(request: HttpRequest, *, email: str) -> None:
    """Count one mail that a visitor asks for.

    Raises: TooMuchMail, and counts nothing more then.
    """
    for action, key in _list_counts(email):
        if not ratelimit.consume(request, app=APP, action=action, config=LIMITS, key=key, limit_get=True):
            raise TooMuchMail(_get_wait(request, action, key))


def get_seconds_until_resend(request: HttpRequest, *, email: str) -> int:
    """Return in how many seconds the confirmation of this address can be sent again. 0 if now."""
    [rate] = ratelimit.get_rates(app="allauth.account", action="confirm_email")
    key = ratelimit.get_cache_key(
        request, app="allauth.account", action="confirm_email", rate=rate, key=email.lower()
    )
    return _count_seconds_left(key, rate)


def _list_counts(email: str) -> Iterator[tuple[str, str]]:
    inbox = get_inbox(email)
    yield "mail_to_inbox", inbox
    domain = inbox.rpartition("@")[2]
    if domain not in PUBLIC_PROVIDERS:
        yield "mail_to_domain", domain


def _get_wait(request: HttpRequest, action: str, key: str) -> int:
    [rate] = ratelimit.get_rates(app=APP, action=action, config=LIMITS)
    cache_key = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
    return max(1, _count_seconds_left(cache_key, rate))


def _count_seconds_left(cache_key: str, rate: ratelimit.Rate) -> int:
    """Return the seconds until the oldest counted time no longer counts. 0 if the limit is not used up."""
    counted: list[float] = cache.get(cache_key, [])  # Newest first.
    if len(counted) < rate.amount:
        return 0
    oldest = counted[rate.amount - 1]
    left: float = oldest + float(rate.duration) - database_now().timestamp()
    return max(0, math.ceil(left))
