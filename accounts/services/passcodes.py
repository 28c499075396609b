"""Issue representative passcodes, for clients and for staff who have a paper Form G-28."""

from accounts.models import Case, RepresentativePasscode, User
from accounts.services import codes
from accounts.services.authority import NotYours, check_staff_may_act
from accounts.services.codes import CODE_LIFETIME, generate_code, hash_code
from portal.foundation.clock import database_now
from portal.foundation.text_normalization import fix_lookalike_digits
from portal.foundation.transactions import in_durable_transaction


class CaseIsClosed(Exception):
    """The case is closed or withdrawn, so it takes no new representative."""


@in_durable_transaction
def create_for_client(*, account: User, case: Case) -> tuple[str, RepresentativePasscode]:
    """Return a new passcode for the client's own case, and its row. Earlier unused passcodes stop working.

    The passcode is shown once and cannot be looked up later.

    Locks: attempts on the receipt number, then the case.
    Raises: NotYours or CaseIsClosed.
    """
    case = _lock_case(case)
    if case.requestor_id != account.pk:
        raise NotYours
    return _replace_passcodes(account, case)


@in_durable_transaction
def issue_for_staff(*, actor: User, case: Case) -> tuple[str, RepresentativePasscode]:
    """Return a new passcode for a representative who sent a paper form. Otherwise like `create_for_client`.

    Raises: NotYours or CaseIsClosed.
    """
    case = _lock_case(case)
    check_staff_may_act(actor=actor, case=case)
    return _replace_passcodes(actor, case)


def find_passcode(*, receipt_number: str, passcode: str) -> RepresentativePasscode | None:
    """Lock and return the passcode of the case with this receipt number, or None. It may be used or expired.

    Takes one statement, whether the number, the code, both or neither exist.
    """
    return (
        RepresentativePasscode.objects.select_for_update(no_key=True, of=("self",))
        .select_related("representation", "issued_by")
        .filter(code_hash=hash_code(fix_lookalike_digits(passcode)), case__receipt_number=receipt_number)
        .first()
    )


def _lock_case(case: Case) -> Case:
    codes.lock_attempts(hash_code(case.receipt_number))
    return (
        Case.objects.select_for_update(no_key=True, of=("self",)).select_related("form_type").get(pk=case.pk)
    )


def _replace_passcodes(issuer: User, case: Case) -> tuple[str, RepresentativePasscode]:
    if case.status != Case.Status.OPEN:
        raise CaseIsClosed
    now = database_now()
    earlier = RepresentativePasscode.objects.filter(
        case=case, used_at=None, expires_at__gt=now, issued_at__lt=now
    )
    earlier.update(expires_at=now)
    code = generate_code()
    return code, RepresentativePasscode.objects.create(
        case=case,
        code_hash=hash_code(code),
        issued_at=now,
        issued_by=issuer,
        expires_at=now + CODE_LIFETIME,
    )
