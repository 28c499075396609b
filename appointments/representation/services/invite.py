"""A client invites a representative by email address.

The client must not learn whether the address belongs to a representative's account.
"""

from datetime import timedelta

from accounts.models import Case, Representation, RepresentativeInvitation, User
from accounts.representation_states import Action
from appointments.booking.errors import CaseIsClosed, NotYours, TooManyInvitations
from appointments.notices.facts import RepresentationEvent
from appointments.notices.services.representations import notify_client, notify_representative
from appointments.representation.queries import list_open_invitations
from appointments.representation.services import actions
from portal.foundation.transactions import in_durable_transaction

INVITATIONS_A_DAY = 5


@in_durable_transaction
def invite(*, account: User, case: Case, email: str) -> RepresentativeInvitation:
    """Invite this address and return the invitation, or return the one that is already open.

    Requests a representation if the address belongs to a verified representative who has no open
    representation on the case. The client gets the same notice in every case.
    Locks: account of the representative, then as `actions.lock_case`.
    Raises: NotYours; CaseIsClosed; TooManyInvitations after five addresses in 24 hours.
    """
    email = email.lower()
    representative = actions.lock_representative(email)
    locked = actions.lock_case(case.pk)
    case = locked.case
    if case.requestor_id != account.pk:
        raise NotYours
    if case.closed_at is not None:
        raise CaseIsClosed
    existing = list_open_invitations(case).filter(email=email).first()
    if existing is not None:
        return existing
    today = RepresentativeInvitation.objects.filter(case=case, invited_at__gt=locked.now - timedelta(days=1))
    if today.count() >= INVITATIONS_A_DAY:
        raise TooManyInvitations
    notify_client(case=case, event=RepresentationEvent.INVITED)
    return RepresentativeInvitation.objects.create(
        case=case,
        invited_by=account,
        email=email,
        invited_at=locked.now,
        representation=_create_request(representative, account, locked),
    )


@in_durable_transaction
def cancel_invitation(*, account: User, invitation: RepresentativeInvitation) -> None:
    """Cancel the invitation and withdraw the request that it made.

    Changes nothing if the invitation was cancelled or accepted before. A client ends an accepted invitation
    with `leave.revoke`.
    Locks: as `actions.lock_case`.
    Raises: NotYours.
    """
    locked = actions.lock_case(invitation.case_id)
    if locked.case.requestor_id != account.pk:
        raise NotYours
    row = list_open_invitations(locked.case).filter(pk=invitation.pk).first()
    if row is None:
        return
    row.cancelled_at = locked.now
    row.save(update_fields=["cancelled_at"])
    for representation in locked.open:
        if representation.pk == row.representation_id:
            roles = actions.get_roles_of_account(account=account, representation=representation)
            actions.end(
                representation=representation, locked=locked, action=Action.WITHDRAW, roles=roles, by=account
            )


def _create_request(
    representative: User | None, account: User, locked: actions.LockedCase
) -> Representation | None:
    if representative is None or any(row.representative_id == representative.pk for row in locked.open):
        return None
    representation = Representation.objects.create(
        case=locked.case,
        representative=representative,
        origin=Representation.Origin.INVITATION,
        requested_at=locked.now,
        requested_by=account,
    )
    notify_representative(representation=representation, event=RepresentationEvent.INVITED)
    return representation
