"""The sweep of lapsed holds: what it ends, what it leaves, and that it never waits."""

from datetime import timedelta

from appointments.booking import expiry
from appointments.booking.invariants import find_violations
from appointments.models import Heartbeat, Hold, Notice, Slot
from portal.foundation.clock import database_now
from tests.factories.appointments import AppointmentFactory, HoldFactory, SlotFactory
from tests.races import locked_by_another


def test_expired_holds_end_their_seats_are_free_and_their_holders_told(held, account, slot, shift_clock):
    shift_clock(timedelta(minutes=10))

    assert expiry.expire_overdue_holds() == 1

    held.refresh_from_db()
    assert held.state == Hold.State.EXPIRED
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
    expired = [HoldFactory(slot=SlotFactory(), expired=True) for _ in range(5)]
    crowded = SlotFactory(capacity=3)
    for _ in range(3):
        HoldFactory(slot=crowded, expired=True)
        crowded.refresh_from_db()

    assert expiry.expire_overdue_holds() == len(expired) + 3

    assert not Hold.objects.filter(state=Hold.State.HELD).exists()
    assert find_violations() == []


def test_a_slot_that_someone_has_locked_is_left_for_the_next_sweep(committed_data):
    stuck, free = HoldFactory(expired=True), HoldFactory(expired=True)

    with locked_by_another(Slot.objects.filter(pk=stuck.slot_id)):
        assert expiry.expire_overdue_holds() == 1
        assert Hold.objects.get(state=Hold.State.HELD) == stuck
    assert Hold.objects.get(pk=free.pk).state == Hold.State.EXPIRED
    assert expiry.expire_overdue_holds() == 1


def test_a_scheduled_appointment_keeps_its_seat_beside_a_expired_hold(appointment):
    slot = SlotFactory(capacity=2)
    AppointmentFactory(slot=slot)
    HoldFactory(slot=slot, expired=True)

    expiry.expire_overdue_holds()

    assert Slot.objects.get(pk=slot.pk).taken == 1


def test_the_heartbeat_is_one_row_that_is_renewed(appointment, shift_clock):
    expiry.record_heartbeat("beat")
    shift_clock(timedelta(minutes=1))
    expiry.record_heartbeat("beat")

    assert Heartbeat.objects.get().beat_at > database_now() - timedelta(seconds=30)
