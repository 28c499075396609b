"""Generate and hash access codes and representative passcodes, and limit failed attempts.

`access_codes` and `passcodes` decide what a code gives access to.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q

from accounts.models import FailedAttempt, User
from portal.foundation.clock import database_now

# Crockford's alphabet has no I, L, O or U, so a printed code can be read aloud without mistakes.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 bits
CODE_LIFETIME = timedelta(days=90)

ACCOUNT_FAILURES = 5
ACCOUNT_WINDOW = timedelta(minutes=15)
CASE_FAILURES = 10
CASE_WINDOW = timedelta(days=1)


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


def start_attempt(*, account: User, receipt_number: str) -> str:
    """Lock both counts of failures, and return the hash under which a failure is counted.

    Counts access codes and passcodes together.

    Locks: account, then receipt number.
    Raises: TooManyAttempts after five failures of the account in 15 minutes or ten on the case in a day.
    """
    User.objects.select_for_update(no_key=True).get(pk=account.pk)
    receipt_hash = hash_code(receipt_number)
    lock_attempts(receipt_hash)
    check_attempts(account=account, receipt_hash=receipt_hash)
    return receipt_hash


def check_attempts(*, account: User, receipt_hash: str) -> None:
    """Check that the account and the receipt number have not failed too often.

    Raises: TooManyAttempts.
    """
    now = database_now()
    recent = list(
        FailedAttempt.objects.filter(
            Q(account=account, failed_at__gt=now - ACCOUNT_WINDOW)
            | Q(receipt_hash=receipt_hash, failed_at__gt=now - CASE_WINDOW)
        )
        .order_by("-failed_at")
        .values_list("account_id", "receipt_hash", "failed_at")[: 20 * CASE_FAILURES]
    )
    by_account = [
        at for account_id, _, at in recent if account_id == account.pk and at > now - ACCOUNT_WINDOW
    ]
    by_case = [at for _, failed_hash, at in recent if failed_hash == receipt_hash]
    waits = [
        failures[limit - 1] + window - now
        for failures, limit, window in (
            (by_account, ACCOUNT_FAILURES, ACCOUNT_WINDOW),
            (by_case, CASE_FAILURES, CASE_WINDOW),
        )
        if len(failures) >= limit
    ]
    if waits:
        raise TooManyAttempts(max(waits))


def record_failed_attempt(*, account: User, receipt_hash: str, at: datetime) -> None:
    """Store one failed attempt. It counts only if the caller's transaction commits."""
    FailedAttempt.objects.create(account=account, receipt_hash=receipt_hash, failed_at=at)
