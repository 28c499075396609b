"""What a text message says, short enough to be sent. Web processes draw codes; workers draw the rest."""

from textwrap import shorten

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Message, User

# One segment in English, two in Spanish: of GSM 03.38, or of UCS-2 where a character is none of these.
GSM = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 \n!\"#%&'()*+,-./:;<=>?@_$"
    "ÄÖÑÜÉÅÆØÇäöñüàèéìòùåæøß¿¡£¥§"
)
LONGEST = {
    User.Language.ENGLISH: {"gsm": 160, "ucs2": 70},
    User.Language.SPANISH: {"gsm": 306, "ucs2": 134},
}


def render_text(message: Message) -> str:
    """What is sent, in the account's language: a code, or that there is something to read."""
    return message.body or render_short_text(
        "accounts/text/news.txt", message.context, language=message.language
    )


def render_short_text(template: str, context: dict[str, str], *, language: str) -> str:
    """The text drawn from the template. Where it would be too long, the agency's name is cut."""
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
        drawn = render_to_string(template, {**context, "portal": settings.PUBLIC_URL, "agency": agency})
    return drawn.strip()
