"""Notify both sides of a representation about a change: a notice in the portal and a message for each."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accounts.models import Case, Message, Representation, RepresentativeInvitation, User
from accounts.representation_states import State
from accounts.services import outbox
from appointments.models import Notice
from appointments.notices.facts import Entered, RepresentationEvent, Side

EVENT_OF_STATE = {
    State.IN_FORCE: RepresentationEvent.ACCEPTED,
    State.DECLINED: RepresentationEvent.DECLINED,
    State.WITHDRAWN: RepresentationEvent.WITHDRAWN,
    State.REVOKED: RepresentationEvent.REVOKED,
    State.SUPERSEDED: RepresentationEvent.SUPERSEDED,
    State.EXPIRED: RepresentationEvent.EXPIRED,
    State.CLOSED: RepresentationEvent.CLOSED,
}


# An addressee, their side, and the name of the other side that they may see.
Addressee = tuple[User, Side, str]


def notify_both_sides(
    *, representation: Representation, event: RepresentationEvent, entered: Entered | None = None
) -> None:
    """Write a notice and queue a message for the client and for the representative.

    Does not notify the client when an unanswered invitation ends, because that would reveal whether the
    invited address belongs to an account.
    """
    case = representation.case
    addressees = [(representation.representative, Side.REPRESENTATIVE, shown_client_name(representation))]
    if case.requestor is not None and is_known_to_client(representation):
        addressees.insert(0, (case.requestor, Side.CLIENT, shown_representative_name(representation)))
    _write(case, event, addressees, entered)


def notify_client(*, case: Case, event: RepresentationEvent, entered: Entered | None = None) -> None:
    """Notify only the client, without a name. Also used if an invited address belongs to no account."""
    if case.requestor is not None:
        _write(case, event, [(case.requestor, Side.CLIENT, "")], entered)


def notify_representative(*, representation: Representation, event: RepresentationEvent) -> None:
    """Notify only the representative."""
    name = shown_client_name(representation)
    _write(representation.case, event, [(representation.representative, Side.REPRESENTATIVE, name)])


def withhold_mail(representation: Representation) -> None:
    """Delete the representative's unsent messages about the case. The notices stay.

    This includes text messages. A message that a worker has already claimed is still sent.
    """
    case = representation.case
    notices = Notice.objects.filter(Q(case=case) | Q(appointment__series__person__case=case))
    _withhold(representation.representative, notices)


def withhold_all_mail(representative: User) -> None:
    """Delete the representative's unsent messages about every case.

    Used when a verification ends: the cases are ended one after the other, and no message must go out before.
    """
    _withhold(representative, Notice.objects.filter(appointment__isnull=False))


def _withhold(representative: User, about: QuerySet[Notice]) -> None:
    emails = about.filter(addressee=representative).values("email")
    due = Message.objects.filter(account=representative, state=Message.State.DUE)
    due.filter(Q(pk__in=emails) | Q(paired_email__in=emails)).delete()


def _write(
    case: Case,
    event: RepresentationEvent,
    addressees: Sequence[Addressee],
    entered: Entered | None = None,
) -> None:
    by_staff = {"entered_for": entered.side, "channel": entered.channel} if entered else {}
    messages = outbox.queue_notice_mail(
        accounts=[account for account, _side, _name in addressees],
        template="appointments/notices/email/representation",
        context={},
    )
    Notice.objects.bulk_create(
        Notice(
            kind=Notice.Kind.REPRESENTATION,
            addressee=account,
            case=case,
            facts={
                "event": event,
                "side": side,
                "receipt_number": case.receipt_number,
                "name": name,
                **by_staff,
            },
            email=message,
        )
        for (account, side, name), message in zip(addressees, messages, strict=True)
    )


def is_known_to_client(representation: Representation) -> bool:
    """Return whether the client knows of the representative, as `known_to_client` does for many rows."""
    return (
        representation.origin != Representation.Origin.INVITATION
        or representation.in_force_from is not None
        or representation.status == Representation.Status.DECLINED
    )


def shown_representative_name(representation: Representation) -> str:
    """Return the representative's name, or the address that the client typed for an open invitation."""
    if representation.origin != Representation.Origin.INVITATION or representation.in_force_from is not None:
        return representation.representative.name
    try:
        return representation.invitation.email
    except RepresentativeInvitation.DoesNotExist:
        return ""


def shown_client_name(representation: Representation) -> str:
    """Return the client's name if the client shared it, by inviting or by accepting. Otherwise ''."""
    case = representation.case
    if case.requestor is None:
        return ""
    was_shown = (
        representation.origin == Representation.Origin.INVITATION or representation.in_force_from is not None
    )
    return case.requestor.name if was_shown else ""
