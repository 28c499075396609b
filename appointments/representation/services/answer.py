"""The side that was asked accepts or declines."""

from accounts.models import Representation, User
from accounts.representation_states import Action, State, next_state
from appointments.booking.errors import AlreadyDone, NotInGoodStanding
from appointments.representation.services import actions
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def accept(*, account: User, representation: Representation) -> Representation:
    """The representation, in force; whoever acted on the case until now is superseded and told.

    Accepting again, or twice at once: the same representation, once in force. Locks the case, its open
    representations, its chains, and the slots held under them. Raises NotYours, AlreadyDone where it ended
    meanwhile, the case is closed, or the account is not the one that was asked, or NotInGoodStanding.
    """
    locked = actions.lock_case(representation.case_id)
    row = locked.find(representation)
    roles = actions.find_roles(account, row)
    if row.status == Representation.Status.IN_FORCE and row.accepted_by_id == account.pk:
        return row
    if next_state(State(row.status), Action.ACCEPT, roles) is None or locked.case.closed_at is not None:
        raise AlreadyDone
    if row.origin == Representation.Origin.INVITATION and row.requested_by_id != locked.case.requestor_id:
        raise AlreadyDone  # Who invited is no longer the client.
    if not actions.is_in_good_standing(row.representative):
        raise NotInGoodStanding
    row.accepted_by = account
    return actions.put_in_force(row, locked, by=account)


@in_durable_transaction
def decline(*, account: User, representation: Representation) -> Representation:
    """The representation, declined; declining again changes nothing.

    Locks as `accept`. Raises NotYours, or AlreadyDone where it was accepted or ended otherwise meanwhile.
    """
    locked = actions.lock_case(representation.case_id)
    row = locked.find(representation)
    roles = actions.find_roles(account, row)
    if row.status == Representation.Status.DECLINED and row.ended_by_id == account.pk:
        return row
    return actions.end(row, locked, step=Action.DECLINE, roles=roles, by=account)
