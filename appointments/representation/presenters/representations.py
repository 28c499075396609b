"""Who represents whom in words: a client's page, a representative's list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import Case, Person, Representation, RepresentativeInvitation
from appointments.models import Reschedule
from appointments.notices.presenters.reschedules import RescheduleView, build_reschedules
from appointments.notices.services.representations import shown_client_name, shown_representative_name
from portal.foundation.site_time import format_day


@dataclass(frozen=True, slots=True)
class RepresentativeView:
    """One representative of a case, as the client reads of them."""

    representation: Representation
    name: str
    what: str
    since: str
    until: str
    reschedules: tuple[RescheduleView, ...]


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One open invitation; the same whoever has the address."""

    invitation: RepresentativeInvitation
    sent: str


@dataclass(frozen=True, slots=True)
class ClientView:
    """One client of a representative: a request that waits, or a case to act on."""

    representation: Representation
    case: Case
    name: str
    since: str
    is_requested: bool
    is_invited: bool


def build_representatives(rows: Iterable[Representation]) -> list[RepresentativeView]:
    """Representations as their client reads of them. Wants both sides and the profile. One statement."""
    shown = list(rows)
    reschedules = _reschedules_under(shown)
    return [
        RepresentativeView(
            representation=row,
            name=shown_representative_name(row),
            what=_describe_profession(row)
            if row.in_force_from or row.origin != Representation.Origin.INVITATION
            else "",
            since=_format_day(row.in_force_from or row.requested_at),
            until=_format_day(row.ended_at) if row.ended_at else "",
            reschedules=tuple(build_reschedules(reschedules.get(row.pk, ()))),
        )
        for row in shown
    ]


def build_invitations(rows: Iterable[RepresentativeInvitation]) -> list[InvitationLine]:
    """Open invitations."""
    return [InvitationLine(invitation=row, sent=_format_day(row.invited_at)) for row in rows]


def build_clients(rows: Iterable[Representation]) -> list[ClientView]:
    """A representative's requests and clients. Wants the case with client and form type. One statement."""
    shown = list(rows)
    names = _names_on_cases_in_force(shown)
    return [
        ClientView(
            representation=row,
            case=row.case,
            name=", ".join(names.get(row.pk, ())) or shown_client_name(row),
            since=_format_day(row.in_force_from or row.requested_at),
            is_requested=row.status == Representation.Status.REQUESTED,
            is_invited=row.origin == Representation.Origin.INVITATION,
        )
        for row in shown
    ]


def _names_on_cases_in_force(rows: Sequence[Representation]) -> dict[int, list[str]]:
    """Who applied or petitioned, by representation: of those in force at this moment alone."""
    names: dict[int, list[str]] = {}
    people = (
        Representation.objects.in_force()
        .filter(
            pk__in=[row.pk for row in rows],
            case__people__role__in=[Person.Role.APPLICANT, Person.Role.PETITIONER],
        )
        .order_by("case__people__pk")
        .values_list("pk", "case__people__name")
    )
    for representation_id, name in people:
        names.setdefault(representation_id, []).append(name)
    return names


def _reschedules_under(rows: Sequence[Representation]) -> dict[int, list[Reschedule]]:
    by_representation: dict[int, list[Reschedule]] = {}
    reschedules = Reschedule.objects.filter(representation__in=[row.pk for row in rows]).select_related(
        "from_appointment__slot__site", "to_appointment__slot__site", "series__person"
    )
    for reschedule in reschedules.order_by("-id"):
        by_representation.setdefault(reschedule.representation_id or 0, []).append(reschedule)
    return by_representation


def _describe_profession(row: Representation) -> str:
    profile = row.representative.representative_profile
    return ", ".join(filter(None, [profile.get_kind_display(), profile.organization]))


def _format_day(instant: datetime) -> str:
    """The day at the agency: a representation belongs to no site."""
    return format_day(instant, settings.AGENCY_TIME_ZONE)
