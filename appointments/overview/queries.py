"""Read what waits for an account. One compiled statement for every page, and one more for the to-do list."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from accounts.models import Case, Representation, RepresentativeProfile, User
from appointments.booking.queries import or_404
from appointments.models import Appointment, BulkItem, Notice, Reservation, ReservedSeat
from appointments.overview.facts import (
    MOST_UNREAD,
    AccountHold,
    AccountStatus,
    HeldPerson,
    LostCase,
    OpenTasks,
    RequestToDecide,
)
from portal.foundation.clock import AgencyToday, DatabaseNow, StatementNow
from portal.foundation.compiled_queries import build_reference, compiled_query

# An expired hold is offered again for this long.
OFFERED_AGAIN_FOR = timedelta(minutes=30)
# Longer than any hold. With it PostgreSQL reads only the newest of the account's reservations.
MADE_WITHIN = timedelta(days=1)
MOST_HOLDS = 50
MOST_REQUESTS = 5
MOST_LOST = 3
LOST_WITHIN = timedelta(days=30)
BY_AGENCY = (Notice.Kind.AGENCY_RESCHEDULED, Notice.Kind.CANCELED, Notice.Kind.SITE_CHANGED)


class _Count(Subquery):
    """The number of rows of a queryset."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def get_status(*, account: User) -> AccountStatus:
    """Return the account's holds and the number of its unread notices. One statement."""
    now, unread, holds = _status.get(account.pk, kind=account.kind)
    return AccountStatus(
        now=now, unread=unread, holds=tuple(_read_hold(hold) for hold in holds if hold["seats"])
    )


@or_404
def get_dismissable_hold_or_404(user: User) -> QuerySet[Reservation]:
    """Return the account's own reservation, live or ended."""
    return Reservation.objects.filter(account=user)


def get_open_tasks(*, account: User) -> OpenTasks:
    """Return what the account has to do or must know. One statement."""
    if account.is_representative:
        return _read_tasks_of_representative(account)
    today, requests, unread_by_agency = _tasks_of_requestor.get(account.pk)
    return OpenTasks(
        today=today,
        requests=tuple(map(_read_request, requests)),
        unread_by_agency=tuple(unread_by_agency),
    )


@compiled_query
def _status(account_id: int, *, kind: str) -> QuerySet[User, tuple[datetime, int, list[dict[str, Any]]]]:
    account = build_reference(User, account_id, kind=kind)
    unread = Notice.objects.for_account(account).filter(read_at=None)
    return (
        User.objects.filter(pk=account_id)
        .annotate(
            now=DatabaseNow(),
            unread=_Count(unread.values("pk")[:MOST_UNREAD]),
            holds=ArraySubquery(_list_recent(account)),
        )
        .values_list("now", "unread", "holds")
    )


def _list_recent(account: User) -> QuerySet[Reservation, dict[str, Any]]:
    """Return the account's live and recently expired holds as JSON.

    The seats are in a subquery of each hold. PostgreSQL would join all seats of the country otherwise.
    """
    recent = Reservation.objects.filter(
        account=account,
        made_at__gt=StatementNow() - MADE_WITHIN,
        expires_at__gt=StatementNow() - OFFERED_AGAIN_FOR,
        state__in=[Reservation.State.HELD, Reservation.State.EXPIRED],
    ).order_by("-made_at")[:MOST_HOLDS]
    facts = JSONObject(
        reservation_id="public_id", expires_at="expires_at", seats=ArraySubquery(_list_seats(account))
    )
    return recent.annotate(facts=facts).values_list("facts", flat=True)


def _list_seats(account: User) -> QuerySet[ReservedSeat, dict[str, Any]]:
    """Return the seats of one hold as JSON.

    Leaves out appointments that are no longer scheduled or no longer the account's to act on, and those for
    which the account held another time later.
    """
    later = ReservedSeat.objects.filter(
        appointment=OuterRef("appointment"),
        reservation__account=account,
        reservation__gt=OuterRef("reservation"),
    )
    open_bulk = BulkItem.objects.filter(
        appointment=OuterRef("appointment"), bulk__account=account, bulk__finished_at=None
    )
    seats = ReservedSeat.objects.filter(
        ~Exists(later),
        reservation=OuterRef("pk"),
        appointment__status=Appointment.Status.SCHEDULED,
        appointment__series__person__case__in=Case.objects.for_account(account),
    )
    facts = JSONObject(
        appointment_id="appointment__public_id",
        name="appointment__series__person__name",
        slot_id="slot__public_id",
        starts_at="slot__starts_at",
        site_id="slot__site__public_id",
        site_name="slot__site__name",
        tz="slot__site__tz",
        bulk_id=Subquery(open_bulk.values("bulk__public_id")[:1])
        if account.is_representative
        else Value(None, output_field=IntegerField()),
    )
    return seats.order_by("pk").annotate(facts=facts).values_list("facts", flat=True)


def _read_hold(row: dict[str, Any]) -> AccountHold:
    seats = row["seats"]
    first = seats[0]
    # People who were held together are not rescheduled in bulk.
    bulk_id = first["bulk_id"] if len(seats) == 1 else None
    return AccountHold(
        reservation_id=UUID(row["reservation_id"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        site_id=UUID(first["site_id"]),
        site_name=first["site_name"],
        tz=first["tz"],
        people=tuple(
            HeldPerson(
                appointment_id=UUID(seat["appointment_id"]),
                name=seat["name"],
                slot_id=UUID(seat["slot_id"]),
                starts_at=datetime.fromisoformat(seat["starts_at"]),
            )
            for seat in seats
        ),
        bulk_id=UUID(bulk_id) if bulk_id else None,
    )


@compiled_query
def _tasks_of_requestor(account_id: int) -> QuerySet[User, tuple[date, list[dict[str, Any]], list[UUID]]]:
    account = build_reference(User, account_id, kind=User.Kind.REQUESTOR)
    requests = Representation.objects.with_valid_verification().filter(
        case__requestor=account,
        status=Representation.Status.REQUESTED,
        origin=Representation.Origin.PASSCODE,
    )
    return (
        User.objects.filter(pk=account_id)
        .annotate(
            today=AgencyToday(),
            requests=ArraySubquery(_as_requests(requests, name="representative__name")),
            unread_by_agency=ArraySubquery(_list_unread_by_agency(account)),
        )
        .values_list("today", "requests", "unread_by_agency")
    )


# The columns of a profile on which a task depends.
_PROFILE = (
    "verified_at",
    "rejected_at",
    "rejection",
    "verification_ended_at",
    "accreditation_expires_on",
)


def _read_tasks_of_representative(account: User) -> OpenTasks:
    today, requests, unread_by_agency, lost, lost_count, kind, *decision = _tasks_of_representative.get(
        account.pk
    )
    profile = RepresentativeProfile(kind=kind, **dict(zip(_PROFILE, decision, strict=True))) if kind else None
    return OpenTasks(
        today=today,
        requests=tuple(map(_read_request, requests)),
        unread_by_agency=tuple(unread_by_agency),
        lost=tuple(_read_lost(row) for row in lost),
        lost_count=lost_count,
        profile=profile,
    )


@compiled_query
def _tasks_of_representative(account_id: int) -> QuerySet[User, tuple[Any, ...]]:
    account = build_reference(User, account_id, kind=User.Kind.REPRESENTATIVE)
    invitations = Representation.objects.filter(
        representative=account,
        status=Representation.Status.REQUESTED,
        origin=Representation.Origin.INVITATION,
    )
    lost = _list_lost(account)
    facts = JSONObject(
        receipt_number="case__receipt_number",
        name="case__requestor__name",
        status="status",
        ended_at="ended_at",
    )
    return (
        User.objects.filter(pk=account_id)
        .annotate(
            today=AgencyToday(),
            requests=ArraySubquery(_as_requests(invitations, name="case__requestor__name")),
            unread_by_agency=ArraySubquery(_list_unread_by_agency(account)),
            lost=ArraySubquery(
                lost.order_by("-ended_at")[:MOST_LOST].annotate(facts=facts).values_list("facts", flat=True)
            ),
            lost_count=_Count(lost.values("pk")),
        )
        .values_list(
            "today",
            "requests",
            "unread_by_agency",
            "lost",
            "lost_count",
            "representative_profile__kind",
            *(f"representative_profile__{column}" for column in _PROFILE),
        )
    )


def _list_lost(account: User) -> QuerySet[Representation]:
    """Return the representations that someone else ended lately, unless the account has the case again."""
    again = Representation.objects.filter(
        case=OuterRef("case"), representative=account, status=Representation.Status.IN_FORCE
    )
    by_someone_else = Q(ended_by=None) | ~Q(ended_by=account)
    return Representation.objects.filter(
        by_someone_else,
        ~Exists(again),
        representative=account,
        in_force_from__isnull=False,
        ended_at__gt=StatementNow() - LOST_WITHIN,
    )


def _list_unread_by_agency(account: User) -> QuerySet[Notice, UUID]:
    """Return the public ids of unread notices about what the agency changed, newest first."""
    rows = Notice.objects.for_account(account).filter(read_at=None, kind__in=BY_AGENCY)
    return rows.order_by("-id").values_list("public_id", flat=True)[:MOST_UNREAD]


def _as_requests(rows: QuerySet[Representation], *, name: str) -> QuerySet[Representation, dict[str, Any]]:
    facts = JSONObject(case_id="case__public_id", receipt_number="case__receipt_number", name=F(name))
    return rows.order_by("-id")[:MOST_REQUESTS].annotate(facts=facts).values_list("facts", flat=True)


def _read_request(row: dict[str, Any]) -> RequestToDecide:
    return RequestToDecide(
        case_id=UUID(row["case_id"]), receipt_number=row["receipt_number"], name=row["name"] or ""
    )


def _read_lost(row: dict[str, Any]) -> LostCase:
    return LostCase(
        receipt_number=row["receipt_number"],
        name=row["name"] or "",
        status=row["status"],
        ended_at=datetime.fromisoformat(row["ended_at"]),
    )
