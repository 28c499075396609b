"""A client invites an address. Nobody learns from it whether a representative's account has the address."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from accounts.models import Case, Representation, RepresentativeInvitation, User
from accounts.representation_states import Action
from appointments.booking.errors import CaseIsClosed, NotYours, TooManyInvitations
from appointments.notices.facts import RepresentationEvent
from appointments.notices.services.representations import notify_client, notify_representative
from appointments.representation.services import actions
from portal.foundation.transactions import in_durable_transaction

INVITATIONS_A_DAY = 5


def open_invitations(case: Case) -> QuerySet[RepresentativeInvitation]:
    """Those that nobody took back or answered, the newest first. Looks the same for any address."""
    unanswered = Q(representation=None) | (
        Q(representation__in_force_from=None) & ~Q(representation__status=Representation.Status.DECLINED)
    )
    return RepresentativeInvitation.objects.filter(unanswered, case=case, cancelled_at=None).order_by("-id")


@in_durable_transaction
def invite(*, account: User, case: Case, email: str) -> RepresentativeInvitation:
    """The invitation to this address; the one that is open already when there is one.

    A representation is requested where the address is that of a representative in good standing who neither
    acts on the case nor asked to. The client is told the same in any case. Locks that account, the case.
    Raises NotYours, CaseIsClosed, or TooManyInvitations after five in a day.
    """
    email = email.lower()
    representative = actions.lock_representative(email)
    locked = actions.lock_case(case.pk)
    case = locked.case
    if case.requestor_id != account.pk:
        raise NotYours
    if case.closed_at is not None:
        raise CaseIsClosed
    waiting = open_invitations(case).filter(email=email).first()
    if waiting is not None:
        return waiting
    today = RepresentativeInvitation.objects.filter(case=case, invited_at__gt=locked.now - timedelta(days=1))
    if today.count() >= INVITATIONS_A_DAY:
        raise TooManyInvitations
    notify_client(case, RepresentationEvent.INVITED)
    return RepresentativeInvitation.objects.create(
        case=case,
        invited_by=account,
        email=email,
        invited_at=locked.now,
        representation=_request(representative, account, locked),
    )


@in_durable_transaction
def cancel_invitation(*, account: User, invitation: RepresentativeInvitation) -> None:
    """The invitation is open no longer; what was requested by it is withdrawn. Again: nothing more.

    Where it was accepted meanwhile nothing changes: the client revokes that. Locks the case. Raises NotYours.
    """
    locked = actions.lock_case(invitation.case_id)
    if locked.case.requestor_id != account.pk:
        raise NotYours
    row = open_invitations(locked.case).filter(pk=invitation.pk).first()
    if row is None:
        return
    row.cancelled_at = locked.now
    row.save(update_fields=["cancelled_at"])
    for representation in locked.open:
        if representation.pk == row.representation_id:
            roles = actions.find_roles(account, representation)
            actions.end(representation, locked, step=Action.WITHDRAW, roles=roles, by=account)


def _request(representative: User | None, account: User, locked: actions.LockedCase) -> Representation | None:
    if representative is None or any(row.representative_id == representative.pk for row in locked.open):
        return None
    representation = Representation.objects.create(
        case=locked.case,
        representative=representative,
        origin=Representation.Origin.INVITATION,
        requested_at=locked.now,
        requested_by=account,
    )
    notify_representative(representation, RepresentationEvent.INVITED)
    return representation
