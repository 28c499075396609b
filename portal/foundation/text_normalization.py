"""Receipt numbers and codes as people type them."""

import re

RECEIPT_NUMBER = re.compile(r"[A-Z]{3}[0-9]{10}")
_LOOKALIKE_DIGITS = str.maketrans("OILoil", "011011")
_LOOKALIKE_LETTERS = str.maketrans("015", "OIS")


def strip_separators(text: str) -> str:
    """Return the letters and digits in capitals, without spaces, dashes, dots or any other sign."""
    return "".join(filter(str.isalnum, text)).upper()


def fix_lookalike_digits(digits: str) -> str:
    """Return the text with each letter that looks like a digit replaced by that digit.

    S and 5 stay as they are: both occur in codes.
    """
    return digits.translate(_LOOKALIKE_DIGITS)


def fix_lookalike_letters(letters: str) -> str:
    """Return the text with each digit that looks like a letter replaced by that letter."""
    return letters.translate(_LOOKALIKE_LETTERS)


def suggest_receipt_number(text: str) -> str:
    """Return the receipt number that someone probably meant, or "" if no look-alike explains the text."""
    meant = fix_lookalike_letters(text[:3].upper()) + fix_lookalike_digits(text[3:])
    return meant if RECEIPT_NUMBER.fullmatch(meant) else ""


def group_characters(code: str, *, separator: str = " ") -> str:
    """Return the code in groups of four characters, the way notices and letters print it."""
    return separator.join(code[start : start + 4] for start in range(0, len(code), 4))
