"""Acts that use the same rows in opposite order, and a storm of all acts at the same time."""

import random
from functools import partial

import pytest
from django.db import OperationalError, transaction

from appointments.booking import expiry, locks
from appointments.booking.errors import HeldBySomeoneElse, HoldEnded, Refused, SeatRefused, TooManyHolds
from appointments.booking.invariants import find_violations
from appointments.models import Appointment, Reschedule, Reservation, Slot
from appointments.staff.services import staff_reschedule
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory
from tests.factories.crowds import make_crowd, make_slots
from tests.factories.policy import reason
from tests.support.races import run_at_once
from tests.support.without_locks import Rendezvous

pytestmark = pytest.mark.usefixtures("committed_data")


def once(act, **wanted):
    """Run the act in one transaction, without the retries that would hide a deadlock."""
    with transaction.atomic(), acts.tried_once():
        return getattr(act, "__wrapped__", act)(**wanted)


def make_swappers(pairs):
    """Make pairs of people, each of whom holds a seat in the slot of the other one's appointment."""
    swappers = []
    for number in range(pairs):
        couple = make_crowd(2, first_number=2 * number)
        places = make_slots(2, capacity=2)
        for client, place in zip(couple, places, strict=True):
            Slot.objects.filter(pk=client.appointment.slot_id).update(taken=0)
            Appointment.objects.filter(pk=client.appointment.pk).update(slot=place)
            Slot.objects.filter(pk=place.pk).update(taken=1)
            client.appointment.refresh_from_db()
        swappers += [
            (client, acts.hold(account=client.account, appointment=client.appointment, slot=place))
            for client, place in zip(couple, reversed(places), strict=True)
        ]
    return swappers


def confirm_all_at_once(swappers):
    return run_at_once(
        [partial(once, acts.confirm, account=client.account, reservation=held) for client, held in swappers]
    )


def test_people_who_swap_into_each_others_slots_do_not_deadlock():
    swappers = make_swappers(pairs=16)

    outcomes = confirm_all_at_once(swappers)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert Reschedule.objects.count() == 32
    assert find_violations() == []


def test_control_locking_the_own_slot_first_deadlocks(monkeypatch):
    swappers = make_swappers(pairs=1)
    lock_in_order, rendezvous = locks.lock_slots, Rendezvous(2)
    own_slot = {client.appointment.slot_id: acts.seat_of(held).slot_id for client, held in swappers}
    firsts = iter(own_slot)

    def lock_own_slot_first(*, slot_ids):
        own = next(firsts)
        first = lock_in_order(slot_ids=[own])
        rendezvous.wait()
        return first | lock_in_order(slot_ids=[own_slot[own]])

    monkeypatch.setattr(locks, "lock_slots", lock_own_slot_first)

    outcomes = confirm_all_at_once(swappers)

    [victim] = [outcome.error for outcome in outcomes if outcome.error]
    assert isinstance(victim, OperationalError)
    assert victim.__cause__.sqlstate == "40P01"


EXPECTED = (HeldBySomeoneElse, HoldEnded, Refused, SeatRefused, TooManyHolds)


def act_at_random(seed, crowd, slots, officer):
    """Run a random act of a random person."""
    draw = random.Random(seed)
    client, slot = draw.choice(crowd), draw.choice(slots)
    scheduled = Appointment.objects.get(series=client.appointment.series, status=Appointment.Status.SCHEDULED)
    held = Reservation.objects.filter(account=client.account).order_by("-pk").first()
    kind = draw.choice(
        ["select", "select", "select", "confirm", "extend", "release", "expire", "expire", "agency"]
    )
    if kind == "select":
        acts.state_reason(account=client.account, appointment=scheduled, reason=reason(), explanation="")
        once(acts.hold, account=client.account, appointment=scheduled, slot=slot)
    elif kind == "agency":
        once(staff_reschedule.reschedule_by_agency, actor=officer, appointment=scheduled, slot=slot)
    elif kind == "expire":
        expiry.expire_overdue_holds()
    elif kind == "expire":
        run_out(held)
    elif held is not None:
        act = {"confirm": acts.confirm, "extend": acts.extend, "release": acts.release}[kind]
        once(act, account=client.account, reservation=held)
    return kind


def run_out(held):
    """Let the hold expire now, without shifting the clock."""
    if held is not None:
        acts.run_out(held)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm_of_every_act_on_a_few_slots_leaves_every_count_right(seed):
    crowd, slots, officer = make_crowd(12), make_slots(4, capacity=3), UserFactory(staff=True)

    outcomes = run_at_once(
        [partial(act_at_random, 1000 * seed + turn, crowd, slots, officer) for turn in range(300)], workers=24
    )

    errors = [outcome.error for outcome in outcomes if outcome.error]
    assert [error for error in errors if not isinstance(error, EXPECTED)] == []
    assert {"select", "confirm", "expire", "agency"} <= {outcome.result for outcome in outcomes}
    assert find_violations() == []
