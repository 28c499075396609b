"""Render text messages that are short enough to send. Web processes render codes, workers all others."""

from textwrap import shorten

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Message, User

# One segment in English and two in Spanish. A text with any other character is sent as UCS-2, not GSM 03.38.
GSM = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 \n!\"#%&'()*+,-./:;<=>?@_$"
    "ÄÖÑÜÉÅÆØÇäöñüàèéìòùåæøß¿¡£¥§"
)
LONGEST = {
    User.Language.ENGLISH: {"gsm": 160, "ucs2": 70},
    User.Language.SPANISH: {"gsm": 306, "ucs2": 134},
}


def render_text(message: Message) -> str:
    """Return the text to send, in the language of the message: a code, or that there is something to read."""
    return message.body or render_short_text(
        template="accounts/text/news.txt", context=message.context, language=message.language
    )


def render_short_text(*, template: str, context: dict[str, str], language: str) -> str:
    """Render the template. If the text would be too long, shorten the agency's name."""
    name = settings.AGENCY_NAME
    text = _render(template, context, language=language, agency=name)
    longest = LONGEST[User.Language(language)]
    over = len(text) - longest["gsm" if GSM.issuperset(text) else "ucs2"]
    if over <= 0:
        return text
    room = max(len(name) - over, 1)
    agency = shorten(name, room, placeholder="") or name[:room]
    return _render(template, context, language=language, agency=agency)


def _render(template: str, context: dict[str, str], *, language: str, agency: str) -> str:
    with translation.override(language):
        text = render_to_string(template, {**context, "portal": settings.PUBLIC_URL, "agency": agency})
    return text.strip()
