"""Issue Online Access Codes, and add a case to an account with one."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import AccessCode, Case, User
from accounts.services import codes
from accounts.services.authority import check_staff_may_act
from accounts.services.codes import (
    CODE_ALPHABET,
    CODE_LENGTH,
    CODE_LIFETIME,
    CodeRejected,
    generate_code,
    hash_code,
)
from portal.foundation.clock import database_now
from portal.foundation.text_normalization import fix_lookalike_digits
from portal.foundation.transactions import in_durable_transaction

logger = logging.getLogger(__name__)


class InvalidPrintedCode(Exception):
    """The printed code cannot be entered: it is not a code, it has expired, or it is already in use."""


class CaseHasAccount(Exception):
    """The case already belongs to an account, so it needs no code."""


def issue_access_code(*, case: Case) -> str:
    """Return a new code for the case. Only its keyed hash is stored. Earlier unused codes stay valid."""
    code = generate_code()
    now = database_now()
    AccessCode.objects.create(
        case=case, code_hash=hash_code(code), issued_at=now, expires_at=now + CODE_LIFETIME
    )
    return code


@in_durable_transaction
def issue_for_staff(*, actor: User, case: Case) -> tuple[str, AccessCode]:
    """Return a new code for a case whose code was lost, and its row. Earlier unused codes stop working.

    The code is shown once and cannot be looked up later.

    Locks: attempts on the receipt number, then the case.
    Raises: NotYours or CaseHasAccount.
    """
    case = _lock_free_case(actor, case)
    code = generate_code()
    return code, _replace_codes(actor, case, code, issued_at=database_now())


@in_durable_transaction
def enter_for_staff(*, actor: User, case: Case, code: str, issued_at: datetime) -> AccessCode:
    """Store a code that was printed elsewhere. It is valid until 90 days after `issued_at`.

    Earlier unused codes of the case stop working.

    Locks: attempts on the receipt number, then the case.
    Raises: NotYours, CaseHasAccount or InvalidPrintedCode.
    """
    case = _lock_free_case(actor, case)
    code = fix_lookalike_digits(code)
    now = database_now()
    is_code = len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET)
    if not is_code or not now - CODE_LIFETIME < issued_at <= now:
        raise InvalidPrintedCode
    try:
        with transaction.atomic():
            return _replace_codes(actor, case, code, issued_at=issued_at)
    except IntegrityError as error:
        raise InvalidPrintedCode from error


def _lock_free_case(actor: User, case: Case) -> Case:
    """Lock the case against other officers and against an applicant who uses an earlier code; return it."""
    codes.lock_attempts(hash_code(case.receipt_number))
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",)).select_related("form_type").get(pk=case.pk)
    )
    check_staff_may_act(actor=actor, case=case)
    if case.requestor_id is not None:
        raise CaseHasAccount
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
    """Add the case to the account and return it, also if the account already added it with this code.

    Locks: account, receipt number, then the code and its case.
    Raises: TooManyAttempts after five failures of the account in 15 minutes, or ten of it on this receipt
    number in a day; CodeRejected otherwise. CodeRejected counts as one failure, which is committed.
    """
    case = _try_to_add_case(account=account, receipt_number=receipt_number, access_code=access_code)
    if case is None:
        logger.info("An attempt to add a case failed")
        raise CodeRejected
    return case


@in_durable_transaction
def _try_to_add_case(*, account: User, receipt_number: str, access_code: str) -> Case | None:
    attempt = codes.start_attempt(account=account, receipt_number=receipt_number)
    account = User.objects.get(pk=account.pk)  # Read again: it may have changed before the lock.
    code = (
        # Lock the case too: an import may be adding it to the account that filed it.
        AccessCode.objects.select_for_update(no_key=True, of=("self", "case"))
        .select_related("case")
        .filter(code_hash=hash_code(fix_lookalike_digits(access_code)), case__receipt_number=receipt_number)
        .first()
    )
    now = database_now()
    if code is None or not _can_use(code, account, now):
        codes.record_failed_attempt(attempt=attempt, at=now)
        return None
    if code.used_at is None:
        code.used_at, code.used_by = now, account
        code.save(update_fields=["used_at", "used_by"])
        Case.objects.filter(pk=code.case_id).update(requestor=account)
    return Case.objects.get(pk=code.case_id)


def _can_use(code: AccessCode, account: User, now: datetime) -> bool:
    """Return whether a requestor can use the code: the case has no account yet, or they already used it."""
    if account.kind != User.Kind.REQUESTOR or not account.is_active:
        return False
    if code.used_at is not None:
        return code.used_by_id == account.pk and code.case.requestor_id == account.pk
    return code.expires_at > now and code.case.requestor_id in (None, account.pk)
