"""Text and numbers as people type and paste them. All text from outside passes one of these functions.

Two texts that look the same become the same text, and nothing remains that a reader cannot see.
"""

import re
import unicodedata

RECEIPT_NUMBER = re.compile(r"[A-Z]{3}[0-9]{10}")
_LOOKALIKE_DIGITS = str.maketrans("OILoil", "011011")
_LOOKALIKE_LETTERS = str.maketrans("015", "OIS")

# Characters without a shape that Unicode does not count as format characters (category Cf): fillers of
# Hangul and Braille, the combining grapheme joiner, and two Khmer vowels that are never written.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
# Variation selectors choose between two shapes of the character before them. Names need them in Chinese,
# Japanese and Mongolian only.
_MONGOLIAN_SELECTORS = "\u180b\u180c\u180d\u180f"
_SELECTORS = re.compile(f"[{_MONGOLIAN_SELECTORS}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_JOINERS = "\u200c\u200d"
# Scripts in which a joiner changes how the letters around it are written: from Arabic to Myanmar, from the
# Philippine scripts to Vedic, and from Syloti Nagri to Meetei Mayek.
_JOINING_SCRIPTS = re.compile("[\u0600-\u109f\u1700-\u1cff\ua800-\uabff]")
_IDEOGRAPHS = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LINE_BREAKS = "\t\n\r"
# Letters that stand for nothing on their own, so they do not make a name.
_BLANK_LETTERS = frozenset(_BLANK)
_VIRAMA_CLASS = 9


def normalize_text(text: str) -> str:
    """Return text of several lines in NFC, without characters that have no shape.

    Keeps control characters, which `find_control_character` reports, and the joiners and variation
    selectors that the script around them needs.
    """
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii():
        return composed
    kept = "".join(
        character
        for at, character in enumerate(composed)
        if not _is_invisible(character) or _is_needed(composed, at)
    )
    # Without the invisible character between them, a letter and its accent may compose.
    return unicodedata.normalize("NFC", kept)


def normalize_line(text: str) -> str:
    """Return text of one line: as `normalize_text`, with one space for each run of white space."""
    return " ".join(normalize_text(text).split())


def has_visible_letter(text: str) -> bool:
    """Return whether the text has at least one letter of any script that a reader can see."""
    return any(
        unicodedata.category(character).startswith("L") and character not in _BLANK_LETTERS
        for character in text
    )


def find_control_character(text: str) -> str:
    """Return the first control character or unpaired surrogate, or "" if there is none.

    Tabs and line breaks are allowed.
    """
    return next(
        (
            character
            for character in text
            if unicodedata.category(character) in ("Cc", "Cs") and character not in _LINE_BREAKS
        ),
        "",
    )


def normalize_digits(text: str) -> str:
    """Return the text in NFKC, with decimal digits of all scripts as 0 to 9, without invisible characters.

    For numbers that are read from other documents. Spaces and punctuation remain.
    """
    if text.isascii():
        return text
    characters = unicodedata.normalize("NFKC", text)
    shown = "".join(character for character in characters if not _is_invisible(character))
    composed = unicodedata.normalize("NFKC", shown)
    return "".join(str(unicodedata.decimal(character, character)) for character in composed)


def normalize_password(password: str) -> str:
    """Return the password in NFKC: keyboards differ in how they send accents and wide letters.

    Source: NIST SP 800-63B-4, section 3.1.1.2.
    """
    return unicodedata.normalize("NFKC", password)


def strip_separators(text: str) -> str:
    """Return the letters and digits in capitals, without spaces, dashes, dots or any other sign.

    Full-width letters and the digits of other scripts become ASCII.
    """
    return "".join(filter(str.isalnum, normalize_digits(text))).upper()


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


def _is_invisible(character: str) -> bool:
    """Return whether the character has no shape and takes no room: format characters, fillers, selectors."""
    return (
        unicodedata.category(character) == "Cf"
        or character in _BLANK
        or _SELECTORS.match(character) is not None
    )


def _is_needed(text: str, at: int) -> bool:
    """Return whether the script around an invisible character needs it.

    A joiner between two letters of a joining script, or after a virama; a selector after the character
    whose shape it chooses.
    """
    character, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if character in _JOINERS:
        ends_cluster = bool(before) and unicodedata.combining(before) == _VIRAMA_CLASS
        return ends_cluster or (_is_joining(before) and _is_joining(after))
    if character in _MONGOLIAN_SELECTORS:
        return "\u1820" <= before <= "\u18aa"
    return _SELECTORS.match(character) is not None and _IDEOGRAPHS.fullmatch(before) is not None


def _is_joining(character: str) -> bool:
    return _JOINING_SCRIPTS.fullmatch(character) is not None and unicodedata.category(character)[0] in "LM"
