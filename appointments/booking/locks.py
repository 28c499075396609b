"""The one lock order: account → case, representation, standing (share) → chain → slots by id → reservations.

Every service locks through these functions and in this order, so two acts never wait for each other
in a circle. All locks end with the transaction.
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
    """Makes the account's counts exact until the transaction ends."""
    _account.get(account.pk)


@compiled_query
def _account(account_id: int) -> QuerySet[User]:
    return User.objects.select_for_update(no_key=True).only("pk").filter(pk=account_id)


def share_authority(*, account: User, case_id: int) -> None:
    """As `share_authorities` for one case."""
    share_authorities(account=account, case_ids=[case_id])


def share_authorities(*, account: User, case_ids: Iterable[int]) -> None:
    """Whatever gives the account its authority over these cases stays as it is until the transaction ends.

    Each case is share-locked, in the order of their keys, and a representative's representation and
    application: detaching, closing, revoking and taking the verification back wait for us or we for them.
    Proves nothing yet; see `check_authority`.
    """
    with connection.cursor() as cursor:
        if account.is_representative:
            cursor.execute(
                "SELECT FROM accounts_case own_case"
                " JOIN accounts_representation acts_for ON acts_for.case_id = own_case.id"
                " JOIN accounts_representativeprofile scheduled"
                " ON scheduled.user_id = acts_for.representative_id"
                " WHERE own_case.id = ANY(%s) AND acts_for.representative_id = %s"
                " AND acts_for.status = 'in_force'"
                " ORDER BY own_case.id FOR SHARE OF own_case, acts_for, scheduled",
                [list(set(case_ids)), account.pk],
            )
        else:
            cursor.execute(SHARE_CASES, [list(set(case_ids))])


def share_case(case_id: int) -> None:
    """For staff, whose authority is no row: detaching and closing the case wait for us or we for them."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE_CASES, [[case_id]])


def check_authority(*, account: User, case: Case) -> Representation | None:
    """The representation under which the account acts on the case; None for its requestor.

    Ask last, when every lock is held and with the case as read under them: an accreditation may end
    at midnight while we wait. Raises NotYours when the authority is gone.
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
    """From here on nobody detaches or closes the case, and nobody who needs authority over it acts."""
    Case.objects.select_for_update(no_key=True).only("pk").get(pk=case_id)


def lock_open_representations(case_id: int) -> list[Representation]:
    """The case's open representations with both sides, locked in the order of their keys.

    After the case: whoever acts under one of them ends first, or finds it as we leave it.
    """
    rows = Representation.objects.select_for_update(no_key=True, of=("self",)).open()
    return list(
        rows.select_related("case__requestor", "representative").filter(case_id=case_id).order_by("pk")
    )


def lock_series_of_case(case_id: int) -> list[int]:
    """Locks the chains of everyone on the case in the order of their keys; returns the keys."""
    series_list = AppointmentSeries.objects.select_for_update(no_key=True, of=("self",)).filter(
        person__case_id=case_id
    )
    return [series.pk for series in series_list.only("pk").order_by("pk")]


def lock_series(series_id: int) -> None:
    """From here on nobody else moves, reserves for, or closes this chain's appointment."""
    lock_series_list([series_id])


def lock_series_list(series_ids: Iterable[int]) -> None:
    """As `lock_series` for several people of one case, in the order of their keys."""
    _chains(tuple(set(series_ids)))


@compiled_query
def _chains(series_ids: tuple[int, ...]) -> QuerySet[AppointmentSeries]:
    series_list = AppointmentSeries.objects.select_for_update(no_key=True).only("pk")
    return series_list.filter(pk__in=series_ids).order_by("pk")


def lock_slots(slot_ids: Iterable[int], *, skip_locked: bool = False) -> dict[int, Slot]:
    """The slots, locked in the order of their keys, as they are now that nobody else changes them.

    With `skip_locked`, without those that someone else has locked at this moment.
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
    """Lock a reservation and its seats; only ever after the slots of all its seats.

    Returns the seats in the order in which they were taken, each with its appointment and case as they are
    under the chain's lock. Under the slots' locks no one else changes these rows.
    """
    return _reserved_seats(reservation_id)


@compiled_query
def _reserved_seats(reservation_id: int) -> QuerySet[ReservedSeat]:
    seats = ReservedSeat.objects.select_for_update(no_key=True, of=("self", "reservation"))
    view = (f"appointment__{row}" for row in DISPLAY_RELATIONS)
    return seats.select_related("reservation", *view).filter(reservation=reservation_id).order_by("pk")


def get_locked_appointment(appointment_id: int) -> Appointment:
    """The appointment with its case, as it is under the chain's lock."""
    return _appointments.get((appointment_id,))


def get_locked_appointments(appointment_ids: Iterable[int]) -> list[Appointment]:
    """As `get_locked_appointment` for several people of one case, in the order of their keys."""
    return _appointments(tuple(set(appointment_ids)))


@compiled_query
def _appointments(appointment_ids: tuple[int, ...]) -> QuerySet[Appointment]:
    return (
        Appointment.objects.select_related(*DISPLAY_RELATIONS).filter(pk__in=appointment_ids).order_by("pk")
    )
