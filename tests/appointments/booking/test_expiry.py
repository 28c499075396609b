"""The periodic task that expires holds: what it ends, what it leaves, and that it never waits."""

from datetime import timedelta

from appointments.booking import expiry
from appointments.booking.invariants import find_violations
from appointments.models import Heartbeat, Notice, Reservation, Slot
from portal.foundation.clock import database_now
from tests.factories.accounts import PersonFactory
from tests.factories.appointments import (
    AppointmentFactory,
    ReservedSeatFactory,
    SeriesFactory,
    SlotFactory,
)
from tests.support.races import locked_by_another


def test_expired_holds_free_their_seats_and_notify_their_holders(held, account, slot, shift_clock):
    shift_clock(timedelta(minutes=10))

    assert expiry.expire_overdue_holds() == 1

    held.refresh_from_db()
    assert held.state == Reservation.State.EXPIRED
    assert Slot.objects.get(pk=slot.pk).taken == 0
    assert account.notices.get().kind == Notice.Kind.HOLD_EXPIRED
    assert find_violations() == []


def test_a_second_sweep_finds_nothing(held, account, shift_clock):
    shift_clock(timedelta(minutes=10))
    expiry.expire_overdue_holds()

    assert expiry.expire_overdue_holds() == 0
    assert account.notices.count() == 1


def test_live_holds_and_ended_ones_are_left_alone(held, nothing_changes):
    with nothing_changes():
        assert expiry.expire_overdue_holds() == 0


def test_every_slot_is_swept_also_when_one_transaction_is_not_enough(appointment, monkeypatch):
    monkeypatch.setattr(expiry, "SLOTS_PER_TRANSACTION", 2)
    expired = [ReservedSeatFactory(slot=SlotFactory(), expired=True) for _ in range(5)]
    crowded = SlotFactory(capacity=3)
    for _ in range(3):
        ReservedSeatFactory(slot=crowded, expired=True)
        crowded.refresh_from_db()

    assert expiry.expire_overdue_holds() == len(expired) + 3

    assert not Reservation.objects.filter(state=Reservation.State.HELD).exists()
    assert find_violations() == []


def test_a_slot_that_someone_has_locked_is_left_for_the_next_sweep(committed_data):
    stuck, free = ReservedSeatFactory(expired=True), ReservedSeatFactory(expired=True)

    with locked_by_another(Slot.objects.filter(pk=stuck.slot_id)):
        assert expiry.expire_overdue_holds() == 1
        assert Reservation.objects.get(state=Reservation.State.HELD) == stuck.reservation
    assert Reservation.objects.get(pk=free.reservation_id).state == Reservation.State.EXPIRED
    assert expiry.expire_overdue_holds() == 1


def test_a_reservation_that_another_act_expires_at_this_moment_is_left_to_it(committed_data):
    """Two seats on two slots: a transaction with the lock of one slot may also lock the reservation."""
    seat = ReservedSeatFactory(expired=True)
    other = PersonFactory(case=seat.appointment.series.person.case)
    ReservedSeatFactory(
        reservation=seat.reservation,
        appointment=AppointmentFactory(series=SeriesFactory(person=other)),
        slot=SlotFactory(site=seat.slot.site),
    )

    with locked_by_another(Reservation.objects.filter(pk=seat.reservation_id)):
        assert expiry.expire_overdue_holds() == 0
    assert expiry.expire_overdue_holds() == 2


def test_a_scheduled_appointment_keeps_its_seat_next_to_an_expired_hold(appointment):
    slot = SlotFactory(capacity=2)
    AppointmentFactory(slot=slot)
    ReservedSeatFactory(slot=slot, expired=True)

    expiry.expire_overdue_holds()

    assert Slot.objects.get(pk=slot.pk).taken == 1


def test_the_heartbeat_is_one_row_that_is_renewed(appointment, shift_clock):
    expiry.record_heartbeat("beat")
    shift_clock(timedelta(minutes=1))
    expiry.record_heartbeat("beat")

    assert Heartbeat.objects.get().beat_at > database_now() - timedelta(seconds=30)
