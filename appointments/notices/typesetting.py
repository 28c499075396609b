"""How Typst draws a letter as PDF/UA-1: its fonts, the characters it can draw, a compiler that is kept."""

import json
import re
import threading
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

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


def typeset(template: str, letter: dict[str, Any], *, rendered_at: datetime) -> bytes:
    """The letter as a tagged PDF; the same letter gives the same bytes.

    `letter` has every string by its place in the template: `check_url`, which is a link and stays as it is,
    and `questions_paragraphs`, to which a sentence is added where a character cannot be drawn. Raises
    ImproperlyConfigured where the design system's fonts are not installed.
    """
    try:
        return _compile(template, {"letter": _to_data(letter, _can_render)}, rendered_at)
    except typst.TypstError:
        # Each character can be drawn, but not these side by side: a mark above a foreign letter, say.
        return _compile(template, {"letter": _to_data(letter, _can_render_anywhere)}, rendered_at)


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
def _can_render(character: str) -> bool:
    """Whether one of the fonts has a glyph: PDF/UA refuses a document in which one is missing."""
    try:
        _compile("glyph.typ", {"character": character}, datetime.fromtimestamp(0, UTC))
    except typst.TypstError:
        return False
    return True


def _can_render_anywhere(character: str) -> bool:
    """Whether the main font surely draws it next to any other: punctuation and ready-made Latin letters."""
    return LATIN.fullmatch(character) is not None and _can_render(character)


# --- Typst ---------------------------------------------------------------------------------------


def _compile(template: str, inputs: dict[str, str], rendered_at: datetime) -> bytes:
    with _drawing:
        pdf = _compiler(template).compile(
            format="pdf", sys_inputs=inputs, pdf_standards="ua-1", timestamp=rendered_at
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
