"""The printable notice: a PDF/UA-1 letter that Typst draws from frozen facts. Nothing is looked up here."""

import json
import re
import threading
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from django.utils.translation import override

from appointments.notices import words
from appointments.notices.facts import NoticeFacts, PlaceAndTime
from appointments.site_time import say_date, say_day, say_instant, say_time

TEMPLATE_DIR = Path(__file__).parent
FONT_FAMILY = "Public Sans"
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
LATIN = re.compile(r"[\u00a0-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e]")
LONG_WORD = re.compile(r"\S{25,}")
PIECE_OF_A_LONG_WORD = 12

# A compiler is kept because the first letter costs three times the next. It holds the inputs of one letter
# at a time, so one thread draws while the others wait some milliseconds.
_drawing = threading.Lock()


def draw_notice(facts: NoticeFacts) -> bytes:
    """The notice as a tagged PDF in the addressee's language; the same facts give the same bytes.

    Characters that no font here can draw (Chinese, emoji) are shown as U+FFFD, with a sentence that says so.
    Raises ImproperlyConfigured where the design system's fonts are not installed. Not to be called in a
    process that forks later: Typst keeps threads, which a fork loses, and the child would wait for ever.
    """
    drawn_at = datetime.combine(facts.notice_on, time(), UTC)
    with override(facts.language):
        letter = _write_letter(facts)
        try:
            return _compile("notice.typ", {"notice": _to_data(letter, _can_draw)}, drawn_at)
        except typst.TypstError:
            # Each character can be drawn, but not these side by side: a mark above a foreign letter, say.
            return _compile("notice.typ", {"notice": _to_data(letter, _can_draw_anywhere)}, drawn_at)


def _write_letter(facts: NoticeFacts) -> dict[str, Any]:
    """Every string of the letter, by its place in the template, in the active language."""
    new = facts.new
    return {
        "language": facts.language,
        "agency": facts.agency_name,
        "title": _("Appointment notice"),
        "opening": _opening(facts),
        "notice_date": _("Notice date: %(date)s") % {"date": say_date(facts.notice_on)},
        "demo": _("Demonstration only. This is not an official notice of any government agency.")
        if facts.is_demo
        else None,
        "addressee": _addressee(facts),
        "when": _("When"),
        "day": _start_upper(say_day(new.starts_at, new.tz)),
        "time": say_time(new.starts_at, new.tz),
        "where": _("Where"),
        "site": new.site_name,
        "address": list(new.address_lines),
        "replaces": _replaces(facts.old) if facts.old else None,
        "about": _("About this appointment"),
        "details": [
            [_("Person"), facts.person_name],
            [_("Receipt number"), facts.receipt_number],
            [_("What the visit captures"), words.say_biometrics(facts.biometrics_code)],
            [_("Form"), facts.form_code],
            [_("Confirmation number"), facts.confirmation_number],
            [_("Verification code"), facts.verification_code],
        ],
        "check": _("To check that this notice is still in force, enter the verification code at"),
        "check_url": facts.check_url,
        "bring": _("What to bring"),
        "bring_items": words.what_to_bring(),
        "cannot_come": _("If you cannot come"),
        "cannot_come_paragraphs": _cannot_come(facts),
        "questions": _("Questions"),
        "questions_paragraphs": [_contact(facts)],
        "stamp": _("For the site: stamp, date and initials"),
        "footer": _("Confirmation number %(number)s. This notice grants no immigration status or benefit.")
        % {"number": facts.confirmation_number},
        # Translators: keep {page} and {pages} as they are.
        "page": _("Page {page} of {pages}"),
    }


def _opening(facts: NoticeFacts) -> str:
    if facts.kind == "agency_moved":
        return _(
            "The agency has moved your biometric services appointment. This does not count among the moves "
            "you may make yourself."
        )
    return _("Your biometric services appointment has been rescheduled.")


def _addressee(facts: NoticeFacts) -> str | None:
    if facts.addressee_name in ("", facts.person_name):
        return None
    return _(
        "To %(addressee)s: “you” in this notice means %(person)s. Please hand it to that person on paper."
    ) % {"addressee": facts.addressee_name, "person": facts.person_name}


def _replaces(old: PlaceAndTime) -> str:
    return _(
        "This replaces your appointment of %(instant)s at %(site)s. That time is no longer kept for you."
    ) % {"instant": say_instant(old.starts_at, old.tz), "site": old.site_name}


def _cannot_come(facts: NoticeFacts) -> list[str]:
    how = words.how_to_move()
    if facts.moves_left is not None:
        how = f"{how} {words.say_moves_left(facts.moves_left)}"
    return [how, words.what_may_follow(facts.form_code)]


def _contact(facts: NoticeFacts) -> str:
    return _(
        "%(office)s, %(phone)s, %(hours)s. Have your receipt number ready. Beware of scams: for legal "
        "advice, turn only to an attorney or an accredited representative."
    ) % {"office": facts.contact_name, "phone": facts.contact_phone, "hours": facts.contact_hours}


def _start_upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# --- Characters ----------------------------------------------------------------------------------


def _to_data(letter: dict[str, Any], can_draw: Callable[[str], bool]) -> str:
    """The letter as JSON, each string fit to draw. The address for checking stays as it is: it is a link."""
    shown = _make_printable(letter, can_draw)
    shown["check_url"] = letter["check_url"]
    if UNPRINTABLE in json.dumps(shown, ensure_ascii=False):
        shown["questions_paragraphs"].append(
            _("Some letters of a name cannot be printed here and are shown as %(mark)s.")
            % {"mark": UNPRINTABLE}
        )
    return json.dumps(shown)


def _make_printable(value: Any, can_draw: Callable[[str], bool]) -> Any:
    if isinstance(value, str):
        shown = "".join(_printable(character, can_draw) for character in value)
        return LONG_WORD.sub(_breakable, shown)
    if isinstance(value, list):
        return [_make_printable(item, can_draw) for item in value]
    if isinstance(value, dict):
        return {key: _make_printable(item, can_draw) for key, item in value.items()}
    return value


def _breakable(word: re.Match[str]) -> str:
    """The word with a zero-width space at every few letters, so that 200 of them stay on the page."""
    text = word.group()
    pieces = (text[i : i + PIECE_OF_A_LONG_WORD] for i in range(0, len(text), PIECE_OF_A_LONG_WORD))
    return "\N{ZERO WIDTH SPACE}".join(pieces)


def _printable(character: str, can_draw: Callable[[str], bool]) -> str:
    if character.isascii() and character.isprintable():
        return character
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf":
            # Joiners shape Persian and Indic names; marks of direction could turn a line around.
            return character if character in JOINERS and can_draw(character) else ""
        case "Cs" | "Co" | "Cn":
            return UNPRINTABLE
    return character if can_draw(character) else UNPRINTABLE


@lru_cache(maxsize=4096)
def _can_draw(character: str) -> bool:
    """Whether one of the fonts has a glyph: PDF/UA refuses a document in which one is missing."""
    try:
        _compile("glyph.typ", {"character": character}, datetime.fromtimestamp(0, UTC))
    except typst.TypstError:
        return False
    return True


def _can_draw_anywhere(character: str) -> bool:
    """Whether the main font surely draws it next to any other: punctuation and ready-made Latin letters."""
    return LATIN.fullmatch(character) is not None and _can_draw(character)


# --- Typst ---------------------------------------------------------------------------------------


def _compile(template: str, inputs: dict[str, str], drawn_at: datetime) -> bytes:
    with _drawing:
        pdf = _compiler(template).compile(
            format="pdf", sys_inputs=inputs, pdf_standards="ua-1", timestamp=drawn_at
        )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no PDF")
    return pdf


@cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(TEMPLATE_DIR / template, root=TEMPLATE_DIR, font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    """The design system's fonts and those inside Typst, never the machine's: letters are alike everywhere."""
    folder = settings.USWDS_DIST / "fonts" / "public-sans"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    if FONT_FAMILY not in fonts.families():
        raise ImproperlyConfigured(f"no {FONT_FAMILY} font in {folder}")
    return fonts
