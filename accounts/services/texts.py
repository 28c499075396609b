"""Sending text messages that are due. How they come to be owed, and what becomes of a failure: `outbox`."""

from time import monotonic

from django.conf import settings

from accounts import text_gateway
from accounts.models import Message
from accounts.services import outbox
from accounts.services.short_texts import render_text
from portal.foundation.clock import database_now

# No text is begun after that, so a gateway that hangs takes a worker away from the mail for a moment only.
SWEEP_SECONDS = 10.0


def send_due_texts() -> int:
    """Sends text messages that are due; returns how many the gateway took.

    Each is claimed alone under a lease, and sent with no lock and no transaction open. After a kill between
    the gateway's answer and our commit it is sent again: a text message has no id to know the copy by.
    """
    sent, ends_at = 0, monotonic() + SWEEP_SECONDS
    while monotonic() < ends_at and (claimed := outbox.claim(Message.Channel.TEXT, limit=1)):
        sent += _send_one(claimed[0])
    return sent


def _send_one(message: Message) -> int:
    if message.not_after is not None and message.not_after <= database_now():
        outbox.mark_failed(message, "TooLate")
        return 0
    number = _number_of(message)
    if not number:
        outbox.mark_failed(message, "NoNumber")
        return 0
    try:
        text_gateway.send_text(to_phone=number, text=render_text(message))
    except Exception as error:
        # Recorded whatever it is: a message that nobody can draw or send must not come first for ever.
        outbox.record_failure(message, error)
        if not isinstance(error, text_gateway.TextNotTaken | text_gateway.NumberNotReachable):
            raise
        return 0
    outbox.record_sent(message)
    return 1


def _number_of(message: Message) -> str:
    """The number that is being confirmed; or the confirmed one, if its holder still wants texts."""
    account = message.account
    if account is None or not settings.SMS_URL:
        return ""
    return message.to_phone or (account.phone if account.receives_texts else "")
