"""Staff end one representation, request or invitation for the side that asked them to."""

from accounts.models import Representation, RepresentativeInvitation, User
from accounts.representation_states import Action, ActorRole, State, find_ending_action
from accounts.services.authority import check_staff_may_act
from appointments.booking.errors import AlreadyDone, NoteMissing
from appointments.notices.facts import Entered, RepresentationEvent, Side
from appointments.notices.services.representations import notify_client
from appointments.representation.queries import list_open_invitations
from appointments.representation.services import actions
from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def end_for(
    *, actor: User, representation: Representation, seen: Representation.Status, entered: Entered, note: str
) -> Representation:
    """End the representation as the side in `entered` would end it itself, notify both, and return it.

    `seen` is the state that the officer saw; a representation that has changed since is left alone. The
    note is kept in the audit history. Ending it again changes nothing.
    Locks: case, its open representations, its appointment series, the slots of held seats.
    Raises: NotYours, NoteMissing, AlreadyDone.
    """
    if not note.strip():
        raise NoteMissing
    locked = actions.lock_case(representation.case_id)
    check_staff_may_act(actor=actor, case=locked.case)
    row = locked.get(representation)
    if row.ended_by_id == actor.pk and actions.find_entered(row) == entered:
        return row
    action = find_ending_action(
        State(row.status), actions.get_roles_of_side(side=entered.side, representation=row)
    )
    if action is None or row.status != seen:
        raise AlreadyDone
    with audit_context(note=note):
        if row.status == Representation.Status.REQUESTED and entered.side == Side.CLIENT:
            for invitation in list_open_invitations(locked.case).filter(representation=row):
                _cancel(invitation, locked, actor, entered)
        return _end(row, locked, action, actor, entered)


@in_durable_transaction
def cancel_for(
    *, actor: User, invitation: RepresentativeInvitation, entered: Entered, note: str
) -> RepresentativeInvitation:
    """Cancel the invitation for the client and return it.

    The client gets the same notice whether or not the invitation reached a representative.
    Locks and raises: as `end_for`.
    """
    if not note.strip():
        raise NoteMissing
    locked = actions.lock_case(invitation.case_id)
    check_staff_may_act(actor=actor, case=locked.case)
    row = RepresentativeInvitation.objects.get(pk=invitation.pk)
    if (row.cancelled_by_id, row.cancellation_channel) == (actor.pk, entered.channel):
        return row
    if not list_open_invitations(locked.case).filter(pk=row.pk).exists():
        raise AlreadyDone
    with audit_context(note=note):
        _cancel(row, locked, actor, entered)
        for representation in locked.open:
            if representation.pk == row.representation_id:
                _end(representation, locked, Action.WITHDRAW, actor, entered)
    return row


def _cancel(
    invitation: RepresentativeInvitation, locked: actions.LockedCase, actor: User, entered: Entered
) -> None:
    invitation.cancelled_at, invitation.cancelled_by = locked.now, actor
    invitation.cancellation_channel = entered.channel
    invitation.save(update_fields=["cancelled_at", "cancelled_by", "cancellation_channel"])
    notify_client(case=locked.case, event=RepresentationEvent.WITHDRAWN, entered=entered)


def _end(
    row: Representation, locked: actions.LockedCase, action: Action, actor: User, entered: Entered
) -> Representation:
    roles = frozenset({ActorRole.STAFF})
    return actions.end(
        representation=row, locked=locked, action=action, roles=roles, by=actor, entered=entered
    )
