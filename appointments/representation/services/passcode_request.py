"""A representative asks with a passcode to act on a case. The client decides."""

import logging

from accounts.models import Representation, RepresentativePasscode, User
from accounts.services import codes
from accounts.services.codes import CodeRejected
from accounts.services.passcodes import find_passcode
from appointments.booking.errors import NotInGoodStanding
from appointments.notices.facts import RepresentationEvent
from appointments.notices.services.representations import notify_both_sides
from appointments.representation.services import actions
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction

logger = logging.getLogger(__name__)


def request_with_passcode(*, account: User, receipt_number: str, passcode: str) -> Representation:
    """The representation that the client is now asked for; the same one again for the same passcode.

    In force at once where nobody can accept in the portal: staff, who have the signed paper, issued the
    passcode, and the case is in no account. Locks the account, tries on the receipt number, the passcode,
    the case. Raises NotInGoodStanding, TooManyAttempts, or CodeRejected, which counts as one failure and is kept
    although nothing else is.
    """
    representation = _try_passcode(account=account, receipt_number=receipt_number, passcode=passcode)
    if representation is None:
        logger.info("An attempt to use a representative passcode failed")
        raise CodeRejected
    return representation


@in_durable_transaction
def _try_passcode(*, account: User, receipt_number: str, passcode: str) -> Representation | None:
    if not actions.is_in_good_standing(account):
        raise NotInGoodStanding
    receipt_hash = codes.begin_try(account=account, receipt_number=receipt_number)
    found = find_passcode(receipt_number=receipt_number, typed=passcode)
    representation = _use(found, account) if found else None
    if representation is None:
        codes.record_failure(account=account, receipt_hash=receipt_hash, at=database_now())
    return representation


def _use(passcode: RepresentativePasscode, account: User) -> Representation | None:
    """What the passcode leads to, or led to for this account; None where it is used, expired, or in vain."""
    if passcode.representation is not None:
        led_to = passcode.representation
        return led_to if led_to.representative_id == account.pk else None
    if passcode.expires_at <= database_now():
        return None
    locked = actions.lock_case(passcode.case_id)
    if locked.case.closed_at is not None or locked.case.requestor_id == account.pk:
        return None
    # Whoever asked, was invited or acts already is not asked for twice.
    known = [row for row in locked.open if row.representative_id == account.pk]
    representation = _agree(known[0], account, locked) if known else _ask(passcode, account, locked)
    passcode.used_at, passcode.representation = locked.now, representation
    passcode.save(update_fields=["used_at", "representation"])
    return representation


def _agree(known: Representation, account: User, locked: actions.LockedCase) -> Representation:
    """Who was invited and shows the client's passcode has accepted."""
    invited = (
        known.origin == Representation.Origin.INVITATION and known.status == Representation.Status.REQUESTED
    )
    if not invited or known.requested_by_id != locked.case.requestor_id:
        return known
    known.accepted_by = account
    return actions.put_in_force(known, locked, by=account)


def _ask(passcode: RepresentativePasscode, account: User, locked: actions.LockedCase) -> Representation:
    case = locked.case
    if case.requestor is None and passcode.issued_by.is_staff:
        return actions.put_in_force(
            Representation(
                case=case,
                representative=account,
                origin=Representation.Origin.PAPER,
                requested_at=locked.now,
                requested_by=passcode.issued_by,
            ),
            locked,
            by=passcode.issued_by,
        )
    representation = Representation.objects.create(
        case=case,
        representative=account,
        origin=Representation.Origin.PASSCODE,
        requested_at=locked.now,
        requested_by=account,
    )
    notify_both_sides(representation, RepresentationEvent.REQUESTED)
    return representation
