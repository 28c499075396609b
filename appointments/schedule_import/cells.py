"""Parse single cells. Each reader turns the text of a cell into a value, or says how to correct it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.us_states import STATES
from portal.foundation.text_normalization import (
    RECEIPT_NUMBER,
    has_visible_letter,
    normalize_line,
    suggest_receipt_number,
)

Reader = Callable[[str], Any]

HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
FIRST_YEAR, LAST_YEAR = 1990, 2199
INSTANT_REMEDY = "Use a date and time with its UTC offset, like 2026-11-21T09:30:00-05:00."
POSTAL_CODE = re.compile(r"[0-9]{5}(-[0-9]{4})?")
DECIMAL = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,12})?")
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,39}")


class BadCell(Exception):
    """A cell that cannot be used. The message says how to correct it."""


def optional(read: Reader) -> Reader:
    """Return a reader that gives None for an empty cell and uses `read` for any other."""

    def read_unless_empty(text: str) -> Any:
        return read(text) if text else None

    return read_unless_empty


def text_of(longest: int) -> Reader:
    """Return a reader for text of at most `longest` characters, without spaces around it.

    The text is returned in NFC and without characters that have no shape.
    """

    def read(text: str) -> str:
        _check_not_empty(text)
        if len(text) > longest:
            raise BadCell(f"Use at most {longest} characters. This has {len(text)}.")
        if text != text.strip():
            raise BadCell("Remove the spaces before or after the text.")
        shown = normalize_line(text)
        if not shown:
            raise BadCell("Use characters that people can see.")
        return shown

    return read


def name_of(longest: int) -> Reader:
    """Return a reader as `text_of` does, for a name: it needs at least one letter."""
    read_text = text_of(longest)

    def read(text: str) -> str:
        name: str = read_text(text)
        if not has_visible_letter(name):
            raise BadCell("Use a name with at least one letter.")
        return name

    return read


def optional_text_of(longest: int) -> Reader:
    """Return the same reader for a text that may be empty."""
    read_text = text_of(longest)

    def read(text: str) -> str:
        return read_text(text) if text else ""

    return read


def reference(text: str) -> str:
    """Read the scheduler's own number of a row."""
    _check_not_empty(text)
    if not REFERENCE.fullmatch(text):
        raise BadCell("Use only letters, digits, and . _ : / - (at most 40 characters).")
    return text


def code_of(longest: int) -> Reader:
    """Return a reader for a short code of capital letters, digits and hyphens."""
    pattern = re.compile(rf"[A-Z0-9-]{{1,{longest}}}")

    def read(text: str) -> str:
        _check_not_empty(text)
        if not pattern.fullmatch(text):
            raise BadCell(f"Use only capital letters, digits, and hyphens (at most {longest} characters).")
        return text

    return read


def one_of(values: list[str], *, older: Mapping[str, str] | None = None) -> Reader:
    """Return a reader that accepts only these values, and the `older` names that still mean one of them."""
    older = older or {}
    allowed = frozenset(values)
    remedy = f"Use one of: {', '.join(sorted(allowed))}."

    def read(text: str) -> str:
        value = older.get(text, text)
        if value not in allowed:
            raise BadCell(remedy)
        return value

    return read


def receipt_number(text: str) -> str:
    """Read three letters and ten digits. Suggest a correction when a letter and a digit were confused."""
    _check_not_empty(text)
    if RECEIPT_NUMBER.fullmatch(text):
        return text
    corrected = suggest_receipt_number(text)
    if not corrected:
        raise BadCell("Use three capital letters and ten digits without spaces, like IOE0123456789.")
    if corrected[3:] != text[3:]:
        raise BadCell(f"The letter O or I is in place of the digit 0 or 1. Did you mean {corrected}?")
    raise BadCell(f"The first three characters must be capital letters. Did you mean {corrected}?")


def email(text: str) -> str:
    """Read an email address and return it in lower case."""
    try:
        validate_email(text)
    except ValidationError:
        raise BadCell("Use an email address, like name@example.org.") from None
    if len(text) > 254:
        raise BadCell("Use at most 254 characters.")
    return text.lower()


def number_between(lowest: int, highest: int) -> Reader:
    """Return a reader for a whole number in this range."""
    remedy = f"Use a whole number from {lowest} to {highest}."

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and lowest <= int(text) <= highest):
            raise BadCell(remedy)
        return int(text)

    return read


def decimal_between(lowest: int, highest: int) -> Reader:
    """Return a reader for a decimal number in this range."""
    remedy = f"Use a decimal number from {lowest} to {highest}, like 33.4497."

    def read(text: str) -> float:
        if not DECIMAL.fullmatch(text) or not lowest <= float(text) <= highest:
            raise BadCell(remedy)
        return float(text)

    return read


def yes(text: str) -> bool:
    """Read yes, or no from an empty cell."""
    if text not in {"", "yes"}:
        raise BadCell("Write yes, or leave the cell empty.")
    return text == "yes"


def state(text: str) -> str:
    """Read the two letters of a state, district or territory."""
    if not STATES.fullmatch(text):
        raise BadCell("Use the two capital letters of a state or territory, like AZ or PR.")
    return text


def postal_code(text: str) -> str:
    """Read a ZIP code."""
    if not POSTAL_CODE.fullmatch(text):
        raise BadCell("Use five digits, like 85003. A spreadsheet may have dropped a leading zero.")
    return text


def zone(text: str) -> str:
    """Read an IANA time zone name."""
    if text not in ZONES:
        raise BadCell("Use an IANA time zone name, like America/Phoenix.")
    return text


def hours(text: str) -> tuple[time, time]:
    """Read opening and closing time on one weekday, in the site's own time."""
    found = HOURS.fullmatch(text)
    if not found:
        raise BadCell("Use opening and closing times like 08:00-16:00, or leave the cell empty if closed.")
    opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if closes <= opens:
        raise BadCell("The closing time must be later than the opening time on the same day.")
    return opens, closes


def instant(text: str) -> datetime:
    """Read a date and time with its UTC offset."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadCell(INSTANT_REMEDY) from None
    if read.tzinfo is None:
        raise BadCell(f"The UTC offset is missing. {INSTANT_REMEDY}")
    return within_years(read)


def instants(text: str) -> list[datetime]:
    """Read dates and times separated by semicolons. An empty cell has none."""
    read = [instant(part) for part in text.split(";")] if text else []
    if len(set(read)) != len(read):
        raise BadCell("The same date and time appears twice. Remove one.")
    return read


def within_years(read: datetime) -> datetime:
    """Return the date and time, or reject a year that can only be a typing error."""
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise BadCell(f"Correct the year. It must be from {FIRST_YEAR} to {LAST_YEAR}.")
    return read


ZONES = frozenset(available_timezones())


def _check_not_empty(text: str) -> None:
    if not text:
        raise BadCell("Fill in this cell.")
