"""End a representation or take a request back: the acts of the client and of the representative."""

from accounts.models import Representation, User
from accounts.representation_states import Action
from appointments.representation.services import actions
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def revoke(*, account: User, representation: Representation, reason: str = "") -> Representation:
    """End the representation for the client and return it. Access ends and held seats are free at once.

    A confirmation that is already running finishes first; one that starts later is refused. Revoking again
    changes nothing.
    `reason` is one of `Representation.EndReason` or empty; the other side and staff can read it.
    Locks: case, its open representations, its appointment series, the slots of held seats.
    Raises: NotYours; AlreadyDone if it has ended in another way.
    """
    return _leave(account, representation, Action.REVOKE, Representation.Status.REVOKED, reason)


@in_durable_transaction
def withdraw(*, account: User, representation: Representation, reason: str = "") -> Representation:
    """End the representation for the representative, or take a request back for its sender. Return it.

    Reason, locks and raises: as `revoke`.
    """
    return _leave(account, representation, Action.WITHDRAW, Representation.Status.WITHDRAWN, reason)


def _leave(
    account: User, representation: Representation, action: Action, done: Representation.Status, reason: str
) -> Representation:
    locked = actions.lock_case(representation.case_id)
    row = locked.get(representation)
    roles = actions.get_roles_of_account(account=account, representation=row)
    if row.status == done and row.ended_by_id == account.pk:
        return row
    return actions.end(
        representation=row, locked=locked, action=action, roles=roles, by=account, reason=reason
    )
