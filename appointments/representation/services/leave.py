"""One side ends it: the client revokes, the representative withdraws, who asked takes the request back."""

from accounts.models import Representation, User
from accounts.representation_states import Action
from appointments.representation.services import actions
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def revoke(*, account: User, representation: Representation) -> Representation:
    """The representation, revoked by the client: access has ended, and the seats held under it are free.

    Revoking again changes nothing. A confirmation that is under way ends first, or finds nothing to act
    under. Locks the case, its open representations, its chains, and the slots held under them. Raises
    NotYours, or AlreadyDone where it ended otherwise meanwhile.
    """
    return _leave(account, representation, Action.REVOKE, Representation.Status.REVOKED)


@in_durable_transaction
def withdraw(*, account: User, representation: Representation) -> Representation:
    """The representation, withdrawn by the representative, or by who asked for it. Otherwise as `revoke`."""
    return _leave(account, representation, Action.WITHDRAW, Representation.Status.WITHDRAWN)


def _leave(
    account: User, representation: Representation, step: Action, done: Representation.Status
) -> Representation:
    locked = actions.lock_case(representation.case_id)
    row = locked.find(representation)
    roles = actions.find_roles(account, row)
    if row.status == done and row.ended_by_id == account.pk:
        return row
    return actions.end(row, locked, step=step, roles=roles, by=account)
