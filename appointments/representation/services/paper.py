"""Staff enter a paper Form G-28: both sides signed it, so it is in force at once."""

from accounts.models import Case, Representation, User
from accounts.services.authority import check_staff_may_act
from appointments.booking.errors import AlreadyDone, CaseIsClosed, NotInGoodStanding
from appointments.representation.services import actions
from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def enter_paper(*, actor: User, case: Case, email: str, note: str) -> Representation:
    """The representation, in force; whoever acted on the case until now is superseded and told.

    `email` is that of the representative's account; the note is kept in the audit history. Locks that
    account, then as `accept`. Raises NotYours, CaseIsClosed, NotInGoodStanding where no verified
    representative's account has the address, or AlreadyDone where this representative acts on the case.
    """
    representative = actions.lock_representative(email.lower())
    locked = actions.lock_case(case.pk)
    check_staff_may_act(actor=actor, case=locked.case)
    if locked.case.closed_at is not None:
        raise CaseIsClosed
    if representative is None:
        raise NotInGoodStanding
    if any(
        row.representative_id == representative.pk and row.status == Representation.Status.IN_FORCE
        for row in locked.open
    ):
        raise AlreadyDone
    row = Representation(
        case=locked.case,
        representative=representative,
        origin=Representation.Origin.PAPER,
        requested_at=locked.now,
        requested_by=actor,
    )
    with audit_context(note=note):
        return actions.put_in_force(row, locked, by=actor)
