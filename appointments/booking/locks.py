"""The lock order: account → case, representation, profile (share) → series → slots by id → reservations.

Every service locks through these functions and in this order, so that two transactions never deadlock.
All locks end with the transaction.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Case, Representation, User
from appointments.booking.errors import NotYours
from appointments.models import Appointment, AppointmentSeries, ReservedSeat, Slot
from portal.foundation.compiled_queries import compiled_query

SHARE_CASES = "SELECT FROM accounts_case WHERE id = ANY(%s) ORDER BY id FOR SHARE"


def lock_account(account: User) -> None:
    """Lock the account, so that counts of its rows stay exact until the transaction ends."""
    _account.get(account.pk)


@compiled_query
def _account(account_id: int) -> QuerySet[User]:
    return User.objects.select_for_update(no_key=True).only("pk").filter(pk=account_id)


def share_authority(*, account: User, case_id: int) -> None:
    """Lock the account's authority over one case (share): see `share_authorities`."""
    share_authorities(account=account, case_ids=[case_id])


def share_authorities(*, account: User, case_ids: Iterable[int]) -> None:
    """Lock the rows that give the account its authority over these cases (share), in the order of their keys.

    The rows are each case and, for a representative, the representation and the representative profile. To
    unlink or close a case, revoke a representation or end a verification, another transaction has to wait, or
    this one waits for it. Does not check the authority: see `check_authority`.
    """
    with connection.cursor() as cursor:
        if account.is_representative:
            cursor.execute(
                "SELECT FROM accounts_case own_case"
                " JOIN accounts_representation representation ON representation.case_id = own_case.id"
                " JOIN accounts_representativeprofile profile"
                " ON profile.user_id = representation.representative_id"
                " WHERE own_case.id = ANY(%s) AND representation.representative_id = %s"
                " AND representation.status = 'in_force'"
                " ORDER BY own_case.id FOR SHARE OF own_case, representation, profile",
                [list(set(case_ids)), account.pk],
            )
        else:
            cursor.execute(SHARE_CASES, [list(set(case_ids))])


def share_case(case_id: int) -> None:
    """Lock the case (share) for staff, so that no one unlinks or closes it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE_CASES, [[case_id]])


def check_authority(*, account: User, case: Case) -> Representation | None:
    """Return the representation that lets the account act on the case; None for its requestor.

    Call this last, with the case as read under all locks: an accreditation may end at midnight while the
    transaction waits for them.
    Raises: NotYours if the account has no authority any more.
    """
    if not account.is_representative:
        if case.requestor_id != account.pk:
            raise NotYours
        return None
    representation = _in_force.first(case.pk, account.pk)
    if representation is None:
        raise NotYours
    return representation


@compiled_query
def _in_force(case_id: int, account_id: int) -> QuerySet[Representation]:
    return Representation.objects.in_force().filter(case=case_id, representative=account_id)


def lock_case(case_id: int) -> None:
    """Lock the case, so that no one unlinks or closes it or acts on it until the transaction ends."""
    Case.objects.select_for_update(no_key=True).only("pk").get(pk=case_id)


def lock_open_representations(case_id: int) -> list[Representation]:
    """Lock and return the case's open representations with both sides, in the order of their keys.

    Lock the case first. An act under one of them then ends before this lock, or sees the rows as this
    transaction leaves them.
    """
    rows = Representation.objects.select_for_update(no_key=True, of=("self",)).open()
    return list(
        rows.select_related("case__requestor", "representative").filter(case_id=case_id).order_by("pk")
    )


def lock_series_of_case(case_id: int) -> list[int]:
    """Lock the series of everyone on the case in the order of their keys, and return the keys."""
    all_series = AppointmentSeries.objects.select_for_update(no_key=True, of=("self",)).filter(
        person__case_id=case_id
    )
    return [series.pk for series in all_series.only("pk").order_by("pk")]


def lock_series(series_id: int) -> None:
    """Lock the series, so that no one else reschedules, holds a time for, or closes its appointment."""
    lock_all_series([series_id])


def lock_all_series(series_ids: Iterable[int]) -> None:
    """Lock the series of several people of one case, in the order of their keys."""
    _series(tuple(set(series_ids)))


@compiled_query
def _series(series_ids: tuple[int, ...]) -> QuerySet[AppointmentSeries]:
    all_series = AppointmentSeries.objects.select_for_update(no_key=True).only("pk")
    return all_series.filter(pk__in=series_ids).order_by("pk")


def lock_slots(*, slot_ids: Iterable[int], skip_locked: bool = False) -> dict[int, Slot]:
    """Lock the slots in the order of their keys, and return them by key as they are under the lock.

    With `skip_locked`, leave out the slots that another transaction has locked.
    """
    return {slot.pk: slot for slot in _slots(tuple(set(slot_ids)), skip_locked=skip_locked)}


@compiled_query
def _slots(slot_ids: tuple[int, ...], *, skip_locked: bool) -> QuerySet[Slot]:
    return (
        Slot.objects.select_for_update(no_key=True, of=("self",), skip_locked=skip_locked)
        .select_related("site")
        .filter(pk__in=slot_ids)
        .order_by("pk")
    )


DISPLAY_RELATIONS = (
    "slot__site",
    "series__person__case__form_type__contact_route",
    "series__person__case__requestor",
)


def lock_reservation(reservation_id: int) -> list[ReservedSeat]:
    """Lock a reservation and its seats. Lock the slots of all its seats first.

    Returns the seats in the order in which they were taken, each with its appointment and case as they are
    under the series lock. Under the slot locks no one else changes these rows.
    """
    return _reserved_seats(reservation_id)


@compiled_query
def _reserved_seats(reservation_id: int) -> QuerySet[ReservedSeat]:
    seats = ReservedSeat.objects.select_for_update(no_key=True, of=("self", "reservation"))
    relations = (f"appointment__{name}" for name in DISPLAY_RELATIONS)
    return seats.select_related("reservation", *relations).filter(reservation=reservation_id).order_by("pk")


def get_locked_appointment(appointment_id: int) -> Appointment:
    """Return the appointment with its case, as it is under the series lock."""
    return _appointments.get((appointment_id,))


def get_locked_appointments(appointment_ids: Iterable[int]) -> list[Appointment]:
    """Return the appointments of several people of one case, in the order of their keys."""
    return _appointments(tuple(set(appointment_ids)))


@compiled_query
def _appointments(appointment_ids: tuple[int, ...]) -> QuerySet[Appointment]:
    return (
        Appointment.objects.select_related(*DISPLAY_RELATIONS).filter(pk__in=appointment_ids).order_by("pk")
    )
