"""Confirming a telephone number: its holder types the six digits that were texted to it."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from accounts.models import PhoneCode, User
from accounts.models.phone_code import TRIES
from accounts.services import codes, outbox
from accounts.services.short_texts import render_short_text
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction

LIFETIME = timedelta(minutes=10)
DIGITS = 6

ACCOUNT_CODES = 5
ACCOUNT_WINDOW = timedelta(hours=1)
# Whoever opens many accounts must not flood someone's telephone.
NUMBER_CODES = 10
NUMBER_WINDOW = timedelta(days=1)


class CodeWrong(Exception):
    """Not the code. Carries how many tries it has left."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class CodeSpent(Exception):
    """No code can be used now: none was sent to this number, or it is too old, or tried too often."""


class TooManyCodes(Exception):
    """As many as may be were sent. Carries the time to wait from now."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"locked for {wait}")
        self.wait = wait


def is_requested(account: User) -> bool:
    """Whether the account would get texts if its number were confirmed."""
    return bool(settings.SMS_URL) and account.prefers_texts and account.phone_confirmed_at is None


def find_live(account: User) -> PhoneCode | None:
    """The code that can be typed now; only the newest can, and only for the number of the account."""
    newest = PhoneCode.objects.filter(account=account).order_by("-made_at", "-id").first()
    return newest if newest is not None and _can_be_typed(newest, account, database_now()) else None


def queue_code(account: User) -> None:
    """Owes a text with a new code, within the caller's transaction and lock of the account.

    Earlier codes stop working. Locks tries on the number. Raises TooManyCodes after five codes for the
    account in an hour or ten to the number in a day.
    """
    codes.lock_receipt(codes.hash_code(account.phone))
    now = database_now()
    _check_not_too_many(account, now)
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
        body=render_short_text("accounts/text/code.txt", {"code": digits}, language=account.language),
        not_after=now + LIFETIME,
    )


@in_durable_transaction
def send_again(*, account: User) -> None:
    """Owes a new code, if one is wanted. Locks the account, then tries on the number. Raises TooManyCodes."""
    row = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if is_requested(row):
        queue_code(row)


def confirm(*, account: User, digits: str) -> None:
    """The number of the account is confirmed.

    Locks the account. Raises CodeWrong, which counts as one of five tries and is kept although nothing
    else is, or CodeSpent. A number that is confirmed already stays so.
    """
    refusal = _try_code(account=account, digits=digits)
    if refusal is not None:
        raise refusal


@in_durable_transaction
def _try_code(*, account: User, digits: str) -> CodeWrong | CodeSpent | None:
    row = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if row.phone_confirmed_at is not None:
        return None
    code = find_live(row)
    if code is None:
        return CodeSpent()
    now = database_now()
    if hmac.compare_digest(code.code_hash, _hash(row, row.phone, digits)):
        code.used_at = row.phone_confirmed_at = now
        code.save(update_fields=["used_at"])
        row.save(update_fields=["phone_confirmed_at"])
        return None
    code.failures += 1
    code.save(update_fields=["failures"])
    return CodeWrong(TRIES - code.failures) if code.failures < TRIES else CodeSpent()


def _can_be_typed(code: PhoneCode, account: User, now: datetime) -> bool:
    return (
        code.phone == account.phone
        and code.used_at is None
        and code.failures < TRIES
        and code.expires_at > now
    )


def _check_not_too_many(account: User, now: datetime) -> None:
    recent = list(
        PhoneCode.objects.filter(
            Q(account=account, made_at__gt=now - ACCOUNT_WINDOW)
            | Q(phone=account.phone, made_at__gt=now - NUMBER_WINDOW)
        )
        .order_by("-made_at")
        .values_list("account_id", "phone", "made_at")
    )
    by_account = [at for who, _, at in recent if who == account.pk and at > now - ACCOUNT_WINDOW]
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
        raise TooManyCodes(max(waits))


def _hash(account: User, phone: str, digits: str) -> str:
    """The digits as kept: of this account and this number, under the installation's key."""
    return codes.hash_code(f"{account.public_id} {phone} {digits}")
