"""Two acts that meet at one exact point, which the test controls with locks, gates and a shifted clock."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from accounts.models import Representation
from appointments.booking import expiry, locks, reservations, seats
from appointments.booking.errors import HoldEnded, NotYours, SeatRefused
from appointments.booking.invariants import find_violations
from appointments.models import AppointmentSeries, Reschedule, Reservation, Slot
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, RepresentationFactory
from tests.factories.crowds import make_crowd, make_slots
from tests.factories.policy import reason
from tests.support.races import Gate, Started, gate_before, locked_by_another
from tests.support.without_locks import take_row_locks_away

pytestmark = pytest.mark.usefixtures("committed_data")

PAST_THE_HOLD = timedelta(minutes=11)


@pytest.fixture
def client():
    return make_crowd(1)[0]


@pytest.fixture
def held(client):
    [slot] = make_slots(1)
    return acts.hold(account=client.account, appointment=client.appointment, slot=slot)


ROWS_THAT_CONFIRM_LOCKS = {
    "series": lambda held: AppointmentSeries.objects.filter(pk=acts.seat_of(held).appointment.series_id),
    "present slot": lambda held: Slot.objects.filter(pk=acts.seat_of(held).appointment.slot_id),
    "new slot": lambda held: Slot.objects.filter(pk=acts.seat_of(held).slot_id),
    "reservation": lambda held: Reservation.objects.filter(pk=held.pk),
}


def confirm_while_the_hold_expires(client, held, rows, shift_clock):
    with locked_by_another(rows(held)):
        confirming = Started(partial(acts.confirm, account=client.account, reservation=held))
        confirming.until_it_waits_for_a_lock()
        shift_clock(PAST_THE_HOLD)
    return confirming.outcome()


@pytest.mark.parametrize("rows", ROWS_THAT_CONFIRM_LOCKS.values(), ids=ROWS_THAT_CONFIRM_LOCKS)
def test_a_hold_that_expires_while_its_confirmation_waits_never_confirms(client, held, rows, shift_clock):
    outcome = confirm_while_the_hold_expires(client, held, rows, shift_clock)

    assert isinstance(outcome.error, HoldEnded)
    assert not Reschedule.objects.exists()
    assert find_violations() == []


def test_control_a_clock_read_before_the_locks_confirms_an_expired_hold(
    client, held, shift_clock, monkeypatch
):
    early = get_rules(form_type_ids=[client.appointment.series.person.case.form_type_id])
    monkeypatch.setattr(reservations, "get_rules", lambda **_: early)

    outcome = confirm_while_the_hold_expires(client, held, ROWS_THAT_CONFIRM_LOCKS["series"], shift_clock)

    assert outcome.error is None
    assert database_now() > Reservation.objects.get().expires_at


def confirm_while_a_stranger_takes_the_expired_seat(client, held, shift_clock, monkeypatch):
    """Let the hold expire after all checks and before a row is written; then another person holds it."""
    [stranger] = make_another_client()
    gate = gate_before(monkeypatch.setattr, reservations, "record_reschedules")
    confirming = Started(partial(acts.confirm, account=client.account, reservation=held))
    gate.until_reached()
    shift_clock(PAST_THE_HOLD)
    picking = Started(
        partial(
            acts.hold,
            account=stranger.account,
            appointment=stranger.appointment,
            slot=acts.seat_of(held).slot,
        )
    )
    picking.until_it_waits_or_ends()
    gate.open()
    return confirming.outcome(), picking.outcome()


def make_another_client():
    """Create another requestor with an appointment in another slot."""
    return make_crowd(1, first_number=1)


def test_a_stranger_waits_for_a_confirmation_that_was_in_time(client, held, shift_clock, monkeypatch):
    owner, stranger = confirm_while_a_stranger_takes_the_expired_seat(client, held, shift_clock, monkeypatch)

    assert owner.result == Reschedule.objects.get()
    assert isinstance(stranger.error, SeatRefused)
    assert find_violations() == []


@pytest.mark.breaks_invariants
def test_control_without_the_locks_owner_and_stranger_both_get_the_seat(
    client, held, shift_clock, monkeypatch
):
    take_row_locks_away(monkeypatch.setattr)

    owner, stranger = confirm_while_a_stranger_takes_the_expired_seat(client, held, shift_clock, monkeypatch)

    assert owner.error is stranger.error is None
    assert "taken_equals_scheduled_plus_held" in {violation.check for violation in find_violations()}


def test_an_owner_who_confirms_while_a_stranger_expires_the_hold_is_too_late(
    client, held, shift_clock, monkeypatch
):
    [stranger] = make_another_client()
    gate = gate_before(monkeypatch.setattr, reservations, "_create_reservation")
    shift_clock(PAST_THE_HOLD)
    picking = Started(
        partial(
            acts.hold,
            account=stranger.account,
            appointment=stranger.appointment,
            slot=acts.seat_of(held).slot,
        )
    )
    gate.until_reached()
    confirming = Started(partial(acts.confirm, account=client.account, reservation=held))
    confirming.until_it_waits_for_a_lock()
    gate.open()

    assert picking.outcome().result.account == stranger.account
    assert isinstance(confirming.outcome().error, HoldEnded)
    assert find_violations() == []


def extend_while_the_task_expires_holds(client, held, shift_clock, monkeypatch):
    """Let the hold expire and the periodic task run, after the extension found the hold live."""
    gate = gate_before(monkeypatch.setattr, seats, "extend_seats")
    extending = Started(partial(acts.extend, account=client.account, reservation=held))
    gate.until_reached()
    shift_clock(PAST_THE_HOLD)
    expired = expiry.expire_overdue_holds()
    gate.open()
    return extending.outcome(), expired


def test_the_periodic_task_leaves_a_hold_that_is_being_extended(client, held, shift_clock, monkeypatch):
    extended, expired = extend_while_the_task_expires_holds(client, held, shift_clock, monkeypatch)

    assert (extended.error, expired) == (None, 0)
    assert Reservation.objects.get().state == Reservation.State.HELD
    assert find_violations() == []


def test_control_without_the_locks_a_hold_is_extended_after_it_was_expired(
    client, held, shift_clock, monkeypatch
):
    take_row_locks_away(monkeypatch.setattr)

    extended, expired = extend_while_the_task_expires_holds(client, held, shift_clock, monkeypatch)

    assert (extended.error, expired) == (None, 1)
    assert Reservation.objects.get().state == Reservation.State.EXPIRED
    assert extended.result.is_live(database_now() - PAST_THE_HOLD)


def expire_twice_at_once(monkeypatch):
    """Run the periodic task twice, so that both find the same overdue hold before either writes."""
    gate = gate_before(monkeypatch.setattr, seats, "end_seats")
    first = Started(expiry.expire_overdue_holds)
    gate.until_reached()
    second = Started(expiry.expire_overdue_holds)
    second.until_it_waits_or_ends()
    gate.open()
    return first.outcome(), second.outcome()


def test_two_concurrent_tasks_free_an_expired_seat_once(client, held, shift_clock, monkeypatch):
    hold_the_other_seat(held)
    shift_clock(PAST_THE_HOLD)
    keep_alive(except_for=held)

    first, second = expire_twice_at_once(monkeypatch)

    assert (first.result, second.result) == (1, 0)
    assert client.account.notices.count() == 1
    assert find_violations() == []


@pytest.mark.breaks_invariants
def test_control_without_the_locks_two_tasks_free_an_expired_seat_twice(
    client, held, shift_clock, monkeypatch
):
    hold_the_other_seat(held)
    shift_clock(PAST_THE_HOLD)
    keep_alive(except_for=held)
    take_row_locks_away(monkeypatch.setattr)

    first, second = expire_twice_at_once(monkeypatch)

    assert (first.result, second.result) == (1, 1)
    assert "taken_equals_scheduled_plus_held" in {violation.check for violation in find_violations()}


def hold_the_other_seat(held):
    """Hold a second seat of the same slot for another person, so that a miscount violates no constraint."""
    Slot.objects.filter(pk=acts.seat_of(held).slot_id).update(capacity=2)
    [stranger] = make_another_client()
    acts.hold(account=stranger.account, appointment=stranger.appointment, slot=acts.seat_of(held).slot)


def keep_alive(*, except_for):
    later = database_now() + timedelta(minutes=10)
    for reservation in Reservation.objects.exclude(pk=except_for.pk):
        acts.keep_until(reservation, later)


@pytest.fixture
def represented(client):
    """An attorney with a live hold for the client, and the representation behind it."""
    attorney = AttorneyFactory()
    representation = RepresentationFactory(
        case=client.appointment.series.person.case, representative=attorney
    )
    acts.state_reason(account=attorney, appointment=client.appointment, reason=reason(), explanation="")
    [slot] = make_slots(1)
    return representation, acts.hold(account=attorney, appointment=client.appointment, slot=slot)


def revoke(representation):
    Representation.objects.filter(pk=representation.pk).update(
        status=Representation.Status.REVOKED, ended_at=database_now()
    )


def test_a_revocation_waits_for_a_confirmation_that_came_first(represented, monkeypatch):
    representation, held = represented
    gate = gate_before(monkeypatch.setattr, reservations, "record_reschedules")
    confirming = Started(partial(acts.confirm, account=held.account, reservation=held))
    gate.until_reached()
    revoking = Started(partial(revoke, representation))
    revoking.until_it_waits_for_a_lock()
    gate.open()

    assert confirming.outcome().result.representation == representation
    assert revoking.outcome().error is None


def confirm_while_the_representation_is_revoked(represented):
    representation, held = represented
    gate = Gate()

    def revoke_slowly():
        with transaction.atomic():
            revoke(representation)
            gate.wait_here()

    revoking = Started(revoke_slowly)
    gate.until_reached()
    confirming = Started(partial(acts.confirm, account=held.account, reservation=held))
    confirming.until_it_waits_or_ends()
    gate.open()
    assert revoking.outcome().error is None
    return confirming.outcome()


def test_a_confirmation_waits_for_a_revocation_that_came_first_and_is_refused(represented):
    outcome = confirm_while_the_representation_is_revoked(represented)

    assert isinstance(outcome.error, NotYours)
    assert not Reschedule.objects.exists()


def test_control_without_the_share_lock_a_revocation_is_overtaken(represented, monkeypatch):
    monkeypatch.setattr(locks, "share_authority", lambda **_: None)

    assert confirm_while_the_representation_is_revoked(represented).error is None
