"""A representative uses a passcode to request a representation. The client decides."""

import logging

from accounts.models import Representation, RepresentativePasscode, User
from accounts.services import codes
from accounts.services.codes import CodeRejected
from accounts.services.passcodes import find_passcode
from appointments.booking.errors import AccountNotVerified
from appointments.notices.facts import RepresentationEvent
from appointments.notices.services.representations import notify_both_sides
from appointments.representation.queries import has_valid_verification
from appointments.representation.services import actions
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction

logger = logging.getLogger(__name__)


def request_with_passcode(*, account: User, receipt_number: str, passcode: str) -> Representation:
    """Request a representation and return it. The same account and passcode return the same one again.

    It is in force at once if no one could accept it in the portal: staff, who have the signed paper form,
    issued the passcode, and the case belongs to no account.
    Locks: account, attempts on the receipt number, passcode, then as `actions.lock_case`.
    Raises: AccountNotVerified; TooManyAttempts; CodeRejected, which is counted as one failed attempt. The
    count is committed although nothing else is.
    """
    representation = _try_passcode(account=account, receipt_number=receipt_number, passcode=passcode)
    if representation is None:
        logger.info("An attempt to use a representative passcode failed")
        raise CodeRejected
    return representation


@in_durable_transaction
def _try_passcode(*, account: User, receipt_number: str, passcode: str) -> Representation | None:
    if not has_valid_verification(account):
        raise AccountNotVerified
    attempt = codes.start_attempt(account=account, receipt_number=receipt_number)
    found = find_passcode(receipt_number=receipt_number, passcode=passcode)
    representation = _use(found, account) if found else None
    if representation is None:
        codes.record_failed_attempt(attempt=attempt, at=database_now())
    return representation


def _use(passcode: RepresentativePasscode, account: User) -> Representation | None:
    """Return the representation that this passcode created, or None if the passcode cannot be used."""
    if passcode.representation is not None:
        created = passcode.representation
        return created if created.representative_id == account.pk else None
    if passcode.expires_at <= database_now():
        return None
    locked = actions.lock_case(passcode.case_id)
    if locked.case.closed_at is not None or locked.case.requestor_id == account.pk:
        return None
    # A representative with an open representation on the case does not get a second one.
    existing = [row for row in locked.open if row.representative_id == account.pk]
    if existing:
        representation = _accept_if_invited(existing[0], account, locked)
    else:
        representation = _create_request(passcode, account, locked)
    passcode.used_at, passcode.representation = locked.now, representation
    passcode.save(update_fields=["used_at", "representation"])
    return representation


def _accept_if_invited(
    representation: Representation, account: User, locked: actions.LockedCase
) -> Representation:
    """Accept the client's open invitation: using the client's passcode is the representative's yes."""
    is_invited = (
        representation.origin == Representation.Origin.INVITATION
        and representation.status == Representation.Status.REQUESTED
    )
    if not is_invited or representation.requested_by_id != locked.case.requestor_id:
        return representation
    representation.accepted_by = account
    return actions.put_in_force(row=representation, locked=locked, by=account)


def _create_request(
    passcode: RepresentativePasscode, account: User, locked: actions.LockedCase
) -> Representation:
    case = locked.case
    if case.requestor is None and passcode.issued_by.is_staff:
        return actions.put_in_force(
            row=Representation(
                case=case,
                representative=account,
                origin=Representation.Origin.PAPER,
                requested_at=locked.now,
                requested_by=passcode.issued_by,
            ),
            locked=locked,
            by=passcode.issued_by,
        )
    representation = Representation.objects.create(
        case=case,
        representative=account,
        origin=Representation.Origin.PASSCODE,
        requested_at=locked.now,
        requested_by=account,
    )
    notify_both_sides(representation=representation, event=RepresentationEvent.REQUESTED)
    return representation
