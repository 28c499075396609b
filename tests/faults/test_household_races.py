"""Groups that hold the same seats at the same moment, and one group confirmed from two windows."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError

from appointments.booking import reservations, seats
from appointments.booking.errors import HoldEnded, Refused, SeatRefused
from appointments.booking.invariants import find_violations
from appointments.models import Appointment, AppointmentSeries, Reschedule, Reservation, Slot
from appointments.reschedule import services
from appointments.staff.services import staff_reschedule
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory
from tests.factories.appointments import SlotFactory
from tests.factories.crowds import make_crowd
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason
from tests.support.races import Started, gate_before, locked_by_another, run_at_once
from tests.support.without_locks import meet_before, take_row_locks_away

pytestmark = pytest.mark.usefixtures("committed_data")


def make_group_with_reason(size=3):
    family = make_household(size)
    account = family[0].series.person.case.requestor
    services.state_reason(account=account, appointments=family, reason=reason(), explanation="")
    return account, family


def take_at_once(families, slots):
    return run_at_once(
        [
            partial(acts.hold_together, account=account, appointments=family, first=slots[0])
            for account, family in families
        ]
    )


def test_a_reason_for_everyone_waits_for_an_act_on_one_of_them():
    """Otherwise two transactions that lock in different orders could deadlock."""
    account, family = make_group_with_reason()
    with locked_by_another(AppointmentSeries.objects.filter(pk=family[-1].series_id)):
        stating = Started(
            lambda: services.state_reason(
                account=account, appointments=family, reason=reason(), explanation="Again"
            )
        )
        stating.until_it_waits_for_a_lock()
    assert stating.outcome().error is None


def test_of_groups_that_hold_the_same_slots_one_gets_all_of_them():
    families = [make_group_with_reason() for _ in range(8)]
    slots = adjacent_slots(families[0][1][0].slot.site, seats=[2, 1])

    outcomes = take_at_once(families, slots)

    [held] = Reservation.objects.filter(state=Reservation.State.HELD)
    assert held.seats.count() == 3
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [SeatRefused] * 7
    assert [Slot.objects.get(pk=slot.pk).taken for slot in slots] == [2, 1]


def test_control_without_the_locks_only_the_constraint_keeps_the_seats(monkeypatch):
    families = [make_group_with_reason() for _ in range(2)]
    slots = adjacent_slots(families[0][1][0].slot.site, seats=[2, 1])
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, seats, "take_seat", racers=2)

    outcomes = take_at_once(families, slots)

    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [IntegrityError]


def test_twenty_confirms_of_one_group_make_one_set_of_reschedules():
    account, family = make_group_with_reason()
    slots = adjacent_slots(family[0].slot.site, seats=[2, 1])
    held = acts.hold_together(account=account, appointments=family, first=slots[0])

    outcomes = run_at_once(
        [partial(acts.confirm_together, account=account, reservation=held)] * 20, workers=20
    )

    assert {tuple(outcome.result) for outcome in outcomes} == {
        tuple(Reschedule.objects.order_by("reserved_seat_id"))
    }
    assert Reschedule.objects.count() == 3


def test_control_without_the_locks_confirms_of_one_group_collide(monkeypatch):
    account, family = make_group_with_reason()
    slots = adjacent_slots(family[0].slot.site, seats=[2, 1])
    held = acts.hold_together(account=account, appointments=family, first=slots[0])
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, reservations, "record_reschedules", racers=4)

    outcomes = run_at_once([partial(acts.confirm_together, account=account, reservation=held)] * 4, workers=4)

    assert sum(isinstance(outcome.error, IntegrityError) for outcome in outcomes) == 3


@pytest.mark.parametrize("rival", ["single hold", "agency"])
def test_a_group_that_confirms_while_one_of_them_is_rescheduled_changes_together_or_not_at_all(rival):
    for _ in range(5):
        account, family = make_group_with_reason()
        slots = adjacent_slots(family[0].slot.site, seats=[2, 1])
        held = acts.hold_together(account=account, appointments=family, first=slots[0])
        elsewhere = SlotFactory()
        rivals = {
            "single hold": partial(acts.hold, account=account, appointment=family[1], slot=elsewhere),
            "agency": partial(
                staff_reschedule.reschedule_by_agency,
                actor=UserFactory(staff=True),
                appointment=family[1],
                slot=elsewhere,
            ),
        }

        confirmed, _other = run_at_once(
            [partial(acts.confirm_together, account=account, reservation=held), rivals[rival]]
        )

        rescheduled = Reschedule.objects.filter(reserved_seat__reservation=held).count()
        assert rescheduled == (0 if confirmed.error else 3)
        assert confirmed.error is None or isinstance(confirmed.error, (HoldEnded, Refused))
        assert (
            Appointment.objects.filter(status="scheduled", series__in=[a.series for a in family]).count() == 3
        )
    assert find_violations() == []


def test_two_acts_that_expire_one_reservation_on_its_two_slots_both_get_a_seat(shift_clock, monkeypatch):
    """Each has the lock of its own slot; the second waits for the reservation that the first one ends."""
    account, family = make_group_with_reason()
    slots = adjacent_slots(family[0].slot.site, seats=[2, 1])
    held = acts.hold_together(account=account, appointments=family, first=slots[0])
    shift_clock(timedelta(minutes=11))
    strangers = make_crowd(2)
    items = [
        partial(acts.hold, account=stranger.account, appointment=stranger.appointment, slot=slot)
        for stranger, slot in zip(strangers, slots, strict=True)
    ]

    gate = gate_before(monkeypatch.setattr, reservations, "_create_reservation")
    first = Started(items[0])
    gate.until_reached()
    second = Started(items[1])
    second.until_it_waits_for_a_lock()
    gate.open()

    assert (first.outcome().error, second.outcome().error) == (None, None)
    assert Reservation.objects.get(pk=held.pk).state == Reservation.State.EXPIRED
    assert account.notices.count() == 3
    assert [Slot.objects.get(pk=slot.pk).taken for slot in slots] == [1, 1]
    assert find_violations() == []
