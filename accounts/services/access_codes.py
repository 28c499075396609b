"""Online Access Codes: issuing one, and adding a case to an account with it."""

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


class CodeRefused(Exception):
    """A code that was printed elsewhere cannot be entered: it is no code, or some case has it already."""


class CaseTaken(Exception):
    """The case belongs to an account already: nobody needs a code for it."""


def issue_access_code(*, case: Case) -> str:
    """A new code for the case, shown once and kept only as a keyed hash. Earlier unused codes stay good."""
    code = generate_code()
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
    code = generate_code()
    return code, _replace_codes(actor, case, code, issued_at=database_now())


@in_durable_transaction
def enter_for_staff(*, actor: User, case: Case, code: str, issued_at: datetime) -> AccessCode:
    """A code that was printed elsewhere, from now on good for the case until 90 days after `issued_at`.

    Earlier unused codes stop working. Raises NotYours, CaseTaken, or CodeRefused when it is no code, has
    expired, or is known already.
    """
    case = _lock_free_case(actor, case)
    code = fix_lookalike_digits(code)
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
    codes.lock_receipt(hash_code(case.receipt_number))
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",)).select_related("form_type").get(pk=case.pk)
    )
    check_staff_may_act(actor=actor, case=case)
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

    Locks the account, then the code and its case. Raises TooManyAttempts after five failures of the account in
    15 minutes or ten on the case in a day; otherwise CodeRejected, which counts as one failure and is
    kept although nothing else is. A case that the account already has is simply returned.
    """
    case = _try_link(account=account, receipt_number=receipt_number, access_code=access_code)
    if case is None:
        logger.info("An attempt to add a case failed")
        raise CodeRejected
    return case


@in_durable_transaction
def _try_link(*, account: User, receipt_number: str, access_code: str) -> Case | None:
    receipt_hash = codes.begin_try(account=account, receipt_number=receipt_number)
    account = User.objects.get(pk=account.pk)  # as it is now that nobody else changes it
    code = (
        # The case too: an import may be attaching it to the account that filed it.
        AccessCode.objects.select_for_update(no_key=True, of=("self", "case"))
        .select_related("case")
        .filter(code_hash=hash_code(fix_lookalike_digits(access_code)), case__receipt_number=receipt_number)
        .first()
    )
    now = database_now()
    if code is None or not _may_use(code, account, now):
        codes.record_failure(account=account, receipt_hash=receipt_hash, at=now)
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
