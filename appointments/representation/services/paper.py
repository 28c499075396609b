"""Staff enter a paper Form G-28. Both sides signed it, so it is in force at once."""

from accounts.models import Case, Representation, User
from accounts.services.authority import check_staff_may_act
from appointments.booking.errors import AlreadyInForce, CaseIsClosed, NotVerified
from appointments.representation.services import actions
from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def enter_paper(*, actor: User, case: Case, email: str, note: str) -> Representation:
    """Put a representation from a paper form in force and return it. The one before it is superseded.

    `email` is the address of the representative's account. The note is kept in the audit history.
    Locks: account of the representative, then as `actions.lock_case`.
    Raises: NotYours; CaseIsClosed; NotVerified if no verified representative has this address;
    AlreadyInForce if this representative is already in force on the case.
    """
    representative = actions.lock_representative(email.lower())
    locked = actions.lock_case(case.pk)
    check_staff_may_act(actor=actor, case=locked.case)
    if locked.case.closed_at is not None:
        raise CaseIsClosed
    if representative is None:
        raise NotVerified
    if any(
        row.representative_id == representative.pk and row.status == Representation.Status.IN_FORCE
        for row in locked.open
    ):
        raise AlreadyInForce
    row = Representation(
        case=locked.case,
        representative=representative,
        origin=Representation.Origin.PAPER,
        requested_at=locked.now,
        requested_by=actor,
    )
    with audit_context(note=note):
        return actions.put_in_force(row=row, locked=locked, by=actor)
