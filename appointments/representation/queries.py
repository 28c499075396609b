"""Read representations: for the client's page of a case, for a representative's list, and for the services.

A row that does not belong to the account does not exist for it: Http404.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import (
    Case,
    Person,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
    RepresentativeProfile,
    User,
)
from accounts.models.representation import RepresentationQuerySet
from accounts.representation_states import ENDED_STATES, list_state_values
from appointments.booking.case_search import read_receipt_number
from appointments.booking.queries import or_404
from appointments.models import Reschedule, RescheduleDraft, ReservedSeat
from portal.foundation.clock import DatabaseNow
from portal.foundation.name_search import build_name_filter

PAGE_SIZE = 10
CLIENTS_PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class RepresentativesOfCase:
    """Everything that a client's page shows about the representatives of a case.

    `has_effect` is False if the representative in force may not represent anyone today. `reschedules` are
    the reschedules under each representation, by its key, newest first.
    """

    in_force: list[Representation]
    has_effect: bool
    requests: list[Representation]
    ended: "Page[Representation]"
    invitations: "Page[RepresentativeInvitation]"
    reschedules: dict[int, list[Reschedule]]


@dataclass(frozen=True, slots=True)
class ClientsOfRepresentative:
    """One page of the clients and requests of a representative, with the names on the cases in force."""

    page: "Page[Representation]"
    names: dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class Affected:
    """The number of cases with a representation in force, and with an open request or invitation."""

    in_force: int
    requested: int


@or_404
def get_own_case_or_404(user: User) -> QuerySet[Case]:
    """Return the client's own case. Representatives do not decide who else represents the client."""
    return Case.objects.filter(requestor=user).select_related("form_type")


@or_404
def get_representation_or_404(user: User) -> QuerySet[Representation]:
    """Return a representation of the account, open or ended, as its client or its representative.

    For the client an unanswered invitation is only an invitation: see `get_invitation_or_404`.
    """
    as_client = Representation.objects.known_to_client().filter(case__requestor=user)
    return (as_client | Representation.objects.filter(representative=user)).with_sides()


@or_404
def get_invitation_or_404(user: User) -> QuerySet[RepresentativeInvitation]:
    """Return an invitation to represent the client on one of the client's own cases."""
    return RepresentativeInvitation.objects.filter(case__requestor=user).select_related("case")


def get_representation_with_sides(representation_id: int) -> Representation:
    """Return the representation with its client and its representative."""
    rows = Representation.objects.select_related("case__requestor", "representative")
    return rows.get(pk=representation_id)


def has_valid_verification(representative: User) -> bool:
    """Return whether the account may represent anyone today."""
    return RepresentativeProfile.objects.with_valid_verification().filter(user=representative).exists()


def list_open_invitations(case: Case) -> QuerySet[RepresentativeInvitation]:
    """Return the invitations that were not cancelled or answered, newest first.

    The result does not depend on whether an address belongs to a representative.
    """
    unanswered = Q(representation=None) | (
        Q(representation__in_force_from=None) & ~Q(representation__status=Representation.Status.DECLINED)
    )
    return RepresentativeInvitation.objects.filter(unanswered, case=case, cancelled_at=None).order_by("-id")


def get_representatives_of_case(
    case: Case, *, page: str | None, invitations_page: str | None
) -> RepresentativesOfCase:
    """Return the representatives of a case, those who request to be, and one page each of the others.

    Leaves out requests of representatives who may not represent anyone today.
    """
    open_rows = Representation.objects.open().filter(case=case)
    rows = list(open_rows.with_sides())
    verified = set(open_rows.with_valid_verification().values_list("pk", flat=True))
    in_force = [row for row in rows if row.status == Representation.Status.IN_FORCE]
    requests = [row for row in rows if row.pk in verified and _is_passcode_request(row)]
    ended = (
        Representation.objects.with_sides()
        .known_to_client()
        .filter(case=case, status__in=list_state_values(ENDED_STATES))
    )
    ended_page = Paginator(ended.order_by("-id"), PAGE_SIZE).get_page(page)
    return RepresentativesOfCase(
        in_force=in_force,
        has_effect=all(row.pk in verified for row in in_force),
        requests=requests,
        ended=ended_page,
        invitations=Paginator(list_open_invitations(case), PAGE_SIZE).get_page(invitations_page),
        reschedules=_list_reschedules_under([*in_force, *requests, *ended_page]),
    )


def get_clients(
    account: User, *, has_valid_verification: bool, words: str, page: str | None
) -> ClientsOfRepresentative:
    """Return one page of a representative's clients: requests first, newest first.

    A representative who is not verified sees requests only. `words` filters by receipt number or
    name; an empty string does not filter.
    """
    rows = Representation.objects.open().filter(representative=account)
    if not has_valid_verification:
        rows = rows.filter(status=Representation.Status.REQUESTED)
    rows = rows.order_by("-status", "-id").select_related("case__requestor", "case__form_type")
    if words:
        rows = _filter_clients(rows, words)
    found = Paginator(rows, CLIENTS_PAGE_SIZE).get_page(page)
    return ClientsOfRepresentative(page=found, names=_list_names_in_force(row.pk for row in found))


def list_past_clients(account: User, *, page: str | None) -> "Page[Representation]":
    """Return one page of the representative's ended clients and requests, the latest end first."""
    rows = Representation.objects.filter(representative=account, ended_at__isnull=False)
    return Paginator(rows.with_sides().order_by("-ended_at", "-id"), PAGE_SIZE).get_page(page)


def find_usable_passcode(*, case: Case, passcode_id: int) -> RepresentativePasscode | None:
    """Return the passcode of the case, or None if it was used or replaced, or has expired."""
    return RepresentativePasscode.objects.filter(
        pk=passcode_id, case=case, used_at=None, expires_at__gt=DatabaseNow()
    ).first()


def count_affected(representative: User) -> Affected:
    """Return on how many cases something ends when the verification of the representative ends."""
    status = Representation.Status
    return Affected(
        **Representation.objects.open()
        .filter(representative=representative)
        .aggregate(
            in_force=Count("pk", filter=Q(status=status.IN_FORCE)),
            requested=Count("pk", filter=Q(status=status.REQUESTED)),
        )
    )


def list_closed_cases_to_end() -> QuerySet[Case]:
    """Return closed cases that still have an open representation, a held seat or a stated reason."""
    represented = Representation.objects.open().filter(case=OuterRef("pk"))
    held = ReservedSeat.objects.filter(held_until__isnull=False)
    holding = held.filter(appointment__series__person__case=OuterRef("pk"))
    stated = RescheduleDraft.objects.filter(appointment__series__person__case=OuterRef("pk"))
    closed = Case.objects.filter(closed_at__isnull=False)
    return closed.filter(Exists(represented) | Exists(holding) | Exists(stated)).order_by("pk")


def _is_passcode_request(row: Representation) -> bool:
    return row.status == Representation.Status.REQUESTED and row.origin == Representation.Origin.PASSCODE


def _filter_clients(rows: RepresentationQuerySet, words: str) -> RepresentationQuerySet:
    """Return the rows whose receipt number begins with the words, or that have them in a name.

    Only names that the representative may know are searched. Otherwise a search would reveal whose case it
    is before the client accepts.
    """
    number = read_receipt_number(words)
    if number:
        return rows.filter(case__receipt_number__startswith=number)
    people = Person.objects.filter(build_name_filter(words, name="name"), case=OuterRef("case"))
    in_force, invited = Representation.Status.IN_FORCE, Representation.Origin.INVITATION
    is_client = build_name_filter(words, name="case__requestor__name")
    return rows.filter(
        Q(Exists(people), status=in_force) | (is_client & (Q(status=in_force) | Q(origin=invited)))
    )


def _list_names_in_force(representation_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the names of applicants and petitioners, by representation, only of those in force now."""
    names: dict[int, list[str]] = defaultdict(list)
    people = (
        Representation.objects.in_force()
        .filter(
            pk__in=list(representation_ids),
            case__people__role__in=[Person.Role.APPLICANT, Person.Role.PETITIONER],
        )
        .order_by("case__people__pk")
        .values_list("pk", "case__people__name")
    )
    for representation_id, name in people:
        names[representation_id].append(name)
    return dict(names)


def _list_reschedules_under(rows: Collection[Representation]) -> dict[int, list[Reschedule]]:
    reschedules: dict[int, list[Reschedule]] = defaultdict(list)
    found = Reschedule.objects.filter(representation__in=[row.pk for row in rows]).select_related(
        "from_appointment__slot__site", "to_appointment__slot__site", "series__person"
    )
    for reschedule in found.order_by("-id"):
        reschedules[reschedule.representation_id or 0].append(reschedule)
    return dict(reschedules)
