"""Password rules: a length, and an estimate of how many guesses an attacker needs. ADR 29 says why.

There are no rules on kinds of characters. Passwords are checked and hashed in NFKC.

Source: NIST SP 800-63B-4, section 3.1.1.2.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE

from accounts.models import User

SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 256
TOO_LONG = gettext_lazy("Enter a password with no more than %(limit_value)d characters.")
TOO_SHORT = gettext_lazy("Use at least %(shortest)d characters. You used %(used)d.")
HINT = gettext_lazy(
    "Use at least {shortest} characters. Four or five words that don’t belong together work well."
)
TOO_WEAK = gettext_lazy("This password is easy to guess.")
LEAST_SCORE = 3  # Of 4. About a hundred million guesses.

# The time that zxcvbn takes grows with the square of the length, and with the number of different
# characters that can stand for letters ("@" for "a"). So it reads the beginning of a password only.
LONGEST_READ = 72
LONGEST_READ_WITH_SUBSTITUTES = 24
MOST_SUBSTITUTES = 8
SUBSTITUTES = frozenset(sign for signs in L33T_TABLE.values() for sign in signs)

# zxcvbn keeps the words of a request in a module-level dictionary while it reads the password.
_lock = threading.Lock()

PORTAL_WORDS = (
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
    "receipt",
    "notice",
    "passwort",
    "contraseña",
    "contrasena",
    "cita",
    "citas",
    "biometricos",
    "migracion",
    "inmigracion",
    "reprogramar",
)

_COMMON = gettext_lazy("It is a common password, or it looks like one.")
_KEYBOARD = gettext_lazy("Avoid patterns on the keyboard, such as “qwerty”.")
_REPEATED = gettext_lazy("Avoid repeating words and characters, as in “abcabc”.")
_SEQUENCE = gettext_lazy("Avoid sequences, such as “abcd” or “6543”.")
_DATE = gettext_lazy("Avoid dates and years.")
_NAME = gettext_lazy("Avoid names.")
_WORD = gettext_lazy("One word alone is easy to guess.")
_MORE = gettext_lazy("Add two or three words that don’t belong together.")
_CAPITALS = gettext_lazy("Capital letters don’t help much.")
_REVERSED = gettext_lazy("Writing a word backwards doesn’t help much.")
_SUBSTITUTES = gettext_lazy("Writing “@” for “a” or “0” for “o” doesn’t help much.")

# What zxcvbn says, and what we say instead. A test fails if zxcvbn says something else.
ADVICE: dict[str, Promise] = {
    "Use a few words, avoid common phrases.": _MORE,
    "No need for symbols, digits, or uppercase letters.": _MORE,
    "Add another word or two. Uncommon words are better.": _MORE,
    "Straight rows of keys are easy to guess.": _KEYBOARD,
    "Short keyboard patterns are easy to guess.": _KEYBOARD,
    "Use a longer keyboard pattern with more turns.": _KEYBOARD,
    'Repeats like "aaa" are easy to guess.': _REPEATED,
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _REPEATED,
    "Avoid repeated words and characters.": _REPEATED,
    'Sequences like "abc" or "6543" are easy to guess.': _SEQUENCE,
    "Avoid sequences.": _SEQUENCE,
    "Recent years are easy to guess.": _DATE,
    "Avoid recent years.": _DATE,
    "Avoid years that are associated with you.": _DATE,
    "Dates are often easy to guess.": _DATE,
    "Avoid dates and years that are associated with you.": _DATE,
    "This is a top-10 common password.": _COMMON,
    "This is a top-100 common password.": _COMMON,
    "This is a very common password.": _COMMON,
    "This is similar to a commonly used password.": _COMMON,
    "A word by itself is easy to guess.": _WORD,
    "Names and surnames by themselves are easy to guess.": _NAME,
    "Common names and surnames are easy to guess.": _NAME,
    "Capitalization doesn't help very much.": _CAPITALS,
    "All-uppercase is almost as easy to guess as all-lowercase.": _CAPITALS,
    "Reversed words aren't much harder to guess.": _REVERSED,
    "Predictable substitutions like '@' instead of 'a' don't help very much.": _SUBSTITUTES,
}


@dataclass(frozen=True, slots=True)
class Strength:
    """How hard a password is to guess: a score from 0 to 4, and what would make it better."""

    score: int
    advice: tuple[Promise, ...]


class LengthValidator:
    """Rejects passwords that are too short to be safe, or too long to be checked quickly."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(
                TOO_LONG, code="password_too_long", params={"limit_value": LONGEST_PASSWORD}
            )
        if len(password) < SHORTEST_PASSWORD:
            raise ValidationError(
                TOO_SHORT,
                code="password_too_short",
                params={"shortest": SHORTEST_PASSWORD, "used": len(password)},
            )

    def get_help_text(self) -> str:
        return str(HINT).format(shortest=SHORTEST_PASSWORD)


class StrengthValidator:
    """Rejects passwords that an attacker would guess soon, and says what would be better."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            return  # The other validator says so. Advice on a text that is too short would only confuse.
        strength = estimate_strength(password, words=list_words_about(user))
        if strength.score < LEAST_SCORE:
            sentences = [TOO_WEAK, *(strength.advice or (_MORE,))]
            raise ValidationError(" ".join(map(str, sentences)), code="password_too_weak")

    def get_help_text(self) -> str:
        return _("Avoid your name, your email address, common passwords, and words from this site.")


def estimate_strength(password: str, *, words: Iterable[str] = ()) -> Strength:
    """Return how hard the password is to guess for someone who knows these words.

    Capital letters and spaces between repeated words do not count.
    """
    folded = re.sub(r"\s", "", password.casefold())
    with _lock:
        results = [zxcvbn(_cut(text), user_inputs=list(words)) for text in dict.fromkeys([password, folded])]
    weakest = min(results, key=lambda result: result["guesses"])
    feedback = weakest["feedback"]
    said = [feedback["warning"], *feedback["suggestions"]]
    return Strength(weakest["score"], tuple(dict.fromkeys(ADVICE[text] for text in said if text)))


def list_words_about(user: AbstractBaseUser | None) -> list[str]:
    """Return words that someone who attacks this account tries first: the portal's, and the person's own."""
    about = [*PORTAL_WORDS, *_split(settings.AGENCY_NAME)]
    if isinstance(user, User):
        about += [*_split(user.name), *_split(user.email), user.email.casefold()]
    return list(dict.fromkeys(about))


def _split(text: str) -> Iterator[str]:
    """Return the words of a text and all of them joined, with their accents and without."""
    for spelling in (text.casefold(), _remove_accents(text.casefold())):
        words = re.findall(r"\w{2,}", spelling)
        yield from words
        yield "".join(words)


def _remove_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _cut(password: str) -> str:
    """Return as much from the beginning of the password as zxcvbn reads in a short time."""
    read = password[:LONGEST_READ]
    has_many = len(SUBSTITUTES.intersection(read)) > MOST_SUBSTITUTES
    return read[:LONGEST_READ_WITH_SUBSTITUTES] if has_many else read
