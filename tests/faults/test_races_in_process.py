"""Many at once, each on a real connection, straight at the services. Each promise with its control."""

from functools import partial

import pytest
from django.db import IntegrityError

from accounts.units import Unit
from appointments.booking import locks, reservations, seats
from appointments.booking.errors import HeldBySomeoneElse, HoldEnded, Refused, SeatRefused, TooManyHolds
from appointments.booking.invariants import find_violations
from appointments.booking.reschedules import GoodCause
from appointments.eligibility import RefusalCode, SeatRefusal
from appointments.models import Appointment, Reschedule, Reservation, Slot
from appointments.staff.services import staff_reschedule
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, officer_of
from tests.factories.crowds import make_crowd, make_slots
from tests.factories.policy import reason
from tests.support.races import run_at_once
from tests.support.without_locks import meet_before, take_row_locks_away, without_the_capacity_constraint

pytestmark = pytest.mark.usefixtures("committed_data")


def select(clients, slots):
    """Everyone picks one of the slots, spread evenly, all at once."""
    return run_at_once(
        [
            partial(
                acts.hold, account=client.account, appointment=client.appointment, slot=slots[n % len(slots)]
            )
            for n, client in enumerate(clients)
        ]
    )


def everyone_was_seated_or_refused_because_it_is_full(outcomes):
    return all(
        outcome.error is None
        or (isinstance(outcome.error, SeatRefused) and outcome.error.causes == (SeatRefusal.SLOT_FULL,))
        for outcome in outcomes
    )


@pytest.mark.parametrize(("clients", "free"), [(200, 1), (500, 100)])
def test_gives_out_exactly_as_many_holds_as_there_are_seats(clients, free):
    slots = make_slots(free)

    outcomes = select(make_crowd(clients), slots)

    assert Reservation.objects.filter(state=Reservation.State.HELD).count() == free
    assert everyone_was_seated_or_refused_because_it_is_full(outcomes)
    assert set(Slot.objects.filter(pk__in=[slot.pk for slot in slots]).values_list("taken", flat=True)) == {1}
    assert find_violations() == []


def test_control_without_the_locks_only_the_constraint_saves_the_last_seat(monkeypatch):
    crowd, slots = make_crowd(40), make_slots(1)
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, seats, "take_seat", racers=8)

    outcomes = select(crowd, slots)

    assert not everyone_was_seated_or_refused_because_it_is_full(outcomes)
    assert sum(isinstance(outcome.error, IntegrityError) for outcome in outcomes) >= 7


@pytest.mark.breaks_invariants
def test_control_without_the_locks_and_the_constraint_the_last_seat_is_sold_eight_times(monkeypatch):
    crowd, slots = make_crowd(40), make_slots(1)
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, seats, "take_seat", racers=8)

    with without_the_capacity_constraint():
        select(crowd, slots)
        sold = Reservation.objects.filter(state=Reservation.State.HELD).count()
        found = {violation.check for violation in find_violations()}

    assert sold >= 8
    assert "taken_within_capacity" in found


def test_two_hundred_people_who_pick_and_confirm_one_seat_make_exactly_one_reschedule():
    [slot] = make_slots(1)

    def pick_and_confirm(client):
        held = acts.hold(account=client.account, appointment=client.appointment, slot=slot)
        return acts.confirm(account=client.account, reservation=held)

    outcomes = run_at_once([partial(pick_and_confirm, client) for client in make_crowd(200)])

    assert Reschedule.objects.count() == 1
    assert everyone_was_seated_or_refused_because_it_is_full(outcomes)
    assert find_violations() == []


def confirm_at_once(client, held, times):
    """One hold, confirmed so many times at once."""
    return run_at_once(
        [partial(acts.confirm, account=client.account, reservation=held)] * times, workers=times
    )


def test_fifty_confirms_of_one_hold_make_one_reschedule_and_all_get_the_same():
    [client], [slot] = make_crowd(1), make_slots(1)
    held = acts.hold(account=client.account, appointment=client.appointment, slot=slot)

    outcomes = confirm_at_once(client, held, times=50)

    assert {outcome.result for outcome in outcomes} == {Reschedule.objects.get()}
    assert client.account.notices.count() == client.account.messages.count() == 1
    assert find_violations() == []


def test_control_without_the_locks_confirms_of_one_hold_collide(monkeypatch):
    [client], [slot] = make_crowd(1), make_slots(1)
    held = acts.hold(account=client.account, appointment=client.appointment, slot=slot)
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, reservations, "record_reschedules", racers=8)

    outcomes = confirm_at_once(client, held, times=8)

    assert sum(isinstance(outcome.error, IntegrityError) for outcome in outcomes) == 7


def reschedule_by_telephone(officer, series, slot):
    """A caller's move of whatever stands in the chain; tries again when someone else was faster."""
    while True:
        scheduled = Appointment.objects.get(series=series, status=Appointment.Status.SCHEDULED)
        try:
            return staff_reschedule.reschedule_for_caller(
                actor=officer,
                appointment=scheduled,
                slot=slot,
                good_cause=GoodCause(reason=reason(), explanation=""),
            )
        except Refused as refused:
            if refused.decision.codes != {RefusalCode.NOT_SCHEDULED}:
                raise


@pytest.mark.parametrize("reschedules_before", [0, 1])
def test_parallel_reschedules_online_and_by_telephone_never_pass_the_cap(reschedules_before):
    [client], officer = make_crowd(1), officer_of(Unit.CONTACT_CENTER)
    series = client.appointment.series
    slots = make_slots(10)
    for slot in slots[:reschedules_before]:
        reschedule_by_telephone(officer, series, slot)
    scheduled = Appointment.objects.get(series=series, status=Appointment.Status.SCHEDULED)
    acts.state_reason(account=client.account, appointment=scheduled, reason=reason(), explanation="")
    held = acts.hold(account=client.account, appointment=scheduled, slot=slots[9])

    online, *by_telephone = run_at_once(
        [
            partial(acts.confirm, account=client.account, reservation=held),
            *(partial(reschedule_by_telephone, officer, series, slot) for slot in slots[1:9]),
        ]
    )

    assert series.reschedules.filter(counts=True).count() == 2
    assert sum(outcome.error is None for outcome in [online, *by_telephone]) == 2 - reschedules_before
    refused = [outcome.error for outcome in by_telephone if outcome.error]
    assert all(RefusalCode.RESCHEDULE_LIMIT in error.decision.codes for error in refused)
    assert online.error is None or isinstance(online.error, Refused | HoldEnded)
    assert find_violations() == []


def test_control_without_the_locks_only_constraints_keep_parallel_reschedules_apart(monkeypatch):
    [client], officer = make_crowd(1), officer_of(Unit.CONTACT_CENTER)
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, staff_reschedule, "record_reschedules", racers=4)

    outcomes = run_at_once(
        [partial(reschedule_by_telephone, officer, client.appointment.series, slot) for slot in make_slots(4)]
    )

    assert sum(isinstance(outcome.error, IntegrityError) for outcome in outcomes) == 3


def hoard(client_cases, account):
    """One account picks a seat for each of its cases, all at once, each on a slot of its own."""
    slots = make_slots(len(client_cases))
    return run_at_once(
        [
            partial(acts.hold, account=account, appointment=client.appointment, slot=slot)
            for client, slot in zip(client_cases, slots, strict=True)
        ]
    )


def cases_of_one_account(number):
    crowd = make_crowd(number)
    account = crowd[0].account
    for client in crowd:
        case = client.appointment.series.person.case
        case.requestor = account
        case.save()
    return crowd, account


def test_parallel_items_of_one_account_never_hold_more_than_five_seats():
    cases, account = cases_of_one_account(12)

    outcomes = hoard(cases, account)

    assert account.reservations.filter(state=Reservation.State.HELD).count() == 5
    assert sum(isinstance(outcome.error, TooManyHolds) for outcome in outcomes) == 7


def test_control_without_the_account_lock_parallel_items_hold_more_than_five_seats(monkeypatch):
    cases, account = cases_of_one_account(12)
    monkeypatch.setattr(locks, "lock_account", lambda *_: None)
    meet_before(monkeypatch.setattr, seats, "take_seat", racers=12)

    hoard(cases, account)

    assert account.reservations.filter(state=Reservation.State.HELD).count() == 12


def pick_as_client_and_attorney_at_once():
    """Both may act for the same appointment, and both pick, each another slot, at the same moment."""
    [client], slots = make_crowd(1), make_slots(2)
    attorney = AttorneyFactory()
    RepresentationFactory(case=client.appointment.series.person.case, representative=attorney)
    return run_at_once(
        [
            partial(acts.hold, account=account, appointment=client.appointment, slot=slot)
            for account, slot in zip([client.account, attorney], slots, strict=True)
        ]
    )


def test_of_a_client_and_an_attorney_who_choose_at_once_one_holds_and_one_is_refused():
    outcomes = pick_as_client_and_attorney_at_once()

    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [HeldBySomeoneElse]
    assert Reservation.objects.filter(state=Reservation.State.HELD).count() == 1
    assert find_violations() == []


def test_control_without_the_series_lock_a_client_and_an_attorney_collide(monkeypatch):
    monkeypatch.setattr(locks, "lock_all_series", lambda *_: None)
    meet_before(monkeypatch.setattr, seats, "take_seat", racers=2)

    outcomes = pick_as_client_and_attorney_at_once()

    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [IntegrityError]


def book_by_telephone(clients, slot):
    """As many officers as callers, all for one seat, all at once."""
    officers = [officer_of(Unit.CONTACT_CENTER) for _ in clients]
    return run_at_once(
        [
            partial(
                staff_reschedule.reschedule_for_caller,
                actor=officer,
                appointment=client.appointment,
                slot=slot,
                good_cause=GoodCause(reason=reason(), explanation=""),
            )
            for officer, client in zip(officers, clients, strict=True)
        ]
    )


def test_of_officers_who_book_the_last_seat_at_once_one_has_it():
    [slot] = make_slots(1)

    outcomes = book_by_telephone(make_crowd(16), slot)

    assert Reschedule.objects.count() == 1
    assert everyone_was_seated_or_refused_because_it_is_full(outcomes)
    assert find_violations() == []


def test_control_without_the_locks_only_the_constraint_keeps_officers_off_the_last_seat(monkeypatch):
    [slot], crowd = make_slots(1), make_crowd(8)
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, seats, "take_seat", racers=8)

    outcomes = book_by_telephone(crowd, slot)

    assert sum(isinstance(outcome.error, IntegrityError) for outcome in outcomes) == 7
