"""Reschedule several appointments at once: add items, state reasons, hold times, confirm each by itself."""

import contextlib
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from appointments.booking import locks, reservations
from appointments.booking.errors import (
    HoldEnded,
    NotYours,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyItems,
)
from appointments.booking.reschedules import GoodCause
from appointments.caseload.facts import BulkItemState
from appointments.caseload.queries.bulk_reschedules import get_bulk_state, list_own_seats
from appointments.models import Appointment, BulkItem, BulkReschedule, ReservedSeat
from appointments.reschedule import services as reschedule
from portal.foundation.clock import DatabaseNow
from portal.foundation.transactions import Busy, in_durable_transaction

MAX_ITEMS = 20
_NOT_RESCHEDULED: dict[type[Exception], BulkItem.Outcome] = {
    Refused: BulkItem.Outcome.REFUSED,
    HoldEnded: BulkItem.Outcome.HOLD_ENDED,
    SeatRefused: BulkItem.Outcome.SEAT_REFUSED,
    ReasonMissing: BulkItem.Outcome.NO_REASON,
    NotYours: BulkItem.Outcome.NOT_YOURS,
    Busy: BulkItem.Outcome.BUSY,
}


@in_durable_transaction
def add(*, account: User, appointments: Sequence[Appointment]) -> BulkReschedule:
    """Add appointments to the account's open bulk reschedule, and start one if there is none.

    Appointments that are already in it stay once. An item whose representation had ended is added again if
    the account may act on it now. Appointments that the account may not act on are left out.
    Locks: account, authority over every case (share).
    Raises: NotYours if no appointment is left, TooManyItems above MAX_ITEMS; then nothing was changed.
    """
    locks.lock_account(account)
    locks.share_authorities(account=account, case_ids={row.person.case_id for row in appointments})
    mine = Appointment.objects.for_account(account).filter(pk__in=[row.pk for row in appointments])
    proven = set(mine.values_list("pk", flat=True))
    appointments = [row for row in appointments if row.pk in proven]
    if not appointments:
        raise NotYours
    bulk = BulkReschedule.objects.filter(account=account, finished_at=None).first()
    bulk = bulk or BulkReschedule.objects.create(account=account)
    gone = Q(outcome=BulkItem.Outcome.NOT_YOURS)
    present = set(bulk.items.exclude(gone).values_list("appointment_id", flat=True))
    new = [appointment for appointment in appointments if appointment.pk not in present]
    if len(present) + len(new) > MAX_ITEMS:
        raise TooManyItems(MAX_ITEMS)
    bulk.items.filter(gone, appointment__in=proven).delete()
    BulkItem.objects.bulk_create(BulkItem(bulk=bulk, appointment=appointment) for appointment in new)
    return bulk


def remove_items(*, account: User, bulk: BulkReschedule, appointment_ids: Collection[int]) -> None:
    """Remove appointments from an open bulk reschedule and release their held seats. Keeps the reasons."""
    for seat in list_own_seats(account, appointment_ids).filter(held_until__isnull=False):
        reservations.release(account=account, seats_held=[seat])
    BulkItem.objects.filter(bulk=bulk, bulk__finished_at=None, appointment_id__in=appointment_ids).delete()


def state_reasons(*, account: User, causes: Iterable[tuple[Appointment, GoodCause]]) -> None:
    """Save a reason for each appointment. Skips appointments that can no longer be rescheduled."""
    for appointment, cause in causes:
        with contextlib.suppress(NotYours, Refused):
            reschedule.state_reason(
                account=account,
                appointments=[appointment],
                reason=cause.reason,
                explanation=cause.explanation,
            )


def extend_all(*, account: User, bulk: BulkReschedule) -> None:
    """Extend every live hold, each up to its own latest end."""
    keys = bulk.items.values_list("appointment_id", flat=True)
    for seat in list_own_seats(account, keys).filter(held_until__isnull=False):
        with contextlib.suppress(HoldEnded):
            reservations.extend(account=account, seats_held=[seat])


def confirm_all(*, account: User, bulk: BulkReschedule, reservation_ids: Collection[UUID]) -> None:
    """Confirm each of these reservations in its own transaction, and record the outcome of every item.

    One refusal does not stop the others. Items without one of these reservations are not rescheduled.
    Confirming the same reservations again, or twice at once, gives the same reschedules and outcomes.
    """
    items = get_bulk_state(account=account, bulk=bulk).items
    own = list_own_seats(account, [row.item.appointment_id for row in items])
    wanted = own.filter(reservation__public_id__in=reservation_ids)
    held = {row.appointment_id: row for row in wanted}
    for row in items:
        seat = held.get(row.item.appointment_id)
        outcome = _outcome_without_seat(row) if seat is None else _confirm_one(account, seat)
        # A second click that comes late must not overwrite the outcome of an item that was rescheduled.
        BulkItem.objects.filter(pk=row.item.pk).exclude(outcome=BulkItem.Outcome.RESCHEDULED).update(
            outcome=outcome
        )
    BulkReschedule.objects.filter(pk=bulk.pk, finished_at=None).update(finished_at=DatabaseNow())


def _confirm_one(account: User, seat: ReservedSeat) -> BulkItem.Outcome:
    try:
        reschedule.confirm_reservation(account=account, seats_held=[seat])
    except tuple(_NOT_RESCHEDULED) as error:
        return _NOT_RESCHEDULED[type(error)]
    return BulkItem.Outcome.RESCHEDULED


def _outcome_without_seat(row: BulkItemState) -> BulkItem.Outcome:
    if row.appointment is None:
        return BulkItem.Outcome.NOT_YOURS
    if not row.can_be_rescheduled:
        return BulkItem.Outcome.REFUSED
    return BulkItem.Outcome.NO_REASON if row.draft is None else BulkItem.Outcome.NO_TIME
