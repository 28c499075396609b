"""Call the reservation services from tests: for one person, or for several with `_together`."""

import threading
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from appointments.booking import locks, reservations
from appointments.models import Reschedule, Reservation, ReservedSeat
from appointments.reschedule import services

_here = threading.local()


@contextmanager
def tried_once():
    """Run services in the caller’s transaction, without the retries that would hide a deadlock."""
    _here.is_tried_once = True
    try:
        yield
    finally:
        _here.is_tried_once = False


def _run(service, **wanted):
    act = service.__wrapped__ if getattr(_here, "is_tried_once", False) else service
    return act(**wanted)


def state_reason(*, account, appointment, reason, explanation):
    [draft] = _run(
        services.state_reason,
        account=account,
        appointments=[appointment],
        reason=reason,
        explanation=explanation,
    )
    return draft


def hold(*, account, appointment, slot) -> Reservation:
    return hold_together(account=account, appointments=[appointment], first=slot)


def hold_together(*, account, appointments, first) -> Reservation:
    return _run(reservations.hold, account=account, appointments=appointments, first=first)[0].reservation


def extend(*, account, reservation) -> Reservation:
    return _run(reservations.extend, account=account, seats_held=seats_of(reservation))


def release(*, account, reservation) -> None:
    _run(reservations.release, account=account, seats_held=seats_of(reservation))


def confirm(*, account, reservation) -> Reschedule:
    [reschedule] = confirm_together(account=account, reservation=reservation)
    return reschedule


def confirm_together(*, account, reservation) -> list[Reschedule]:
    return _run(services.confirm_reservation, account=account, seats_held=seats_of(reservation))


def seats_of(reservation) -> list[ReservedSeat]:
    """Return the seats as a view reads them."""
    return list(
        reservation.seats.select_related("reservation", "slot__site", "appointment__series__person__case")
    )


def seat_of(reservation) -> ReservedSeat:
    """Return the only seat."""
    [seat] = seats_of(reservation)
    return seat


def keep_until(reservation, instant) -> None:
    """Hold its seats until that instant, as if the reservation had been made at another time."""
    rows = Reservation.objects.filter(pk=reservation.pk, state=Reservation.State.HELD)
    rows.update(expires_at=instant, ceiling_at=Greatest("ceiling_at", Value(instant)))
    ReservedSeat.objects.filter(reservation=reservation.pk, held_until__isnull=False).update(
        held_until=instant
    )


def run_out(reservation) -> None:
    """Let the reservation expire now, without shifting the clock."""
    with transaction.atomic():
        locks.lock_slots(slot_ids=(seat.slot_id for seat in seats_of(reservation)))
        keep_until(reservation, reservation.made_at)
