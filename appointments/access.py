"""The doors from (account, public id) to rows. What is not yours does not exist: 404."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.shortcuts import get_list_or_404, get_object_or_404

from accounts.models import Case, Representation, RepresentativeInvitation, User
from appointments.models import Appointment, Hold, Move, Notice, Site, Sitting, Slot

Row = TypeVar("Row", bound=Model)


def get_appointment(*, user: User, public_id: UUID) -> Appointment:
    """An appointment on a case that the account may act on, with its story. Raises Http404."""
    return _one(Appointment.objects.for_account(user).with_story(), public_id)


def get_appointment_to_act(*, user: User, public_id: UUID) -> Appointment:
    """The same door for a service that reads the row again under its locks: keys only. Raises Http404."""
    return _one(Appointment.objects.for_account(user).select_related("chain__person"), public_id)


def get_hold(*, user: User, public_id: UUID) -> Hold:
    """The account's own hold, live or ended, on a case that it may still act on. Raises Http404."""
    return _one(
        _own_holds(user).select_related(
            "slot__site",
            "appointment__slot__site",
            "appointment__chain__person__case__form_type__contact_route",
        ),
        public_id,
    )


def get_hold_to_act(*, user: User, public_id: UUID) -> Hold:
    """The same door for a service that reads the row again under its locks: keys only. Raises Http404."""
    return _one(_own_holds(user).select_related("appointment__chain__person"), public_id)


def get_sitting(*, user: User, public_id: UUID) -> Sitting:
    """The account's own sitting, open or finished. What it shows of appointments has doors of its own.

    Raises Http404.
    """
    return _one(Sitting.objects.filter(account=user), public_id)


def get_case(*, user: User, public_id: UUID) -> Case:
    """A case that the account may act on. Raises Http404."""
    return _one(Case.objects.for_account(user).select_related("form_type", "requestor"), public_id)


def get_household_case(*, user: User, public_id: UUID) -> Case:
    """The same, where its people may be moved together: an adoption form. Raises Http404."""
    cases = Case.objects.for_account(user).filter(form_type__is_adoption=True)
    return _one(cases.select_related("form_type"), public_id)


def get_household_holds(*, user: User, household: UUID) -> list[Hold]:
    """The account's own holds of one household, in the order of their keys. Raises Http404."""
    holds = _own_holds(user).select_related(
        "slot__site",
        "appointment__slot__site",
        "appointment__chain__person__case__form_type__contact_route",
    )
    return get_list_or_404(holds.order_by("pk"), household=household)


def get_household_moves(*, user: User, household: UUID) -> list[Move]:
    """The moves that a household's holds made, in the order of those. Raises Http404."""
    return get_list_or_404(_moves_with_story(user).order_by("hold_id"), hold__household=household)


def get_move(*, user: User, public_id: UUID) -> Move:
    """A move on a case that the account may act on. Raises Http404."""
    return _one(_moves_with_story(user), public_id)


def get_notice(*, user: User, public_id: UUID) -> Notice:
    """The account's own notice, while it may act on the case. Raises Http404."""
    return _one(Notice.objects.for_account(user).select_related("appointment", "move", "case"), public_id)


def get_own_case(*, user: User, public_id: UUID) -> Case:
    """A case of the client's own: nobody who acts on it decides who else does. Raises Http404."""
    return _one(Case.objects.filter(requestor=user).select_related("form_type"), public_id)


def get_representation(*, user: User, public_id: UUID) -> Representation:
    """A representation of the account, open or ended, as its client or its representative. Raises Http404.

    To the client an unanswered invitation is an invitation only: see `get_invitation`.
    """
    as_client = Representation.objects.known_to_client().filter(case__requestor=user)
    own = as_client | Representation.objects.filter(representative=user)
    return _one(own.select_related("case"), public_id)


def get_invitation(*, user: User, public_id: UUID) -> RepresentativeInvitation:
    """An invitation to act on one of the client's own cases. Raises Http404."""
    own = RepresentativeInvitation.objects.filter(case__requestor=user)
    return _one(own.select_related("case"), public_id)


def get_slot(*, public_id: UUID) -> Slot:
    """Slots are public; whether one may be held is the service's to say. Raises Http404."""
    return _one(Slot.objects.select_related("site"), public_id)


def find_slot(*, public_id: UUID) -> Slot | None:
    """The same for staff, who are led back to the times where there is none."""
    return Slot.objects.select_related("site").filter(public_id=public_id).first()


def get_site(*, public_id: UUID) -> Site:
    """Sites are public. Raises Http404."""
    return _one(Site.objects.all(), public_id)


def find_site(*, public_id: UUID | None, present: Site) -> Site:
    """The site that a search names; the present one where it names none, or none that exists."""
    if public_id is None or public_id == present.public_id:
        return present
    return Site.objects.filter(public_id=public_id).first() or present


def _own_holds(user: User) -> QuerySet[Hold]:
    return Hold.objects.filter(
        account=user, appointment__chain__person__case__in=Case.objects.for_account(user)
    )


def _moves_with_story(user: User) -> QuerySet[Move]:
    return Move.objects.for_account(user).select_related(
        "from_appointment__slot__site",
        "to_appointment__slot__site",
        "to_appointment__chain__person__case__form_type__contact_route",
        "statement__reason",
    )


def _one(rows: QuerySet[Row], public_id: UUID) -> Row:
    return get_object_or_404(rows, public_id=public_id)
