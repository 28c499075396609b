"""Read one case and the rows on it for the staff pages."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts.models import (
    AccessCode,
    Case,
    CaseAccountConflict,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
    User,
)
from appointments.booking.decisions import decide_all
from appointments.models import Appointment, DeliveryConflict, Notice, Reschedule, ReservedSeat
from appointments.representation.queries import list_open_invitations
from appointments.representation.services.actions import find_entered
from appointments.staff.facts import CaseFacts

PAGE_SIZE = 20


def find_case(*, user: User, case_id: int) -> Case | None:
    """Return the case with its form type, or None if no unit of the account reads it."""
    return Case.objects.for_staff(user).select_related("form_type").filter(pk=case_id).first()


def find_appointment(*, case: Case, public_id: UUID) -> Appointment | None:
    """Return an appointment of the case with what pages show of it."""
    rows = Appointment.objects.filter(series__person__case=case).with_display_relations()
    return rows.filter(public_id=public_id).first()


def find_representation(*, case: Case, public_id: UUID) -> Representation | RepresentativeInvitation | None:
    """Return a representation of the case, open or ended, or else an invitation with this id."""
    found = Representation.objects.with_sides().filter(case=case, public_id=public_id).first()
    return found or RepresentativeInvitation.objects.filter(case=case, public_id=public_id).first()


def find_conflict(*, user: User, conflict_id: int) -> DeliveryConflict | None:
    """Return a conflict on a case that a unit of the account reads, with both times and the case."""
    return (
        DeliveryConflict.objects.filter(appointment__series__person__case__in=Case.objects.for_staff(user))
        .select_related("delivered_slot__site", "appointment__slot__site")
        .select_related("appointment__series__person__case__form_type")
        .filter(pk=conflict_id)
        .first()
    )


def list_rows_with_history(case_id: int) -> list[Any]:
    """Return the case and the rows on it that have an audit history."""
    case = Case.objects.get(pk=case_id)
    return [
        case,
        *case.people.all(),
        *case.representations.all(),
        *case.invitations.all(),
        *Appointment.objects.filter(series__person__case=case),
        *Reschedule.objects.filter(series__person__case=case),
    ]


def get_case_facts(*, case: Case, page_numbers: Mapping[str, str]) -> CaseFacts:
    """Return all rows of the page of one case, in a constant number of statements.

    `page_numbers` are the query parameters of the page: `invited`, `ended` and `notices`, 20 rows a page.
    """
    open_representations = list(
        Representation.objects.open().filter(case=case).with_sides().order_by("status", "-id")
    )
    appointments = _list_current(
        Appointment.objects.filter(series__person__case=case).with_display_relations()
    )
    decisions, rules = decide_all(appointments) if appointments else ({}, None)
    ended = _get_page(_ended(case), page_numbers.get("ended"))
    return CaseFacts(
        case=case,
        open_representations=open_representations,
        invitations=_get_page(_invitations(case, open_representations), page_numbers.get("invited")),
        ended_representations=ended,
        entered={row.pk: entered for row in ended.object_list if (entered := find_entered(row))},
        notices=_get_page(_case_notices(case), page_numbers.get("notices")),
        people=list(case.people.order_by("id")),
        appointments=appointments,
        decisions=decisions,
        rules=rules,
        reschedules=list(_reschedules(case)),
        appointment_notices=list(_appointment_notices(case)),
        held_seats=list(_held_seats(case)),
        access_codes=list(
            AccessCode.objects.filter(case=case).select_related("issued_by", "used_by").order_by("-id")
        ),
        passcodes=list(
            RepresentativePasscode.objects.filter(case=case).select_related("issued_by").order_by("-id")
        ),
        account_conflict=CaseAccountConflict.objects.open()
        .filter(case=case)
        .select_related("account")
        .first(),
    )


def _get_page(rows: "QuerySet[Any]", number: str | None) -> Page[Any]:
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    page.object_list = list(page.object_list)
    return page


def _invitations(case: Case, representations: Sequence[Representation]) -> QuerySet[RepresentativeInvitation]:
    """Open invitations, without those that led to one of these representations."""
    return list_open_invitations(case).exclude(representation__in=[row.pk for row in representations])


def _ended(case: Case) -> QuerySet[Representation]:
    """Ended representations and requests, newest first."""
    rows = Representation.objects.filter(case=case, ended_at__isnull=False)
    return rows.select_related("case", "representative", "ended_by").order_by("-id")


def _case_notices(case: Case) -> QuerySet[Notice]:
    """Notices about representatives on the case, newest first. Notices of appointments are read apart."""
    return Notice.objects.filter(case=case).select_related("addressee", "email__text").order_by("-id")


def _appointment_notices(case: Case) -> QuerySet[Notice]:
    return (
        Notice.objects.filter(appointment__series__person__case=case)
        .select_related("addressee", "email__text", "appointment__slot__site", "appointment__series")
        .order_by("-id")
    )


def _reschedules(case: Case) -> QuerySet[Reschedule]:
    return (
        Reschedule.objects.filter(series__person__case=case)
        .select_related("from_appointment__slot__site", "to_appointment__slot__site", "series")
        .select_related("actor", "statement__reason")
        .order_by("series_id", "-number")
    )


def _held_seats(case: Case) -> QuerySet[ReservedSeat]:
    return (
        ReservedSeat.objects.filter(appointment__series__person__case=case, held_until__isnull=False)
        .select_related("slot__site", "reservation__account", "appointment__series")
        .order_by("id")
    )


def _list_current(appointments: QuerySet[Appointment]) -> list[Appointment]:
    """Return of each series the scheduled appointment, or else the latest."""
    by_series: dict[int, Appointment] = {}
    for appointment in sorted(appointments, key=lambda row: row.pk):
        known = by_series.get(appointment.series_id)
        if known is None or known.status != Appointment.Status.SCHEDULED:
            by_series[appointment.series_id] = appointment
    return list(by_series.values())
