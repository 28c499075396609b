"""Online Access Codes: issuing one, and adding a case to an account with it."""

import hashlib
import hmac
import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from accounts.models import AccessCode, Case, LinkFailure, User
from accounts.numbers import undo_slips
from accounts.services.authority import prove_staff_may_act
from policy.clock import database_now
from policy.transactions import in_durable_transaction

logger = logging.getLogger(__name__)

# Crockford's alphabet: no I, L, O or U, so that a printed code survives being read aloud.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 bits
CODE_LIFETIME = timedelta(days=90)

ACCOUNT_FAILURES = 5
ACCOUNT_WINDOW = timedelta(minutes=15)
CASE_FAILURES = 10
CASE_WINDOW = timedelta(days=1)


class CodeRefused(Exception):
    """A code that was printed elsewhere cannot be entered: it is no code, or some case has it already."""


class CaseTaken(Exception):
    """The case belongs to an account already: nobody needs a code for it."""


class LinkRefused(Exception):
    """The case was not added. One answer for wrong, unknown, used and expired."""


class LinkLocked(Exception):
    """Too many failures. Carries the time to wait from now."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"locked for {wait}")
        self.wait = wait


def issue_access_code(*, case: Case) -> str:
    """A new code for the case, shown once and kept only as a keyed hash. Earlier unused codes stay good."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    now = database_now()
    AccessCode.objects.create(
        case=case, code_hash=hash_code(code), issued_at=now, expires_at=now + CODE_LIFETIME
    )
    return code


@in_durable_transaction
def issue_for_staff(*, actor: User, case: Case) -> tuple[str, AccessCode]:
    """A new code for a case whose code was lost, and its row; earlier unused codes stop working.

    Shown once: nobody can look it up later. Locks tries on the case, then the case. Raises NotYours or
    CaseTaken.
    """
    case = _lock_free_case(actor, case)
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return code, _replace_codes(actor, case, code, issued_at=database_now())


@in_durable_transaction
def enter_for_staff(*, actor: User, case: Case, code: str, issued_at: datetime) -> AccessCode:
    """A code that was printed elsewhere, from now on good for the case until 90 days after `issued_at`.

    Earlier unused codes stop working. Raises NotYours, CaseTaken, or CodeRefused when it is no code, has
    expired, or is known already.
    """
    case = _lock_free_case(actor, case)
    code = undo_slips(code)
    now = database_now()
    fits = len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET)
    if not fits or not now - CODE_LIFETIME < issued_at <= now:
        raise CodeRefused
    try:
        with transaction.atomic():
            return _replace_codes(actor, case, code, issued_at=issued_at)
    except IntegrityError as known:
        raise CodeRefused from known


def _lock_free_case(actor: User, case: Case) -> Case:
    """The case under its locks, which two officers and an applicant with an earlier code pass one by one."""
    _lock_receipt(hash_code(case.receipt_number))
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",)).select_related("form_type").get(pk=case.pk)
    )
    prove_staff_may_act(actor=actor, case=case)
    if case.requestor_id is not None:
        raise CaseTaken
    return case


def _replace_codes(actor: User, case: Case, code: str, *, issued_at: datetime) -> AccessCode:
    now = database_now()
    earlier = AccessCode.objects.filter(case=case, used_at=None, expires_at__gt=now, issued_at__lt=now)
    earlier.update(expires_at=now)
    return AccessCode.objects.create(
        case=case,
        code_hash=hash_code(code),
        issued_at=issued_at,
        issued_by=actor,
        expires_at=issued_at + CODE_LIFETIME,
    )


def add_case(*, account: User, receipt_number: str, access_code: str) -> Case:
    """The case, now belonging to the account.

    Locks the account, then the code and its case. Raises LinkLocked after five failures of the account in
    15 minutes or ten on the case in a day; otherwise LinkRefused, which counts as one failure and is
    kept although nothing else is. A case that the account already has is simply returned.
    """
    case = _try_link(account=account, receipt_number=receipt_number, access_code=access_code)
    if case is None:
        logger.info("An attempt to add a case failed")
        raise LinkRefused
    return case


@in_durable_transaction
def _try_link(*, account: User, receipt_number: str, access_code: str) -> Case | None:
    # The account's lock makes its count exact; the case's count is guarded by the advisory lock below.
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    receipt_hash = hash_code(receipt_number)
    _lock_receipt(receipt_hash)
    _refuse_when_locked(account=account, receipt_hash=receipt_hash)
    code = (
        # The case too: an import may be attaching it to the account that filed it.
        AccessCode.objects.select_for_update(no_key=True, of=("self", "case"))
        .select_related("case")
        .filter(code_hash=hash_code(undo_slips(access_code)), case__receipt_number=receipt_number)
        .first()
    )
    now = database_now()
    if code is None or not _may_use(code, account, now):
        LinkFailure.objects.create(account=account, receipt_hash=receipt_hash, failed_at=now)
        return None
    if code.used_at is None:
        code.used_at, code.used_by = now, account
        code.save(update_fields=["used_at", "used_by"])
        Case.objects.filter(pk=code.case_id).update(requestor=account)
    return Case.objects.get(pk=code.case_id)


def _may_use(code: AccessCode, account: User, now: datetime) -> bool:
    """A requestor's account, on a case that is nobody's yet; or, at any time, the one that used this code."""
    if account.kind != User.Kind.REQUESTOR or not account.is_active:
        return False
    if code.used_at is not None:
        return code.used_by_id == account.pk and code.case.requestor_id == account.pk
    return code.expires_at > now and code.case.requestor_id in (None, account.pk)


def _refuse_when_locked(*, account: User, receipt_hash: str) -> None:
    now = database_now()
    recent = list(
        LinkFailure.objects.filter(
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
        raise LinkLocked(max(waits))


def _lock_receipt(receipt_hash: str) -> None:
    """Queues tries on one receipt number, known or not: an advisory lock needs no row to exist."""
    from_hash = int(receipt_hash[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [from_hash])


def hash_code(text: str) -> str:
    """HMAC-SHA256 under the installation's key: 80 random bits need no slow hash, and a copy is useless."""
    return hmac.new(settings.ACCESS_CODE_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
