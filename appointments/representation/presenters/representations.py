"""Representations for the pages: a client's representatives, and a representative's clients."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import Case, Representation, RepresentativeInvitation
from accounts.presenters.applications import describe_credentials
from appointments.models import Reschedule
from appointments.notices.presenters.reschedules import RescheduleView, build_reschedules
from appointments.notices.services.representations import shown_client_name, shown_representative_name
from appointments.representation.presenters.outcomes import (
    describe_outcome_to_client,
    describe_outcome_to_representative,
)
from portal.foundation.site_time import format_day


@dataclass(frozen=True, slots=True)
class RepresentativeView:
    """One representative of a case, for the client."""

    representation: Representation
    name: str
    profession: str
    since: str
    outcome: str
    reschedules: tuple[RescheduleView, ...]


@dataclass(frozen=True, slots=True)
class InvitationView:
    """One open invitation. It looks the same for every address."""

    invitation: RepresentativeInvitation
    invited_on: str


@dataclass(frozen=True, slots=True)
class ClientView:
    """One client of a representative, or one request that waits for an answer."""

    representation: Representation
    case: Case
    name: str
    since: str
    is_requested: bool
    is_invited: bool


@dataclass(frozen=True, slots=True)
class PastClientView:
    """One client or request of a representative that has ended, and how it ended."""

    number: str
    name: str
    since: str
    was_client: bool
    outcome: str


def build_past_clients(rows: Iterable[Representation]) -> list[PastClientView]:
    """Build the ended clients and requests of a representative. The rows need both sides (`with_sides`)."""
    return [
        PastClientView(
            number=row.case.receipt_number,
            name=shown_client_name(row),
            since=_format_agency_day(row.in_force_from or row.requested_at),
            was_client=row.in_force_from is not None,
            outcome=describe_outcome_to_representative(row),
        )
        for row in rows
    ]


def build_representatives(
    rows: Iterable[Representation], reschedules: Mapping[int, Sequence[Reschedule]]
) -> list[RepresentativeView]:
    """Build the representatives of a case for its client.

    The rows need both sides, the profile and the invitation (`with_sides`). `reschedules` are by the key of
    the representation.
    """
    return [
        RepresentativeView(
            representation=row,
            name=shown_representative_name(row),
            profession=describe_credentials(row.representative.representative_profile)
            if row.in_force_from or row.origin != Representation.Origin.INVITATION
            else "",
            since=_format_agency_day(row.in_force_from or row.requested_at),
            outcome=describe_outcome_to_client(row),
            reschedules=tuple(build_reschedules(reschedules.get(row.pk, ()))),
        )
        for row in rows
    ]


def build_invitations(rows: Iterable[RepresentativeInvitation]) -> list[InvitationView]:
    return [InvitationView(invitation=row, invited_on=_format_agency_day(row.invited_at)) for row in rows]


def build_clients(rows: Iterable[Representation], names: Mapping[int, Sequence[str]]) -> list[ClientView]:
    """Build the clients and requests of a representative.

    The rows need the case with its client and form type. `names` are the people to name on each case, by
    the key of the representation.
    """
    return [
        ClientView(
            representation=row,
            case=row.case,
            name=", ".join(names.get(row.pk, ())) or shown_client_name(row),
            since=_format_agency_day(row.in_force_from or row.requested_at),
            is_requested=row.status == Representation.Status.REQUESTED,
            is_invited=row.origin == Representation.Origin.INVITATION,
        )
        for row in rows
    ]


def _format_agency_day(instant: datetime) -> str:
    """Return the day in the agency's time zone, because a representation belongs to no site."""
    return format_day(instant, settings.AGENCY_TIME_ZONE)
