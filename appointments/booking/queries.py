"""Get rows by account and public id. A row that the account may not see answers with 404."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from appointments.models import Appointment, Site, Slot
from portal.foundation.compiled_queries import build_reference, compiled_query

Row_co = TypeVar("Row_co", covariant=True)

# Two appointments at different sites this close together are hard to keep.
NEAR = timedelta(hours=4)


class GetOr404(Protocol[Row_co]):
    """Return the row with this public id if the account may see it. Raises Http404 otherwise."""

    def __call__(self, *, user: User, public_id: UUID) -> Row_co: ...


def or_404(rows_of: "Callable[[User], QuerySet[Any, Row_co]]") -> GetOr404[Row_co]:
    """Turn a function that lists an account's rows into one that gets one row or raises Http404.

    The function may only use the key and the kind of the account.
    """

    @compiled_query
    def find(account_id: int, public_id: UUID, *, kind: str) -> "QuerySet[Any, Row_co]":
        return rows_of(build_reference(User, account_id, kind=kind)).filter(public_id=public_id)

    @wraps(rows_of)
    def get(*, user: User, public_id: UUID) -> Row_co:
        return _or_404(find.first(user.pk, public_id, kind=user.kind))

    return get


@or_404
def get_appointment_or_404(user: User) -> QuerySet[Appointment]:
    """Return an appointment on a case that the account may act on, with its display relations."""
    return Appointment.objects.for_account(user).with_display_relations()


@compiled_query
def _slots(public_id: UUID) -> QuerySet[Slot]:
    return Slot.objects.select_related("site").filter(public_id=public_id)


def get_slot_or_404(*, public_id: UUID) -> Slot:
    """Return the slot, which every account may see. Raises Http404.

    The service checks whether the slot can be held.
    """
    return _or_404(_slots.first(public_id))


def find_slot(*, public_id: UUID) -> Slot | None:
    """Return the slot, or None. Staff pages then show the times again."""
    return _slots.first(public_id)


def find_appointments_elsewhere(
    *, account: User, slots: Sequence[Slot], moving: Iterable[Appointment]
) -> list[Appointment]:
    """Return the requestor's other scheduled appointments within hours of these slots, at another site.

    `moving` are left out. A representative does not come to the appointments of clients: none. One statement.
    """
    if account.is_representative:
        return []
    starts = [slot.starts_at for slot in slots]
    moved = {appointment.pk for appointment in moving}
    near = _scheduled_elsewhere(account.pk, min(starts) - NEAR, max(starts) + NEAR, slots[0].site_id)
    return [appointment for appointment in near if appointment.pk not in moved]


@compiled_query
def _scheduled_elsewhere(
    account_id: int, first: datetime, last: datetime, site_id: int
) -> QuerySet[Appointment]:
    rows = Appointment.objects.filter(
        ~Q(slot__site=site_id),
        series__person__case__requestor=account_id,
        status=Appointment.Status.SCHEDULED,
        slot__starts_at__gt=first,
        slot__starts_at__lt=last,
    )
    return rows.select_related("slot__site").order_by("slot__starts_at", "pk")


def find_site(*, public_id: UUID | None, current: Site) -> Site:
    """Return the site with this id, or the current site if there is no id or no such site."""
    if public_id is None or public_id == current.public_id:
        return current
    return Site.objects.filter(public_id=public_id).first() or current


def _or_404(row: Row_co | None) -> Row_co:
    if row is None:
        raise Http404
    return row
