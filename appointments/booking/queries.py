"""The doors from (account, public id) to rows. What is not yours does not exist: 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from appointments.models import Appointment, Site, Slot
from portal.foundation.compiled_queries import build_reference, compiled_query

Row_co = TypeVar("Row_co", covariant=True)


class GetOr404(Protocol[Row_co]):
    """From an account and a public id to the one row, if the account may have it. Raises Http404."""

    def __call__(self, *, user: User, public_id: UUID) -> Row_co: ...


def or_404(rows_of: "Callable[[User], QuerySet[Any, Row_co]]") -> GetOr404[Row_co]:
    """A door to the rows that the function gives an account, of which it knows the key and the kind alone."""

    @compiled_query
    def find(account_id: int, public_id: UUID, *, kind: str) -> "QuerySet[Any, Row_co]":
        return rows_of(build_reference(User, account_id, kind=kind)).filter(public_id=public_id)

    @wraps(rows_of)
    def get(*, user: User, public_id: UUID) -> Row_co:
        return _or_404(find.first(user.pk, public_id, kind=user.kind))

    return get


@or_404
def get_appointment_or_404(user: User) -> QuerySet[Appointment]:
    """An appointment on a case that the account may act on, with its story."""
    return Appointment.objects.for_account(user).with_display_relations()


@compiled_query
def _slots(public_id: UUID) -> QuerySet[Slot]:
    return Slot.objects.select_related("site").filter(public_id=public_id)


def get_slot_or_404(*, public_id: UUID) -> Slot:
    """Slots are public; whether one may be held is the service's to say. Raises Http404."""
    return _or_404(_slots.first(public_id))


def find_slot(*, public_id: UUID) -> Slot | None:
    """The same for staff, who are led back to the times where there is none."""
    return _slots.first(public_id)


def get_site(*, public_id: UUID) -> Site:
    """Sites are public. Raises Http404."""
    return _or_404(Site.objects.filter(public_id=public_id).first())


def find_site(*, public_id: UUID | None, present: Site) -> Site:
    """The site that a search names; the present one where it names none, or none that exists."""
    if public_id is None or public_id == present.public_id:
        return present
    return Site.objects.filter(public_id=public_id).first() or present


def _or_404(row: Row_co | None) -> Row_co:
    if row is None:
        raise Http404
    return row
