"""Sending text messages that are due. How they come to be owed, and what becomes of a failure: `outbox`."""

from textwrap import shorten
from time import monotonic

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts import text_gateway
from accounts.models import Message, User
from accounts.services import outbox
from policy.clock import database_now

# No text is begun after that, so a gateway that hangs takes a worker away from the mail for a moment only.
SWEEP_SECONDS = 10.0
# One segment of GSM 03.38 in English; in Spanish two, also where an accent makes them segments of UCS-2.
LONGEST = {User.Language.ENGLISH: 160, User.Language.SPANISH: 134}


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
        outbox.give_up(message, "TooLate")
        return 0
    number = _number_of(message)
    if not number:
        outbox.give_up(message, "NoNumber")
        return 0
    try:
        text_gateway.send_text(to_phone=number, text=draw_text(message))
    except Exception as error:
        # Recorded whatever it is: a message that nobody can draw or send must not come first for ever.
        outbox.record_failure(message, error)
        if not isinstance(error, text_gateway.TextNotTaken | text_gateway.NumberNotReachable):
            raise
        return 0
    outbox.record_sent(message)
    return 1


def _number_of(message: Message) -> str:
    """Where it goes: to the number that is being confirmed, or to the confirmed one, if texts are still wanted."""
    account = message.account
    if account is None or not settings.SMS_URL:
        return ""
    return message.to_phone or (account.phone if account.takes_texts else "")


def draw_text(message: Message) -> str:
    """What is sent, in the account's language: a code, or that there is something to read after signing in."""
    if message.body:
        return message.body
    return draw_short("accounts/text/news.txt", message.context, language=message.language)


def draw_short(template: str, context: dict[str, str], *, language: str) -> str:
    """A text message that is short enough: where it would not be, the agency's name is cut."""
    name = settings.AGENCY_NAME
    text = _draw(template, context, language=language, agency=name)
    room = len(name) - max(0, len(text) - LONGEST[User.Language(language)])
    if room == len(name):
        return text
    agency = shorten(name, max(room, 1), placeholder="") or name[: max(room, 1)]
    return _draw(template, context, language=language, agency=agency)


def _draw(template: str, context: dict[str, str], *, language: str, agency: str) -> str:
    with translation.override(language):
        return render_to_string(
            template, {**context, "portal": settings.PUBLIC_URL, "agency": agency}
        ).strip()
