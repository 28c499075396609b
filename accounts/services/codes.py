"""Generate and hash access codes and representative passcodes, and limit failed attempts.

`access_codes` and `passcodes` decide what a code gives access to.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from accounts.models import Case, FailedAttempt, User
from portal.foundation.clock import database_now

# Crockford's alphabet has no I, L, O or U, so a printed code can be read aloud without mistakes.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 bits
CODE_LIFETIME = timedelta(days=90)

ACCOUNT_FAILURES = 5
ACCOUNT_WINDOW = timedelta(minutes=15)
PAIR_FAILURES = 10
PAIR_WINDOW = timedelta(days=1)
# From here on, staff see on their start page that someone may be guessing. Nothing is locked.
ALERT_FAILURES = 10
ALERT_WINDOW = timedelta(days=1)


class CodeRejected(Exception):
    """The code was not accepted. One answer for wrong, unknown, used and expired codes."""


class TooManyAttempts(Exception):
    """Too many failed attempts. `wait` is the time from now until the next one is allowed."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"locked for {wait}")
        self.wait = wait


def generate_code() -> str:
    """Return a new random code, without the spaces that are printed."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def hash_code(text: str) -> str:
    """Return the HMAC-SHA256 of the text with the installation's key.

    Codes have 80 random bits, so they need no slow hash.
    """
    return hmac.new(settings.ACCESS_CODE_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def lock_attempts(number_hash: str) -> None:
    """Serialize attempts on one receipt or phone number, by its hash. Works for unknown numbers too."""
    key = int(number_hash[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of an account to use a code, under the locks of `start_attempt`."""

    account: User
    receipt_number: str
    receipt_hash: str


def start_attempt(*, account: User, receipt_number: str) -> Attempt:
    """Lock the account's count of failures, and other uses of the same receipt number; return the attempt.

    Counts access codes and passcodes together. Failures of other accounts do not count: a stranger who
    knows a receipt number could lock out the person who has the code.

    Locks: account, then receipt number.
    Raises: TooManyAttempts after five failures of the account in 15 minutes, or ten of it on this receipt
    number in a day.
    """
    User.objects.select_for_update(no_key=True).get(pk=account.pk)
    receipt_hash = hash_code(receipt_number)
    lock_attempts(receipt_hash)
    check_attempts(account=account, receipt_hash=receipt_hash)
    return Attempt(account, receipt_number, receipt_hash)


def check_attempts(*, account: User, receipt_hash: str) -> None:
    """Check that the account has not failed too often, in all or on this receipt number.

    Raises: TooManyAttempts.
    """
    now = database_now()
    recent = list(
        FailedAttempt.objects.filter(account=account, failed_at__gt=now - PAIR_WINDOW)
        .order_by("-failed_at")
        .values_list("receipt_hash", "failed_at")
    )
    all_failures = [at for _, at in recent if at > now - ACCOUNT_WINDOW]
    on_this_case = [at for failed_hash, at in recent if failed_hash == receipt_hash]
    waits = [
        failures[limit - 1] + window - now
        for failures, limit, window in (
            (all_failures, ACCOUNT_FAILURES, ACCOUNT_WINDOW),
            (on_this_case, PAIR_FAILURES, PAIR_WINDOW),
        )
        if len(failures) >= limit
    ]
    if waits:
        raise TooManyAttempts(max(waits))


def record_failed_attempt(*, attempt: Attempt, at: datetime) -> None:
    """Store one failed attempt. It counts only if the caller's transaction commits.

    Takes the same statements whether or not a case has this number.
    """
    case = Case.objects.filter(receipt_number=attempt.receipt_number).values_list("pk", flat=True).first()
    FailedAttempt.objects.create(
        account=attempt.account, receipt_hash=attempt.receipt_hash, case_id=case, failed_at=at
    )
