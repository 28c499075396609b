"""Password rules: a maximum length and a blocklist. There are no rules on kinds of characters.

The blocklist covers common passwords, words of the service itself, and how people stretch short passwords
to fifteen characters: two common ones joined, repetitions, and keyboard patterns.

Source: NIST SP 800-63B-4, section 3.1.1.2.
"""

import re
from functools import lru_cache
from itertools import product

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_PASSWORD = 256
TOO_LONG = gettext_lazy("Enter a password with no more than %(limit_value)d characters.")
LONGEST_PIECE = 10
SHORTEST_REMAINDER = 8
RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p",
)
OUR_WORDS = frozenset(
    [
        "appointment",
        "appointments",
        "portal",
        "biometric",
        "biometrics",
        "immigration",
        "reschedule",
        "rescheduling",
        "uscis",
        "agency",
        "service",
        "services",
        "password",
        "passwort",
        "contraseña",
        "cita",
        "citas",
        "migracion",
        "inmigracion",
        "receipt",
        "notice",
    ]
)


class MaximumLengthValidator:
    """Rejects passwords that are so long that checking them would be expensive."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(
                TOO_LONG, code="password_too_long", params={"limit_value": LONGEST_PASSWORD}
            )

    def get_help_text(self) -> str:
        return _("Use no more than %(limit)d characters.") % {"limit": LONGEST_PASSWORD}


class BlocklistValidator:
    """Rejects passwords that an attacker would try first."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if is_blocked(password):
            raise ValidationError(
                _(
                    "This password is too easy to guess. Avoid common passwords, repeated characters,"
                    " keyboard patterns, and words from this site. Try 4 or 5 unrelated words."
                ),
                code="password_blocked",
            )

    def get_help_text(self) -> str:
        return _("Avoid common passwords, repeated characters, keyboard patterns, and words from this site.")


def is_blocked(password: str) -> bool:
    """Return whether the password is easy to guess, ignoring case and white space."""
    plain = re.sub(r"\s", "", password.casefold())
    return _is_common(plain) or _is_repetition(plain) or _is_run(plain) or _is_from_our_words(plain)


def _is_common(plain: str) -> bool:
    """Return whether it is a common password, or two of them joined.

    Looks up only parts that are short enough to be on the list.
    """
    common, longest = _get_common_passwords(), _get_longest_common()
    if len(plain) > 2 * longest:
        return False
    cuts = range(max(1, len(plain) - longest), min(len(plain), longest + 1))
    return plain in common or any(plain[:cut] in common and plain[cut:] in common for cut in cuts)


def _is_repetition(plain: str) -> bool:
    """Return whether it repeats one short piece. The last repetition may be cut off."""
    pieces = (plain[:size] for size in range(1, min(LONGEST_PIECE, len(plain) // 2) + 1))
    return any((piece * (len(plain) // len(piece) + 1)).startswith(plain) for piece in pieces)


def _is_run(plain: str) -> bool:
    """Return whether it follows the keyboard, the alphabet or the digits, in either direction."""
    rows = (run[::step] for run, step in product(RUNS, (1, -1)))
    return any(plain in row * (len(plain) // len(row) + 2) for row in rows)


def _is_from_our_words(plain: str) -> bool:
    """Return whether little is left of it without the words of the portal and the agency."""
    words = OUR_WORDS | set(re.findall(r"\w{4,}", settings.AGENCY_NAME.casefold()))
    found = re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))
    rest = found.sub("", plain)
    return rest != plain and len(rest) < SHORTEST_REMAINDER


@lru_cache(maxsize=1)
def _get_common_passwords() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


@lru_cache(maxsize=1)
def _get_longest_common() -> int:
    return max(map(len, _get_common_passwords()))
