"""Queries of the reschedule journey. A row that the account may not see raises Http404."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Case, User
from accounts.models.case import CaseQuerySet
from appointments.booking.queries import or_404
from appointments.models import Appointment, Notice, Reschedule, RescheduleDraft, ReservedSeat, Slot
from portal.foundation.clock import StatementNow
from portal.foundation.compiled_queries import build_reference, compiled_query
from portal.foundation.site_time import in_site_zone

Row = TypeVar("Row")
# The query parameter that names the other appointments of a group.
WITH = "with"


@dataclass(frozen=True, slots=True)
class Group:
    """The appointments to reschedule together: one, or several of one case. All are part of the addresses."""

    appointments: tuple[Appointment, ...]

    @property
    def first(self) -> Appointment:
        return self.appointments[0]

    @property
    def case(self) -> Case:
        return self.first.case

    @property
    def is_several(self) -> bool:
        return len(self.appointments) > 1

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The parameters that name the other appointments."""
        return tuple((WITH, str(row.public_id)) for row in self.appointments[1:])

    @property
    def reason_address(self) -> str:
        return self._address("appointments:reason")

    @property
    def times_address(self) -> str:
        return self._address("appointments:times")

    def build_times_address(self, slot: Slot) -> str:
        """Return the address of the page of times at the site and on the day of a slot."""
        on = in_site_zone(slot.starts_at, slot.site.tz).date()
        return self._address(
            "appointments:times", ("site", str(slot.site.public_id)), ("day", on.isoformat())
        )

    @property
    def answer_address(self) -> str:
        """The address of the page that says who can reschedule, and who can't and why."""
        if self.is_several:
            return reverse("appointments:together", args=[self.case.public_id])
        return reverse("appointments:detail", args=[self.first.public_id])

    def _address(self, name: str, *fields: tuple[str, str]) -> str:
        path = reverse(name, args=[self.first.public_id])
        query = urlencode([*fields, *self.fields])
        return f"{path}?{query}" if query else path


def get_group_or_404(*, user: User, public_id: UUID, others: Sequence[UUID]) -> Group:
    """Return the group with this first appointment. Several must be of one case of an adoption form."""
    wanted = tuple(dict.fromkeys([public_id, *others]))
    return _build_group(wanted, _appointments(user.pk, wanted, kind=user.kind))


def get_group_keys_or_404(*, user: User, public_id: UUID, others: Sequence[UUID]) -> Group:
    """Return the same group with keys only, for a service that reads the rows again under its locks."""
    wanted = tuple(dict.fromkeys([public_id, *others]))
    rows = _keys_of_appointments(user.pk, wanted, kind=user.kind, is_several=len(wanted) > 1)
    return _build_group(wanted, rows)


def _build_group(wanted: Sequence[UUID], rows: Sequence[Appointment]) -> Group:
    cases = {row.person.case_id for row in rows}
    if len(rows) < len(wanted) or len(cases) > 1:
        raise Http404
    group = Group(tuple(sorted(rows, key=lambda row: wanted.index(row.public_id))))
    if group.is_several and not group.case.form_type.is_adoption:
        raise Http404
    return group


@compiled_query
def _appointments(account_id: int, public_ids: tuple[UUID, ...], *, kind: str) -> QuerySet[Appointment]:
    rows = Appointment.objects.for_account(
        build_reference(User, account_id, kind=kind)
    ).with_display_relations()
    return rows.filter(public_id__in=public_ids)


@compiled_query
def _keys_of_appointments(
    account_id: int, public_ids: tuple[UUID, ...], *, kind: str, is_several: bool
) -> QuerySet[Appointment]:
    account = build_reference(User, account_id, kind=kind)
    rows = Appointment.objects.for_account(account).filter(public_id__in=public_ids)
    return rows.select_related("series__person__case__form_type" if is_several else "series__person")


# An appointment stays among the upcoming ones for a day after its start: the person may be on the way.
UPCOMING_FOR = timedelta(days=1)


def _is_upcoming() -> Q:
    return Q(
        status=Appointment.Status.SCHEDULED,
        slot__starts_at__gt=StatementNow() - UPCOMING_FOR,
        series__person__case__closed_at=None,
    )


def list_upcoming_case_ids(*, user: User) -> QuerySet[Appointment, int]:
    """Return the keys of the cases on which someone has an upcoming appointment, the earliest first."""
    rows = Appointment.objects.for_account(user).filter(_is_upcoming()).order_by()
    cases = rows.values("series__person__case").annotate(first_at=Min("slot__starts_at"))
    return cases.order_by("first_at", "series__person__case").values_list("series__person__case", flat=True)


def list_upcoming(*, case_ids: Collection[int]) -> list[Appointment]:
    """Return the upcoming appointments on these cases, earliest first, with their display relations."""
    rows = Appointment.objects.filter(_is_upcoming(), series__person__case__in=case_ids)
    return list(rows.with_display_relations())


def list_past(*, user: User) -> QuerySet[Appointment]:
    """Return the appointments that are not upcoming, newest first, with their display relations."""
    rows = Appointment.objects.for_account(user).exclude(_is_upcoming()).with_display_relations()
    return rows.order_by("-slot__starts_at", "-id")


def get_replacements(appointments: Collection[Appointment]) -> dict[int, Appointment]:
    """Return what replaced each of these appointments, by its key, with its place.

    A statement of its own: with more joins in `list_past` PostgreSQL would read whole tables.
    """
    rows = Reschedule.objects.filter(from_appointment__in=appointments)
    return {
        row.from_appointment_id: row.to_appointment
        for row in rows.select_related("to_appointment__slot__site")
    }


def list_reschedules_of_series(appointment: Appointment) -> QuerySet[Reschedule]:
    """Return the reschedules of the appointment's series, oldest first, with both places."""
    return Reschedule.objects.filter(series_id=appointment.series_id).select_related(
        "from_appointment__slot__site", "to_appointment__slot__site"
    )


def list_notices_of_appointment(*, user: User, appointment: Appointment) -> QuerySet[Notice]:
    """Return the account's own printable notices of this appointment, newest first."""
    return Notice.objects.for_account(user).filter(appointment=appointment, verification_code__isnull=False)


@or_404
def get_adoption_case_or_404(user: User) -> QuerySet[Case]:
    """Return a case of an adoption form that the account may act on. Its people can reschedule together."""
    return Case.objects.for_account(user).filter(form_type__is_adoption=True).select_related("form_type")


def list_scheduled(case: Case) -> list[Appointment]:
    """Return the scheduled appointments of everyone on the case."""
    scheduled = Appointment.objects.filter(series__person__case=case, status=Appointment.Status.SCHEDULED)
    return list(scheduled.with_display_relations().order_by("series__person_id"))


def list_drafts(*, user: User, appointments: Iterable[Appointment]) -> list[RescheduleDraft]:
    """Return the reasons that the account gave for these appointments, the newest first."""
    return _drafts(user.pk, tuple(appointment.pk for appointment in appointments))


@compiled_query
def _drafts(account_id: int, appointment_ids: tuple[int, ...]) -> QuerySet[RescheduleDraft]:
    drafts = RescheduleDraft.objects.select_related("reason").order_by("-updated_at")
    return drafts.filter(account=account_id, appointment__in=appointment_ids)


def list_live_seats(*, user: User, appointments: Sequence[Appointment], now: datetime) -> list[ReservedSeat]:
    """Return the seats of the account's live reservation for exactly these people, or none."""
    found = _live_seats(user.pk, appointments[0].pk, now)
    same_people = {seat.appointment_id for seat in found} == {row.pk for row in appointments}
    return found if same_people else []


@compiled_query
def _live_seats(account_id: int, appointment_id: int, now: datetime) -> QuerySet[ReservedSeat]:
    own = ReservedSeat.objects.filter(appointment=appointment_id, held_until__gt=now).order_by()
    seats = ReservedSeat.objects.select_related("reservation", "slot__site")
    return seats.filter(
        reservation__in=own.values("reservation"), reservation__account=account_id, held_until__gt=now
    ).order_by("pk")


def get_reservation_or_404(*, user: User, public_id: UUID) -> list[ReservedSeat]:
    """Return the seats of the account's own reservation, live or ended, in the order they were taken."""
    return _or_404(_seats(user.pk, public_id, kind=user.kind))


@compiled_query
def _seats(account_id: int, public_id: UUID, *, kind: str) -> QuerySet[ReservedSeat]:
    seats = _own_seats(build_reference(User, account_id, kind=kind)).filter(reservation__public_id=public_id)
    return seats.select_related(
        "reservation",
        "slot__site",
        "appointment__slot__site",
        "appointment__series__person__case__form_type__contact_route",
    )


def get_reservation_keys_or_404(*, user: User, public_id: UUID) -> list[ReservedSeat]:
    """Return the same seats with keys only, for a service that reads the rows again under its locks."""
    return _or_404(_keys_of_seats(user.pk, public_id, kind=user.kind))


@compiled_query
def _keys_of_seats(account_id: int, public_id: UUID, *, kind: str) -> QuerySet[ReservedSeat]:
    seats = _own_seats(build_reference(User, account_id, kind=kind)).filter(reservation__public_id=public_id)
    return seats.select_related("reservation", "appointment__series__person__case")


def _own_seats(user: User) -> QuerySet[ReservedSeat]:
    cases = Case.objects.for_account(user)
    seats = ReservedSeat.objects.filter(
        reservation__account=user, appointment__series__person__case__in=cases
    )
    return seats.order_by("pk")


def get_reschedule_or_404(*, user: User, public_id: UUID) -> list[Reschedule]:
    """Return a list of the one reschedule with this id, if the account may act on its case."""
    return _or_404(_reschedules(user.pk, public_id, kind=user.kind))


@compiled_query
def _reschedules(account_id: int, public_id: UUID, *, kind: str) -> QuerySet[Reschedule]:
    return _reschedules_with_places(build_reference(User, account_id, kind=kind)).filter(public_id=public_id)


def get_reschedules_of_reservation_or_404(*, user: User, public_id: UUID) -> list[Reschedule]:
    """Return the reschedules that a reservation made, in the order of its seats."""
    return _or_404(_reschedules_of_reservation(user.pk, public_id, kind=user.kind))


@compiled_query
def _reschedules_of_reservation(account_id: int, public_id: UUID, *, kind: str) -> QuerySet[Reschedule]:
    reschedules = _reschedules_with_places(build_reference(User, account_id, kind=kind)).order_by(
        "reserved_seat_id"
    )
    return reschedules.filter(reserved_seat__reservation__public_id=public_id)


def _reschedules_with_places(user: User) -> QuerySet[Reschedule]:
    return Reschedule.objects.for_account(user).select_related(
        "from_appointment__slot__site",
        "to_appointment__slot__site",
        "to_appointment__series__person__case__form_type__contact_route",
        "statement__reason",
    )


def list_notices(*, user: User, reschedules: Iterable[Reschedule]) -> list[Notice]:
    """Return the account's own notices of these reschedules."""
    return _notices(user.pk, tuple(reschedule.pk for reschedule in reschedules), kind=user.kind)


@compiled_query
def _notices(account_id: int, reschedule_ids: tuple[int, ...], *, kind: str) -> QuerySet[Notice]:
    return Notice.objects.for_account(build_reference(User, account_id, kind=kind)).filter(
        reschedule__in=reschedule_ids
    )


def _or_404(rows: list[Row]) -> list[Row]:
    if not rows:
        raise Http404
    return rows


def list_own_cases(*, user: User) -> CaseQuerySet:
    """Return the cases of the account with their form types, newest first."""
    return Case.objects.filter(requestor=user).select_related("form_type").order_by("-id")


def list_cases_without_appointment(*, user: User) -> CaseQuerySet:
    """Return the account's cases on which no one has a scheduled appointment, newest first."""
    scheduled = Appointment.objects.filter(
        series__person__case=OuterRef("pk"), status=Appointment.Status.SCHEDULED
    )
    return list_own_cases(user=user).filter(~Exists(scheduled))
