"""Render letters as PDF/UA-1 with Typst: fonts, printable characters, and one compiler per process."""

import json
import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
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

# The compiler is kept because the first letter takes three times as long as the next one. It holds the inputs
# of one letter at a time, so one thread renders while the others wait some milliseconds.
_rendering = threading.Lock()


def typeset(template: str, letter: dict[str, Any], *, rendered_at: datetime) -> bytes:
    """Return the letter as a tagged PDF. The same letter gives the same bytes.

    `letter` has every string by its key in the template. `check_url` is a link and is never changed. If a
    character cannot be printed, a sentence about it is added to `questions_paragraphs`.
    Raises: ImproperlyConfigured if the fonts of the design system are not installed.
    """
    try:
        return _compile(template, {"letter": _to_data(letter, _can_print)}, rendered_at)
    except typst.TypstError:
        # Each character can be printed alone, but not in this order, such as a mark above a foreign letter.
        return _compile(template, {"letter": _to_data(letter, _can_print_anywhere)}, rendered_at)


def typeset_together(
    template: str, letters: Sequence[dict[str, Any]], *, title: str, rendered_at: datetime
) -> bytes:
    """Return several letters as one tagged PDF with this title. Each letter is as in `typeset`."""
    try:
        return _compile(template, _to_inputs(letters, title, _can_print), rendered_at)
    except typst.TypstError:
        return _compile(template, _to_inputs(letters, title, _can_print_anywhere), rendered_at)


def _to_inputs(
    letters: Sequence[dict[str, Any]], title: str, can_print: Callable[[str], bool]
) -> dict[str, str]:
    data = ",".join(_to_data(letter, can_print) for letter in letters)
    return {"letters": f"[{data}]", "title": title}


# --- Characters ----------------------------------------------------------------------------------


def _to_data(letter: dict[str, Any], can_print: Callable[[str], bool]) -> str:
    """Return the letter as JSON with printable strings. Keeps `check_url` as it is, because it is a link."""
    shown = _make_make_character_printable(letter, can_print)
    shown["check_url"] = letter["check_url"]
    if UNPRINTABLE in json.dumps(shown, ensure_ascii=False):
        shown["questions_paragraphs"].append(
            _("Some letters in a name can’t be printed here. They are shown as %(mark)s.")
            % {"mark": UNPRINTABLE}
        )
    return json.dumps(shown)


def _make_make_character_printable(value: Any, can_print: Callable[[str], bool]) -> Any:
    if isinstance(value, str):
        shown = "".join(_make_character_printable(character, can_print) for character in value)
        return LONG_WORD.sub(_make_breakable, shown)
    if isinstance(value, list):
        return [_make_make_character_printable(item, can_print) for item in value]
    if isinstance(value, dict):
        return {key: _make_make_character_printable(item, can_print) for key, item in value.items()}
    return value


def _make_breakable(word: re.Match[str]) -> str:
    """Add a zero-width space every few letters, so that a word of 200 letters stays on the page."""
    text = word.group()
    pieces = (text[i : i + PIECE_OF_A_LONG_WORD] for i in range(0, len(text), PIECE_OF_A_LONG_WORD))
    return "\N{ZERO WIDTH SPACE}".join(pieces)


def _make_character_printable(character: str, can_print: Callable[[str], bool]) -> str:
    if character.isascii() and character.isprintable():
        return character
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf":
            # Joiners shape Persian and Indic names. Direction marks could reverse a line.
            return character if character in JOINERS and can_print(character) else ""
        case "Cs" | "Co" | "Cn":
            return UNPRINTABLE
    return character if can_print(character) else UNPRINTABLE


@lru_cache(maxsize=4096)
def _can_print(character: str) -> bool:
    """Return whether a font has a glyph. PDF/UA forbids documents with a missing glyph."""
    try:
        _compile("glyph.typ", {"character": character}, datetime.fromtimestamp(0, UTC))
    except typst.TypstError:
        return False
    return True


def _can_print_anywhere(character: str) -> bool:
    """Return whether the main font prints it next to any other: punctuation and precomposed Latin letters."""
    return LATIN.fullmatch(character) is not None and _can_print(character)


# --- Typst ---------------------------------------------------------------------------------------


def _compile(template: str, inputs: dict[str, str], rendered_at: datetime) -> bytes:
    with _rendering:
        pdf = _get_compiler(template).compile(
            format="pdf", sys_inputs=inputs, pdf_standards="ua-1", timestamp=rendered_at
        )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no PDF")
    return pdf


@cache
def _get_compiler(template: str) -> typst.Compiler:
    return typst.Compiler(TEMPLATE_DIR / template, root=TEMPLATE_DIR, font_paths=_get_fonts())


@cache
def _get_fonts() -> typst.Fonts:
    """Return the fonts of the design system and of Typst, never the machine's: all letters look the same."""
    folder = settings.USWDS_DIST / "fonts" / "public-sans"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    if FONT_FAMILY not in fonts.families():
        raise ImproperlyConfigured(f"no {FONT_FAMILY} font in {folder}")
    return fonts
