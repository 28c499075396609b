"""What one cell may hold: each function turns its text into a value, or says how to mend it."""

import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.us_states import STATES
from portal.foundation.text_normalization import RECEIPT_NUMBER, suggest_receipt_number

Reader = Callable[[str], Any]

HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
FIRST_YEAR, LAST_YEAR = 1990, 2199
INSTANT_REMEDY = "Write an instant with its offset, like 2026-11-21T09:30:00-05:00."
POSTAL_CODE = re.compile(r"[0-9]{5}(-[0-9]{4})?")
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,39}")


class BadCell(Exception):
    """The cell cannot be used; carries the remedy."""


def optional(read: Reader) -> Reader:
    """As `read`, and None for an empty cell."""

    def read_unless_empty(text: str) -> Any:
        return read(text) if text else None

    return read_unless_empty


def text_of(longest: int) -> Reader:
    """Any text of at most so many characters, without spaces around it."""

    def read(text: str) -> str:
        _check_not_empty(text)
        if len(text) > longest:
            raise BadCell(f"Shorten it to at most {longest} characters; it has {len(text)}.")
        if text != text.strip():
            raise BadCell("Remove the spaces before or after the text.")
        return text

    return read


def reference(text: str) -> str:
    """The scheduler's own number of a row."""
    _check_not_empty(text)
    if not REFERENCE.fullmatch(text):
        raise BadCell("Write the scheduler's number with letters, digits and . _ : / - only, at most 40.")
    return text


def code_of(longest: int) -> Reader:
    """A short code in capital letters and digits."""
    pattern = re.compile(rf"[A-Z0-9-]{{1,{longest}}}")

    def read(text: str) -> str:
        _check_not_empty(text)
        if not pattern.fullmatch(text):
            raise BadCell(f"Write capital letters, digits and hyphens only, at most {longest}.")
        return text

    return read


def one_of(values: list[str]) -> Reader:
    """One of a few words."""
    allowed = frozenset(values)
    remedy = f"Write one of: {', '.join(sorted(allowed))}."

    def read(text: str) -> str:
        if text not in allowed:
            raise BadCell(remedy)
        return text

    return read


def receipt_number(text: str) -> str:
    """Three letters and ten digits. A letter typed for a digit, or the other way round, is explained."""
    _check_not_empty(text)
    if RECEIPT_NUMBER.fullmatch(text):
        return text
    mended = suggest_receipt_number(text)
    if not mended:
        raise BadCell("Write three capital letters and ten digits, without spaces, like IOE0123456789.")
    if mended[3:] != text[3:]:
        raise BadCell(f"A letter O or I stands where a digit 0 or 1 belongs: {mended} may be meant.")
    raise BadCell(f"The first three characters are capital letters: {mended} may be meant.")


def email(text: str) -> str:
    """An e-mail address, in lower case."""
    try:
        validate_email(text)
    except ValidationError:
        raise BadCell("Write an e-mail address, like name@example.org.") from None
    if len(text) > 254:
        raise BadCell("Shorten it to at most 254 characters.")
    return text.lower()


def number_between(lowest: int, highest: int) -> Reader:
    """A whole number."""
    remedy = f"Write a whole number from {lowest} to {highest}."

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and lowest <= int(text) <= highest):
            raise BadCell(remedy)
        return int(text)

    return read


def yes(text: str) -> bool:
    """Empty for no."""
    if text not in {"", "yes"}:
        raise BadCell("Write yes, or leave it empty.")
    return text == "yes"


def state(text: str) -> str:
    """A state, district or territory, by its two letters."""
    if not STATES.fullmatch(text):
        raise BadCell("Write the two capital letters of a state or territory, like AZ or PR.")
    return text


def postal_code(text: str) -> str:
    """A ZIP code."""
    if not POSTAL_CODE.fullmatch(text):
        raise BadCell("Write five digits, like 85003; a spreadsheet may have dropped a leading zero.")
    return text


def zone(text: str) -> str:
    """An IANA zone."""
    if text not in ZONES:
        raise BadCell("Write a time zone by its IANA name, like America/Phoenix.")
    return text


def hours(text: str) -> tuple[time, time]:
    """Opening and closing on one weekday, in the site's own time."""
    found = HOURS.fullmatch(text)
    if not found:
        raise BadCell("Write opening and closing time like 08:00-16:00, or leave it empty if closed.")
    opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if closes <= opens:
        raise BadCell("The site must close later than it opens on the same day.")
    return opens, closes


def instant(text: str) -> datetime:
    """An instant with its offset."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadCell(INSTANT_REMEDY) from None
    if read.tzinfo is None:
        raise BadCell(f"The offset is missing. {INSTANT_REMEDY}")
    return within_years(read)


def instants(text: str) -> list[datetime]:
    """Instants with semicolons between them; none for an empty cell."""
    read = [instant(part) for part in text.split(";")] if text else []
    if len(set(read)) != len(read):
        raise BadCell("The same instant stands here twice: remove one.")
    return read


def within_years(read: datetime) -> datetime:
    """The instant, unless its year can only be a slip."""
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise BadCell(f"Correct the year: only {FIRST_YEAR} to {LAST_YEAR} can be.")
    return read


ZONES = frozenset(available_timezones())


def _check_not_empty(text: str) -> None:
    if not text:
        raise BadCell("Fill in this cell.")
