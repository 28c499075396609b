"""The gateway for text messages: what SMS_URL names, reached through Apprise. Only workers import this."""

from apprise import Apprise, AppriseAsset, NotifyBase
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Seconds to connect, and seconds without a word. Both together stay far below the outbox's lease.
CONNECT_SECONDS = 5.0
READ_SECONDS = 5.0
SAMPLE_NUMBER = "+12025550123"


class TextNotTaken(Exception):
    """The gateway was away, said nothing in time, or refused. Says no more: its words may hold the number."""


class NumberNotReachable(Exception):
    """The gateway's address has no place for this number, so nothing was sent."""


def check_gateway_url(url: str) -> None:
    """Raises ImproperlyConfigured, without the address, where no text message could ever be sent to it."""
    try:
        if url:
            _open(url, SAMPLE_NUMBER)
    except NumberNotReachable as problem:
        raise ImproperlyConfigured(
            "SMS_URL names no gateway that Apprise can send a text message to. See docs/configuration.md."
        ) from problem


def send_text(*, to_phone: str, text: str) -> None:
    """Hands one text message over, to a number in E.164. Raises TextNotTaken or NumberNotReachable."""
    service = _open(settings.SMS_URL, to_phone)
    try:
        is_taken = service.notify(body=text)
    except Exception:  # noqa: BLE001  whatever a service stumbles over may quote the number or the address
        is_taken = False
    if not is_taken:
        raise TextNotTaken


def _open(url: str, to_phone: str) -> NotifyBase:
    """The one service behind the address. A service that lost the number would write to the sender's own."""
    service = Apprise.instantiate(
        url.replace("{phone}", to_phone.replace("+", "%2B")), asset=AppriseAsset(http_redirects=False)
    )
    if service is None or not getattr(service, "targets", True):
        raise NumberNotReachable
    service.socket_connect_timeout, service.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    return service
