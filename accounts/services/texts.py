"""Send text messages that are due. `outbox` queues them and handles failures."""

from time import monotonic

from django.conf import settings

from accounts import text_gateway
from accounts.models import Message
from accounts.services import outbox
from accounts.services.short_texts import render_text
from portal.foundation.clock import database_now

# Start no text after this many seconds, so that a gateway that hangs delays this worker's mail only briefly.
SWEEP_SECONDS = 10.0


def send_due_texts() -> int:
    """Send text messages that are due; return how many the gateway accepted.

    Each text is claimed with a lease, and sent without an open lock or transaction. If a worker is killed
    between the gateway's answer and our commit, the text is sent again: text messages have no ID that would
    identify the duplicate.
    """
    sent, ends_at = 0, monotonic() + SWEEP_SECONDS
    while monotonic() < ends_at and (claimed := outbox.claim(channel=Message.Channel.TEXT, limit=1)):
        sent += _send_one(claimed[0])
    return sent


def _send_one(message: Message) -> int:
    if message.not_after is not None and message.not_after <= database_now():
        outbox.mark_failed(message=message, why="TooLate")
        return 0
    number = _get_number(message)
    if not number:
        outbox.mark_failed(message=message, why="NoNumber")
        return 0
    try:
        text_gateway.send_text(to_phone=number, text=render_text(message))
    except Exception as error:
        # Record every error: a message that cannot be rendered or sent must not stay first in the queue.
        outbox.record_failure(message=message, error=error)
        if not isinstance(error, text_gateway.TextNotTaken | text_gateway.NumberNotReachable):
            raise
        return 0
    outbox.record_sent(message)
    return 1


def _get_number(message: Message) -> str:
    """Return the number being confirmed, or the confirmed number if the account still wants texts, or ""."""
    account = message.account
    if account is None or not settings.SMS_URL:
        return ""
    return message.to_phone or (account.phone if account.receives_texts else "")
