"""Telling both sides of a representation what became of it: a notice in the portal and a mail for each."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from accounts.models import (
    Case,
    Message,
    Representation,
    RepresentativeInvitation,
    RequestChannel,
    User,
)
from accounts.representation_states import State
from accounts.services import outbox
from appointments.models import Notice


class Event(StrEnum):
    """What both sides are told of."""

    REQUESTED = "requested"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CLOSED = "closed"


class Side(StrEnum):
    """To whom a notice speaks."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Entered:
    """For which side staff did it, and how that side asked."""

    side: Side
    channel: RequestChannel


# A representation that was never in force: the asker learns of the other side no more than was typed.
EVENT_OF_STATE = {
    State.IN_FORCE: Event.ACCEPTED,
    State.DECLINED: Event.DECLINED,
    State.WITHDRAWN: Event.WITHDRAWN,
    State.REVOKED: Event.REVOKED,
    State.SUPERSEDED: Event.SUPERSEDED,
    State.EXPIRED: Event.EXPIRED,
    State.CLOSED: Event.CLOSED,
}


def notify_both_sides(representation: Representation, event: Event, entered: Entered | None = None) -> None:
    """Writes a notice, and owes a mail, to the client and to the representative.

    Of an invitation that ends unanswered the client is not told: nor would they be where it reached nobody.
    """
    case = representation.case
    told = [(representation.representative, Side.REPRESENTATIVE, shown_client_name(representation))]
    if case.requestor is not None and is_known_to_client(representation):
        told.insert(0, (case.requestor, Side.CLIENT, shown_representative_name(representation)))
    _write(case, event, told, entered)


def build_client(case: Case, event: Event, entered: Entered | None = None) -> None:
    """The same to the client alone, naming nobody: also where an invited address belongs to no account."""
    if case.requestor is not None:
        _write(case, event, [(case.requestor, Side.CLIENT, "")], entered)


def build_representative(representation: Representation, event: Event) -> None:
    """The same to the representative alone."""
    name = shown_client_name(representation)
    _write(representation.case, event, [(representation.representative, Side.REPRESENTATIVE, name)])


def withhold_mail(representation: Representation) -> None:
    """What is owed to the representative about the case and not sent yet is never sent; the notices stay.

    A text message that goes beside an email too. What a worker took up before is on its way.
    """
    case = representation.case
    notices = Notice.objects.filter(Q(case=case) | Q(appointment__series__person__case=case))
    _withhold(representation.representative, notices)


def withhold_all_mail(representative: User) -> None:
    """The same for every case at once, where the standing ended: cases are ended one after the other."""
    _withhold(representative, Notice.objects.filter(appointment__isnull=False))


def _withhold(representative: User, about: QuerySet[Notice]) -> None:
    emails = about.filter(addressee=representative).values("email")
    due = Message.objects.filter(account=representative, state=Message.State.DUE)
    due.filter(Q(pk__in=emails) | Q(paired_email__in=emails)).delete()


def _write(
    case: Case, event: Event, told: list[tuple[User, Side, str]], entered: Entered | None = None
) -> None:
    by_staff = {"entered_for": entered.side, "channel": entered.channel} if entered else {}
    messages = outbox.queue_notice_mail(
        accounts=[account for account, _side, _name in told],
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
        for (account, side, name), message in zip(told, messages, strict=True)
    )


def is_known_to_client(representation: Representation) -> bool:
    """Whether the client knows that there is a representative: see `known_to_client` of the rows."""
    return (
        representation.origin != Representation.Origin.INVITATION
        or representation.in_force_from is not None
        or representation.status == Representation.Status.DECLINED
    )


def shown_representative_name(representation: Representation) -> str:
    """The representative's name; of who was invited and did not accept, the address that the client typed."""
    if representation.origin != Representation.Origin.INVITATION or representation.in_force_from is not None:
        return representation.representative.name
    try:
        return representation.invitation.email
    except RepresentativeInvitation.DoesNotExist:
        return ""


def shown_client_name(representation: Representation) -> str:
    """The client's name where the client showed it: by the invitation, or by having accepted."""
    case = representation.case
    if case.requestor is None:
        return ""
    was_shown = (
        representation.origin == Representation.Origin.INVITATION or representation.in_force_from is not None
    )
    return case.requestor.name if was_shown else ""
