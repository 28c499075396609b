"""What access codes and representative passcodes share: drawing, hashing, and the lock on guessing.

What a code opens, and for whom, is for `access_codes` and for the passcodes' own services to say.
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

# Crockford's alphabet: no I, L, O or U, so that a printed code survives being read aloud.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 bits
CODE_LIFETIME = timedelta(days=90)

ACCOUNT_FAILURES = 5
ACCOUNT_WINDOW = timedelta(minutes=15)
CASE_FAILURES = 10
CASE_WINDOW = timedelta(days=1)


class CodeRejected(Exception):
    """The case was not linked. One answer for wrong, unknown, used and expired."""


class TooManyAttempts(Exception):
    """Too many failures. Carries the time to wait from now."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"locked for {wait}")
        self.wait = wait


def generate_code() -> str:
    """A new code, as it is printed but for its spaces."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def hash_code(text: str) -> str:
    """HMAC-SHA256 under the installation's key: 80 random bits need no slow hash, and a copy is useless."""
    return hmac.new(settings.ACCESS_CODE_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def lock_receipt(receipt_hash: str) -> None:
    """Queues tries on one receipt number, known or not: an advisory lock needs no row to exist."""
    from_hash = int(receipt_hash[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [from_hash])


def begin_try(*, account: User, receipt_number: str) -> str:
    """Takes the locks that make both counts exact; returns the hash under which a failure is counted.

    Locks the account, then the receipt number. Raises TooManyAttempts after five failures of the account in 15
    minutes or ten on the case in a day, whichever kind of code was guessed.
    """
    User.objects.select_for_update(no_key=True).get(pk=account.pk)
    receipt_hash = hash_code(receipt_number)
    lock_receipt(receipt_hash)
    check_not_locked(account=account, receipt_hash=receipt_hash)
    return receipt_hash


def check_not_locked(*, account: User, receipt_hash: str) -> None:
    """Raises TooManyAttempts while the account or the receipt number has failed too often."""
    now = database_now()
    recent = list(
        FailedAttempt.objects.filter(
            Q(account=account, failed_at__gt=now - ACCOUNT_WINDOW)
            | Q(receipt_hash=receipt_hash, failed_at__gt=now - CASE_WINDOW)
        )
        .order_by("-failed_at")
        .values_list("account_id", "receipt_hash", "failed_at")[: 20 * CASE_FAILURES]
    )
    by_account = [at for who, _, at in recent if who == account.pk and at > now - ACCOUNT_WINDOW]
    by_case = [at for _, what, at in recent if what == receipt_hash]
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


def record_failure(*, account: User, receipt_hash: str, at: datetime) -> None:
    """Counts one failed try; the caller's transaction has to commit."""
    FailedAttempt.objects.create(account=account, receipt_hash=receipt_hash, failed_at=at)
