"""Staff end one representation, request or invitation for the side that asked them to."""

from accounts.models import Representation, RepresentativeInvitation, User
from accounts.representation_states import Action, ActorRole, State, find_own_end
from accounts.services.authority import check_staff_may_act
from appointments.booking.errors import AlreadyDone, NoteMissing
from appointments.notices.facts import Entered, RepresentationEvent, Side
from appointments.notices.services.representations import notify_client
from appointments.representation.services import actions
from appointments.representation.services.invite import open_invitations
from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def end_for(
    *, actor: User, representation: Representation, seen: Representation.Status, entered: Entered, note: str
) -> Representation:
    """The representation, ended by the step with which that side ends it itself. Both sides are told so.

    Access has ended, and the seats held under it are free. `seen` is the state that the officer read: what
    began or ended meanwhile is not ended by it. The note is kept in the audit history. Again: nothing more.
    Locks the case as `leave.revoke`. Raises NotYours, NoteMissing or AlreadyDone.
    """
    if not note.strip():
        raise NoteMissing
    locked = actions.lock_case(representation.case_id)
    check_staff_may_act(actor=actor, case=locked.case)
    row = locked.find(representation)
    if row.ended_by_id == actor.pk and actions.find_entered(row) == entered:
        return row
    step = find_own_end(State(row.status), actions.get_roles(entered.side, row))
    if step is None or row.status != seen:
        raise AlreadyDone
    with audit_context(note=note):
        if row.status == Representation.Status.REQUESTED and entered.side == Side.CLIENT:
            for invitation in open_invitations(locked.case).filter(representation=row):
                _cancel(invitation, locked, actor, entered)
        return _end(row, locked, step, actor, entered)


@in_durable_transaction
def cancel_for(
    *, actor: User, invitation: RepresentativeInvitation, entered: Entered, note: str
) -> RepresentativeInvitation:
    """The invitation, which is open no longer. The client is told the same, whomever it reached.

    Otherwise as `end_for`.
    """
    if not note.strip():
        raise NoteMissing
    locked = actions.lock_case(invitation.case_id)
    check_staff_may_act(actor=actor, case=locked.case)
    row = RepresentativeInvitation.objects.get(pk=invitation.pk)
    if (row.cancelled_by_id, row.cancellation_channel) == (actor.pk, entered.channel):
        return row
    if not open_invitations(locked.case).filter(pk=row.pk).exists():
        raise AlreadyDone
    with audit_context(note=note):
        _cancel(row, locked, actor, entered)
        for asked in locked.open:
            if asked.pk == row.representation_id:
                _end(asked, locked, Action.WITHDRAW, actor, entered)
    return row


def _cancel(
    invitation: RepresentativeInvitation, locked: actions.LockedCase, actor: User, entered: Entered
) -> None:
    invitation.cancelled_at, invitation.cancelled_by = locked.now, actor
    invitation.cancellation_channel = entered.channel
    invitation.save(update_fields=["cancelled_at", "cancelled_by", "cancellation_channel"])
    notify_client(locked.case, RepresentationEvent.WITHDRAWN, entered)


def _end(
    row: Representation, locked: actions.LockedCase, step: Action, actor: User, entered: Entered
) -> Representation:
    return actions.end(row, locked, step=step, roles=frozenset({ActorRole.STAFF}), by=actor, entered=entered)
