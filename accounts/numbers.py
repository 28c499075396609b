"""Receipt numbers and codes as people type them."""

import re

_SEPARATORS = re.compile(r"[\s\-–.]")
_SLIPS = str.maketrans("OIL", "011")


def compact(typed: str) -> str:
    """Without spaces, dashes and dots, in capitals."""
    return _SEPARATORS.sub("", typed).upper()


def undo_slips(digits: str) -> str:
    """Letters that look like digits, as the digits they stand for."""
    return digits.translate(_SLIPS)
