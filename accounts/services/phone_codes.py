"""Confirm a phone number with a 6-digit code that is texted to it."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from accounts import queries
from accounts.models import PhoneCode, User
from accounts.models.phone_code import MAX_PHONE_CODE_ATTEMPTS
from accounts.services import codes, outbox
from accounts.services.short_texts import render_short_text
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction

LIFETIME = timedelta(minutes=10)
DIGITS = 6

ACCOUNT_CODES = 5
ACCOUNT_WINDOW = timedelta(hours=1)
# Someone with many accounts must not be able to flood a phone.
NUMBER_CODES = 10
NUMBER_WINDOW = timedelta(days=1)


class WrongPhoneCode(Exception):
    """The code is wrong. `tries_left` says how many attempts are left."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class NoUsablePhoneCode(Exception):
    """There is no code to enter: none was sent to this number, it expired, or it had too many attempts."""


class TooManyPhoneCodes(Exception):
    """The limit of codes has been sent. `wait` is the time from now until the next one is allowed."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"locked for {wait}")
        self.wait = wait


def needs_phone_code(account: User) -> bool:
    """Return whether the account asked for texts and its number is not confirmed."""
    return bool(settings.SMS_URL) and account.prefers_texts and account.phone_confirmed_at is None


def queue_code(*, account: User) -> None:
    """Queue a text message with a new code. Earlier codes stop working.

    Runs in the caller's transaction, which must hold the lock of the account.

    Locks: attempts on the number.
    Raises: TooManyPhoneCodes after five codes for the account in an hour or ten to the number in a day.
    """
    codes.lock_attempts(codes.hash_code(account.phone))
    now = database_now()
    _check_code_limits(account, now)
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    PhoneCode.objects.create(
        account=account,
        phone=account.phone,
        code_hash=_hash(account, account.phone, digits),
        made_at=now,
        expires_at=now + LIFETIME,
    )
    outbox.queue_code_text(
        account=account,
        to_phone=account.phone,
        body=render_short_text(
            template="accounts/text/code.txt", context={"code": digits}, language=account.language
        ),
        not_after=now + LIFETIME,
    )


@in_durable_transaction
def resend_code(*, account: User) -> None:
    """Queue a new code if the number still needs to be confirmed.

    Locks: account, then attempts on the number.
    Raises: TooManyPhoneCodes.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if needs_phone_code(row):
        queue_code(account=row)


def confirm_phone(*, account: User, digits: str) -> None:
    """Confirm the account's number. Does nothing if it is already confirmed.

    Locks: account.
    Raises: NoUsablePhoneCode, or WrongPhoneCode, which counts as one of five attempts and is committed.
    """
    problem = _try_code(account=account, digits=digits)
    if problem is not None:
        raise problem


@in_durable_transaction
def _try_code(*, account: User, digits: str) -> WrongPhoneCode | NoUsablePhoneCode | None:
    row = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if row.phone_confirmed_at is not None:
        return None
    code = queries.find_usable_phone_code(row)
    if code is None:
        return NoUsablePhoneCode()
    now = database_now()
    if hmac.compare_digest(code.code_hash, _hash(row, row.phone, digits)):
        code.used_at = row.phone_confirmed_at = now
        code.save(update_fields=["used_at"])
        row.save(update_fields=["phone_confirmed_at"])
        return None
    code.failures += 1
    code.save(update_fields=["failures"])
    return (
        WrongPhoneCode(MAX_PHONE_CODE_ATTEMPTS - code.failures)
        if code.failures < MAX_PHONE_CODE_ATTEMPTS
        else NoUsablePhoneCode()
    )


def _check_code_limits(account: User, now: datetime) -> None:
    recent = list(
        PhoneCode.objects.filter(
            Q(account=account, made_at__gt=now - ACCOUNT_WINDOW)
            | Q(phone=account.phone, made_at__gt=now - NUMBER_WINDOW)
        )
        .order_by("-made_at")
        .values_list("account_id", "phone", "made_at")
    )
    by_account = [
        at for account_id, _, at in recent if account_id == account.pk and at > now - ACCOUNT_WINDOW
    ]
    by_number = [at for _, number, at in recent if number == account.phone]
    waits = [
        made[limit - 1] + window - now
        for made, limit, window in (
            (by_account, ACCOUNT_CODES, ACCOUNT_WINDOW),
            (by_number, NUMBER_CODES, NUMBER_WINDOW),
        )
        if len(made) >= limit
    ]
    if waits:
        raise TooManyPhoneCodes(max(waits))


def _hash(account: User, phone: str, digits: str) -> str:
    """Return the keyed hash of the digits for this account and this number."""
    return codes.hash_code(f"{account.public_id} {phone} {digits}")
