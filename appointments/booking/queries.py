"""The doors from (account, public id) to rows. What is not yours does not exist: 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_list_or_404

from accounts.models import Case, Representation, RepresentativeInvitation, User
from appointments.models import Appointment, Hold, Move, Notice, Site, Sitting, Slot
from portal.foundation.compiled_queries import prepared

Row_co = TypeVar("Row_co", covariant=True)


class Door(Protocol[Row_co]):
    """From an account and a public id to the one row, if the account may have it. Raises Http404."""

    def __call__(self, *, user: User, public_id: UUID) -> Row_co: ...


def door(rows_of: "Callable[[User], QuerySet[Any, Row_co]]") -> Door[Row_co]:
    """A door to the rows that the function gives an account, of which it knows the key and the kind alone."""

    @prepared
    def find(account_id: int, public_id: UUID, *, kind: str) -> "QuerySet[Any, Row_co]":
        return rows_of(User(pk=account_id, kind=kind)).filter(public_id=public_id)

    @wraps(rows_of)
    def get(*, user: User, public_id: UUID) -> Row_co:
        return _or_404(find.first(user.pk, public_id, kind=user.kind))

    return get


@door
def get_appointment(user: User) -> QuerySet[Appointment]:
    """An appointment on a case that the account may act on, with its story."""
    return Appointment.objects.for_account(user).with_story()


@door
def get_appointment_to_act(user: User) -> QuerySet[Appointment]:
    """The same door for a service that reads the row again under its locks: keys only."""
    return Appointment.objects.for_account(user).select_related("chain__person")


@door
def get_hold(user: User) -> QuerySet[Hold]:
    """The account's own hold, live or ended, on a case that it may still act on."""
    return _holds_with_story(user)


@door
def get_hold_to_act(user: User) -> QuerySet[Hold]:
    """The same door for a service that reads the row again under its locks: keys only."""
    return _own_holds(user).select_related("appointment__chain__person")


@door
def get_sitting(user: User) -> QuerySet[Sitting]:
    """The account's own sitting, open or finished. What it shows of appointments has doors of its own."""
    return Sitting.objects.filter(account=user)


@door
def get_case(user: User) -> QuerySet[Case]:
    """A case that the account may act on."""
    return Case.objects.for_account(user).select_related("form_type", "requestor")


@door
def get_household_case(user: User) -> QuerySet[Case]:
    """The same, where its people may be moved together: an adoption form."""
    return Case.objects.for_account(user).filter(form_type__is_adoption=True).select_related("form_type")


def get_household_holds(*, user: User, household: UUID) -> list[Hold]:
    """The account's own holds of one household, in the order of their keys. Raises Http404."""
    return get_list_or_404(_holds_with_story(user).order_by("pk"), household=household)


def get_household_moves(*, user: User, household: UUID) -> list[Move]:
    """The moves that a household's holds made, in the order of those. Raises Http404."""
    return get_list_or_404(_moves_with_story(user).order_by("hold_id"), hold__household=household)


@door
def get_move(user: User) -> QuerySet[Move]:
    """A move on a case that the account may act on."""
    return _moves_with_story(user)


@door
def get_notice(user: User) -> QuerySet[Notice]:
    """The account's own notice, while it may act on the case."""
    return Notice.objects.for_account(user).select_related("appointment", "move", "case")


def find_notice_of_move(*, user: User, move: Move) -> Notice | None:
    """What the account was told of a move."""
    return _notices_of_move.first(user.pk, move.pk, kind=user.kind)


@prepared
def _notices_of_move(account_id: int, move_id: int, *, kind: str) -> QuerySet[Notice]:
    return Notice.objects.for_account(User(pk=account_id, kind=kind)).filter(move=move_id)


@door
def get_own_case(user: User) -> QuerySet[Case]:
    """A case of the client's own: nobody who acts on it decides who else does."""
    return Case.objects.filter(requestor=user).select_related("form_type")


@door
def get_representation(user: User) -> QuerySet[Representation]:
    """A representation of the account, open or ended, as its client or its representative.

    To the client an unanswered invitation is an invitation only: see `get_invitation`.
    """
    as_client = Representation.objects.known_to_client().filter(case__requestor=user)
    return (as_client | Representation.objects.filter(representative=user)).select_related("case")


@door
def get_invitation(user: User) -> QuerySet[RepresentativeInvitation]:
    """An invitation to act on one of the client's own cases."""
    return RepresentativeInvitation.objects.filter(case__requestor=user).select_related("case")


@prepared
def _slots(public_id: UUID) -> QuerySet[Slot]:
    return Slot.objects.select_related("site").filter(public_id=public_id)


def get_slot(*, public_id: UUID) -> Slot:
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


def _own_holds(user: User) -> QuerySet[Hold]:
    return Hold.objects.filter(
        account=user, appointment__chain__person__case__in=Case.objects.for_account(user)
    )


def _holds_with_story(user: User) -> QuerySet[Hold]:
    return _own_holds(user).select_related(
        "slot__site",
        "appointment__slot__site",
        "appointment__chain__person__case__form_type__contact_route",
    )


def _moves_with_story(user: User) -> QuerySet[Move]:
    return Move.objects.for_account(user).select_related(
        "from_appointment__slot__site",
        "to_appointment__slot__site",
        "to_appointment__chain__person__case__form_type__contact_route",
        "statement__reason",
    )


def _or_404(row: Row_co | None) -> Row_co:
    if row is None:
        raise Http404
    return row
