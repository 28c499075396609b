"""Send text messages to the gateway in SMS_URL, through Apprise. Only workers import this module."""

from apprise import Apprise, AppriseAsset, NotifyBase
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Timeouts for the connection and for each read. Together they stay far below the outbox's lease.
CONNECT_SECONDS = 5.0
READ_SECONDS = 5.0
SAMPLE_NUMBER = "+12025550123"


class TextNotTaken(Exception):
    """The gateway did not accept the message. Carries no details, because they may contain the number."""


class NumberNotReachable(Exception):
    """The gateway's address cannot take this number, so nothing was sent."""


def check_gateway_url(url: str) -> None:
    """Check that a text message could be sent to this address.

    Raises: ImproperlyConfigured, without the address in the message.
    """
    try:
        if url:
            _open(url, SAMPLE_NUMBER)
    except NumberNotReachable as problem:
        raise ImproperlyConfigured(
            "SMS_URL names no gateway that Apprise can send a text message to. See docs/configuration.md."
        ) from problem


def send_text(*, to_phone: str, text: str) -> None:
    """Send one text message to a number in E.164.

    Raises: TextNotTaken or NumberNotReachable.
    """
    service = _open(settings.SMS_URL, to_phone)
    try:
        is_taken = service.notify(body=text)
    except Exception:  # noqa: BLE001 (any error text may quote the number or the address)
        is_taken = False
    if not is_taken:
        raise TextNotTaken


def _open(url: str, to_phone: str) -> NotifyBase:
    """Return the Apprise service for the address.

    Raises: NumberNotReachable, also if the service dropped the number: it would text the sender instead.
    """
    service = Apprise.instantiate(
        url.replace("{phone}", to_phone.replace("+", "%2B")), asset=AppriseAsset(http_redirects=False)
    )
    if service is None or not getattr(service, "targets", True):
        raise NumberNotReachable
    service.socket_connect_timeout, service.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    return service
