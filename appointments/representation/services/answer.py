"""Accept or decline a request: the act of the side that received it."""

from accounts.models import Representation, User
from accounts.representation_states import Action, State, next_state
from appointments.booking.errors import AlreadyDone, NotVerified
from appointments.representation.queries import has_valid_verification
from appointments.representation.services import actions
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def accept(*, account: User, representation: Representation) -> Representation:
    """Put the representation in force and return it. The representation in force until now is superseded.

    Accepting again returns the same representation and changes nothing.
    Locks: case, its open representations, its appointment series, the slots of held seats.
    Raises: NotYours; AlreadyDone if the request has ended, the case is closed or the account did not
    receive the request; NotVerified.
    """
    locked = actions.lock_case(representation.case_id)
    row = locked.get(representation)
    roles = actions.get_roles_of_account(account=account, representation=row)
    if row.status == Representation.Status.IN_FORCE and row.accepted_by_id == account.pk:
        return row
    if next_state(State(row.status), Action.ACCEPT, roles) is None or locked.case.closed_at is not None:
        raise AlreadyDone
    if row.origin == Representation.Origin.INVITATION and row.requested_by_id != locked.case.requestor_id:
        raise AlreadyDone  # The person who sent the invitation is no longer the client.
    if not has_valid_verification(row.representative):
        raise NotVerified
    row.accepted_by = account
    return actions.put_in_force(row=row, locked=locked, by=account)


@in_durable_transaction
def decline(*, account: User, representation: Representation, reason: str = "") -> Representation:
    """Decline the request and return the representation. Declining again changes nothing.

    `reason` is as in `leave.revoke`.
    Locks: as `accept`.
    Raises: NotYours; AlreadyDone if it was accepted or has ended in another way.
    """
    locked = actions.lock_case(representation.case_id)
    row = locked.get(representation)
    roles = actions.get_roles_of_account(account=account, representation=row)
    if row.status == Representation.Status.DECLINED and row.ended_by_id == account.pk:
        return row
    return actions.end(
        representation=row, locked=locked, action=Action.DECLINE, roles=roles, by=account, reason=reason
    )
