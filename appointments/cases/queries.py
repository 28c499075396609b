"""Read cases: the people on a case, their appointments and notices, and the case history.

The history leaves out whatever the reader may not know, so that no page and no count reveals it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import RowNumber

from accounts.models import (
    AccessCode,
    Case,
    CaseAccountConflict,
    Person,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
    User,
)
from appointments.booking.decisions import decide_all
from appointments.booking.queries import or_404
from appointments.cases.facts import EventKind, HistoryEntry
from appointments.eligibility import Decision
from appointments.models import Appointment, Notice, Reschedule, Reservation, ReservedSeat
from policy.queries import RulesInForce

PEOPLE_PAGE_SIZE = 10
HISTORY_PAGE_SIZE = 20
# The case page shows this many of the newest history entries.
HISTORY_ON_CASE_PAGE = 5
# The case page shows this many of the newest appointments and notices of each person.
NEWEST = 3
ENDED = (Appointment.Status.ATTENDED, Appointment.Status.MISSED, Appointment.Status.CANCELLED)

HistoryKey = tuple[str, int, datetime]
Parts = dict[EventKind, QuerySet]  # type: ignore[type-arg] # rows of several models


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything that the case page shows.

    `people` is one page of the people. `appointments` are the newest of each of them, and `decisions` and
    `rules` belong to these; `rules` is None if there are no appointments. `notices` are the reader's newest
    ones. `entries` are the newest of the history.
    """

    people: "Page[Person]"
    appointments: list[Appointment]
    decisions: dict[int, Decision]
    rules: RulesInForce | None
    notices: list[Notice]
    representation: Representation | None
    can_reschedule_together: bool
    entries: list[HistoryEntry]
    has_more_entries: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of the case history, newest first."""

    page: "Page[HistoryKey]"
    entries: list[HistoryEntry]


@or_404
def get_case_or_404(user: User) -> QuerySet[Case]:
    """Return a case that the account may act on."""
    return Case.objects.for_account(user).select_related("form_type", "requestor")


def get_case_page(case: Case, *, reader: User, page: str | None) -> CasePage:
    """Return what the case page shows to this reader, with one page of the people."""
    people_page = Paginator(case.people.order_by("id"), PEOPLE_PAGE_SIZE).get_page(page)
    people = list(people_page)
    appointments = list(_list_newest_appointments(people))
    decisions, rules = decide_all(appointments) if appointments else ({}, None)
    keys = list(list_history_keys(case, reader)[: HISTORY_ON_CASE_PAGE + 1])
    return CasePage(
        people=people_page,
        appointments=appointments,
        decisions=decisions,
        rules=rules,
        notices=list(_list_newest_notices(people, reader)),
        representation=_find_representation_in_force(case),
        can_reschedule_together=_can_reschedule_together(case),
        entries=get_history_entries(keys[:HISTORY_ON_CASE_PAGE]),
        has_more_entries=len(keys) > HISTORY_ON_CASE_PAGE,
    )


def get_history_page(case: Case, *, reader: User, page: str | None) -> HistoryPage:
    """Return one page of the case history as this reader may know it."""
    keys = Paginator(list_history_keys(case, reader), HISTORY_PAGE_SIZE).get_page(page)
    return HistoryPage(page=keys, entries=get_history_entries(keys))


def list_history_keys(case: Case, reader: User) -> QuerySet[Reschedule, HistoryKey]:
    """Return (kind, key of the row, instant) of each entry that the reader may know, newest first.

    The reader is the client of the case or someone who represents the client. Each part of the statement
    is found by the index on its key to the case.
    """
    parts = _list_appointment_events(case) | _list_access_events(case) | _list_representations(case, reader)
    if case.requestor_id == reader.pk:
        parts |= _list_acts_of_client(case)
    reschedules = Reschedule.objects.filter(series__person__case=case).annotate(at=F("rescheduled_at"))
    return (
        _as_keys(reschedules, EventKind.RESCHEDULED)
        .union(*(_as_keys(rows, kind) for kind, rows in parts.items()), all=True)
        .order_by("-at", "kind", "-pk")
    )


def get_history_entries(keys: Iterable[HistoryKey]) -> list[HistoryEntry]:
    """Return the entries of these keys in the same order, with at most one statement for each table."""
    listed = [(EventKind(kind), key, at) for kind, key, at in keys]
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, key, _at in listed:
        wanted[TABLE_OF_KIND[kind]].add(key)
    rows = {table: ROWS_OF_TABLE[table]().in_bulk(list(ids)) for table, ids in wanted.items()}
    return [HistoryEntry(kind=kind, at=at, row=rows[TABLE_OF_KIND[kind]][key]) for kind, key, at in listed]


ROWS_OF_TABLE: dict[str, Callable[[], QuerySet[Any]]] = {
    "reschedule": lambda: Reschedule.objects.select_related(
        "actor", "series__person", "from_appointment__slot__site", "to_appointment__slot__site"
    ),
    "appointment": lambda: Appointment.objects.select_related("slot__site", "series__person"),
    "reserved_seat": lambda: ReservedSeat.objects.select_related(
        "reservation__account", "slot__site", "appointment__series__person"
    ),
    "representation": lambda: Representation.objects.select_related(
        "case", "representative", "accepted_by", "ended_by", "invitation"
    ),
    "invitation": lambda: RepresentativeInvitation.objects.select_related("invited_by"),
    "passcode": lambda: RepresentativePasscode.objects.select_related("issued_by"),
    "access_code": lambda: AccessCode.objects.select_related("used_by"),
    "attachment": lambda: Case.pgh_event_model.objects.select_related("requestor"),  # type: ignore[attr-defined] # made by pghistory
    "case": Case.objects.all,
}
TABLE_OF_KIND: dict[EventKind, str] = {
    EventKind.SCHEDULED: "appointment",
    EventKind.RESCHEDULED: "reschedule",
    EventKind.APPOINTMENT_ENDED: "appointment",
    EventKind.APPOINTMENT_MISSED: "appointment",
    EventKind.HOLD_EXPIRED: "reserved_seat",
    EventKind.INVITED: "invitation",
    EventKind.INVITATION_CANCELLED: "invitation",
    EventKind.PASSCODE_MADE: "passcode",
    EventKind.REQUESTED: "representation",
    EventKind.REPRESENTED: "representation",
    EventKind.NO_LONGER_REPRESENTED: "representation",
    EventKind.CASE_ADDED: "access_code",
    EventKind.CASE_FILED_ONLINE: "attachment",
    EventKind.CASE_CLOSED: "case",
}


def _find_representation_in_force(case: Case) -> Representation | None:
    rows = Representation.objects.in_force().filter(case=case)
    return rows.select_related("representative__representative_profile").first()


def _can_reschedule_together(case: Case) -> bool:
    """Return whether several people of an adoption case have a scheduled appointment."""
    scheduled = Appointment.objects.filter(series__person__case=case, status=Appointment.Status.SCHEDULED)
    return case.form_type.is_adoption and scheduled.count() > 1


def _list_newest_appointments(people: Sequence[Person]) -> QuerySet[Appointment]:
    place = Window(RowNumber(), partition_by=[F("series_id")], order_by=F("id").desc())
    return (
        Appointment.objects.filter(series__person__in=people)
        .annotate(place=place)
        .filter(place__lte=NEWEST)
        .with_display_relations()
        .order_by("-id")
    )


def _list_newest_notices(people: Sequence[Person], reader: User) -> QuerySet[Notice]:
    place = Window(RowNumber(), partition_by=[F("appointment__series_id")], order_by=F("id").desc())
    return (
        Notice.objects.filter(addressee=reader, appointment__series__person__in=people)
        .annotate(place=place)
        .filter(place__lte=NEWEST)
        .with_validity()
        .select_related("appointment__series")
        .order_by("-id")
    )


def _list_appointment_events(case: Case) -> Parts:
    appointments = Appointment.objects.filter(series__person__case=case)
    is_rescheduled_to = Exists(Reschedule.objects.filter(to_appointment=OuterRef("pk")))
    return {
        EventKind.SCHEDULED: appointments.filter(~is_rescheduled_to).annotate(at=F("scheduled_at")),
        EventKind.APPOINTMENT_ENDED: appointments.filter(status__in=ENDED).annotate(
            at=F("status_changed_at")
        ),
        EventKind.APPOINTMENT_MISSED: _list_missed_and_rescheduled(appointments),
        EventKind.HOLD_EXPIRED: ReservedSeat.objects.filter(
            appointment__series__person__case=case, reservation__state=Reservation.State.EXPIRED
        ).annotate(at=F("reservation__ended_at")),
    }


def _list_missed_and_rescheduled(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Return appointments that were missed and rescheduled later.

    Their rows no longer say when they were missed, so the instant comes from the audit history.
    """
    past = Appointment.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    missed = past.filter(pgh_obj=OuterRef("pk"), status=Appointment.Status.MISSED).order_by("pgh_id")
    rescheduled = appointments.filter(status=Appointment.Status.SUPERSEDED)
    return rescheduled.annotate(at=Subquery(missed.values("status_changed_at")[:1])).filter(at__isnull=False)


def _list_access_events(case: Case) -> Parts:
    return {
        EventKind.CASE_ADDED: AccessCode.objects.filter(
            ~Q(
                used_by__case_conflicts__in=CaseAccountConflict.objects.filter(case=case).exclude(
                    outcome=CaseAccountConflict.Outcome.KEPT
                )
            ),
            case=case,
            used_at__isnull=False,
        ).annotate(at=F("used_at")),
        EventKind.CASE_FILED_ONLINE: _list_attachments(case),
        EventKind.CASE_CLOSED: Case.objects.filter(pk=case.pk, closed_at__isnull=False).annotate(
            at=F("closed_at")
        ),
    }


def _list_attachments(case: Case) -> QuerySet:  # type: ignore[type-arg] # rows of several models
    """Return the audit rows that first show an account on a case filed online, without an access code.

    Leaves out accounts that lost the case: the one that has it now must not learn of them.

    The case itself does not record when it was attached.
    """
    past = Case.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    before = past.filter(
        pgh_obj=OuterRef("pgh_obj"), requestor=OuterRef("requestor"), pgh_id__lt=OuterRef("pgh_id")
    )
    by_code = AccessCode.objects.filter(case=OuterRef("pgh_obj"), used_by=OuterRef("requestor"))
    lost = CaseAccountConflict.objects.filter(case=case, account=OuterRef("requestor"))
    lost = lost.exclude(outcome=CaseAccountConflict.Outcome.KEPT)
    attached: QuerySet = past.filter(  # type: ignore[type-arg] # rows of several models
        ~Exists(before),
        ~Exists(by_code),
        ~Exists(lost),
        pgh_obj=case,
        requestor__isnull=False,
        filing_channel=Case.FilingChannel.ONLINE,
    ).annotate(at=F("pgh_created_at"))
    return attached


def _list_representations(case: Case, reader: User) -> Parts:
    """Return requests, starts and ends of representations that the reader may know.

    The client knows who sent a request. A representative knows their own requests, and who else represented
    the client.
    """
    if case.requestor_id == reader.pk:
        known = Representation.objects.known_to_client().filter(case=case)
        requested = known.filter(origin=Representation.Origin.PASSCODE)
    else:
        own, was_in_force = Q(representative=reader), Q(in_force_from__isnull=False)
        known = Representation.objects.filter(own | was_in_force, case=case)
        requested = known.filter(own).exclude(origin=Representation.Origin.PAPER)
    return {
        EventKind.REQUESTED: requested.annotate(at=F("requested_at")),
        EventKind.REPRESENTED: known.filter(in_force_from__isnull=False).annotate(at=F("in_force_from")),
        EventKind.NO_LONGER_REPRESENTED: known.filter(ended_at__isnull=False).annotate(at=F("ended_at")),
    }


def _list_acts_of_client(case: Case) -> Parts:
    """Return invitations and passcodes of the client, without saying whether they reached anyone."""
    invitations = RepresentativeInvitation.objects.filter(case=case)
    return {
        EventKind.INVITED: invitations.annotate(at=F("invited_at")),
        EventKind.INVITATION_CANCELLED: invitations.filter(cancelled_at__isnull=False).annotate(
            at=F("cancelled_at")
        ),
        EventKind.PASSCODE_MADE: RepresentativePasscode.objects.filter(case=case).annotate(at=F("issued_at")),
    }


def _as_keys(rows: QuerySet, kind: EventKind) -> QuerySet:  # type: ignore[type-arg] # rows of several models
    named = rows.order_by().annotate(kind=Value(str(kind), output_field=CharField()))
    keys: QuerySet = named.values_list("kind", "pk", "at")  # type: ignore[type-arg] # rows of several models
    return keys
