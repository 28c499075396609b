"""Receipt numbers and codes as people type them."""

import re

# White space, dots, and all that looks like a dash.
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u2212]")
_SLIPS = str.maketrans("OIL", "011")
_LETTER_SLIPS = str.maketrans("01", "OI")


def strip_separators(typed: str) -> str:
    """Without spaces, dashes and dots, in capitals."""
    return _SEPARATORS.sub("", typed).upper()


def fix_lookalike_digits(digits: str) -> str:
    """Letters that look like digits, as the digits they stand for."""
    return digits.translate(_SLIPS)


def fix_lookalike_letters(letters: str) -> str:
    """Digits that look like letters, as the letters they stand for."""
    return letters.translate(_LETTER_SLIPS)
