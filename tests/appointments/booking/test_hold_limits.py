"""How many seats one account may hold, at once and within an hour."""

from datetime import timedelta

import pytest

from appointments.booking.errors import HoldLimit, TooManyHolds
from appointments.models import Reservation, ReservedSeat
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import PersonFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import (
    AppointmentFactory,
    ReservedSeatFactory,
    SeriesFactory,
    SlotFactory,
)
from tests.factories.policy import PolicyVersionFactory
from tests.support.clock import clock_stopped_at

TICK = timedelta(microseconds=1)


def another_appointment(account, case=None):
    """A further standing appointment of the account: on an own case, or of one more person on `case`."""
    if case is None:
        return AppointmentFactory(series__person__case__requestor=account)
    return AppointmentFactory(series=SeriesFactory(person=PersonFactory(case=case)))


def hold_seats(account, number):
    for _ in range(number):
        ReservedSeatFactory(appointment=another_appointment(account), account=account)


def hold_and_release(account, appointment, times, *, ago):
    made_at = database_now() - ago
    slot = SlotFactory()
    made = Reservation.objects.bulk_create(
        Reservation(
            account=account,
            state=Reservation.State.RELEASED,
            made_at=made_at,
            expires_at=made_at,
            ceiling_at=made_at,
            ended_at=made_at,
        )
        for _ in range(times)
    )
    ReservedSeat.objects.bulk_create(
        ReservedSeat(reservation=row, appointment=appointment, slot=slot) for row in made
    )


def test_a_fifth_seat_is_held_and_a_sixth_refused(account, appointment, slot, nothing_changes):
    hold_seats(account, 4)
    acts.hold(account=account, appointment=appointment, slot=slot)
    sixth = another_appointment(account)
    free = SlotFactory()

    with nothing_changes(), pytest.raises(TooManyHolds) as refused:
        acts.hold(account=account, appointment=sixth, slot=free)

    assert (refused.value.limit, refused.value.allowed) == (HoldLimit.LIVE, 5)


def test_a_household_counts_once(account, appointment, slot):
    hold_seats(account, 4)
    case = appointment.series.person.case
    household = [appointment, another_appointment(account, case), another_appointment(account, case)]

    held = [acts.hold(account=account, appointment=one, slot=SlotFactory()) for one in household]

    assert len(held) == 3
    with pytest.raises(TooManyHolds):
        acts.hold(account=account, appointment=another_appointment(account), slot=slot)


def test_changing_the_time_of_a_held_seat_is_no_further_seat(account, appointment, slot):
    hold_seats(account, 4)
    acts.hold(account=account, appointment=appointment, slot=slot)

    assert acts.hold(account=account, appointment=appointment, slot=SlotFactory()).account == account


def test_expired_holds_that_nobody_expired_do_not_count_as_live(account, appointment, slot, shift_clock):
    hold_seats(account, 5)
    shift_clock(timedelta(minutes=10))

    assert acts.hold(account=account, appointment=appointment, slot=slot).account == account


def test_a_hold_counts_as_live_until_the_very_instant_of_its_end(account, appointment, slot):
    hold_seats(account, 5)
    end = Reservation.objects.latest("expires_at").expires_at
    Reservation.objects.update(expires_at=end)
    ReservedSeat.objects.update(held_until=end)

    with clock_stopped_at(end - TICK), pytest.raises(TooManyHolds):
        acts.hold(account=account, appointment=appointment, slot=slot)
    with clock_stopped_at(end):
        assert acts.hold(account=account, appointment=appointment, slot=slot).account == account


def test_seats_given_back_do_not_count_as_live_however_long_they_were_held_for(account, appointment, slot):
    hold_seats(account, 6)
    for hold in Reservation.objects.all():
        acts.release(account=account, reservation=hold)

    assert acts.hold(account=account, appointment=appointment, slot=slot).account == account


def test_people_of_another_case_count_once_too(account, appointment, slot):
    hold_seats(account, 3)
    case = another_appointment(account).series.person.case
    for _ in range(3):
        ReservedSeatFactory(appointment=another_appointment(account, case), account=account)

    assert acts.hold(account=account, appointment=appointment, slot=slot).account == account


def test_seats_of_another_account_do_not_count(account, appointment, slot):
    PolicyVersionFactory(effective_at=database_now(), requestor_live_holds=1, requestor_holds_per_hour=1)
    hold_seats(UserFactory(), 2)

    assert acts.hold(account=account, appointment=appointment, slot=slot).account == account


def test_a_hold_that_lives_for_more_than_an_hour_counts_as_live_alone(account, appointment, slot):
    PolicyVersionFactory(effective_at=database_now(), requestor_live_holds=2, requestor_holds_per_hour=1)
    now = database_now()
    ReservedSeatFactory(
        appointment=another_appointment(account),
        account=account,
        reservation__made_at=now - timedelta(minutes=90),
        reservation__expires_at=now + timedelta(minutes=10),
        reservation__ceiling_at=now + timedelta(minutes=10),
    )

    assert acts.hold(account=account, appointment=appointment, slot=slot).account == account
    with pytest.raises(TooManyHolds) as refused:
        acts.hold(account=account, appointment=another_appointment(account), slot=SlotFactory())
    assert refused.value.limit == HoldLimit.LIVE


def test_a_thirtieth_hold_within_the_hour_is_made_and_the_next_refused(
    account, appointment, slot, nothing_changes
):
    hold_and_release(account, appointment, 29, ago=timedelta(minutes=59))
    acts.hold(account=account, appointment=appointment, slot=slot)
    free = SlotFactory()

    with nothing_changes(), pytest.raises(TooManyHolds) as refused:
        acts.hold(account=account, appointment=appointment, slot=free)

    assert (refused.value.limit, refused.value.allowed) == (HoldLimit.PER_HOUR, 30)


def test_holds_made_more_than_an_hour_ago_no_longer_count(account, appointment, slot):
    hold_and_release(account, appointment, 30, ago=timedelta(minutes=60))

    assert acts.hold(account=account, appointment=appointment, slot=slot).account == account


def test_a_hold_counts_for_an_hour_to_the_microsecond(account, appointment, slot):
    hold_and_release(account, appointment, 30, ago=timedelta(minutes=5))
    made_at = Reservation.objects.earliest("made_at").made_at
    Reservation.objects.update(made_at=made_at)
    free = SlotFactory(ahead=timedelta(days=7))

    with clock_stopped_at(made_at + timedelta(hours=1) - TICK), pytest.raises(TooManyHolds):
        acts.hold(account=account, appointment=appointment, slot=free)
    with clock_stopped_at(made_at + timedelta(hours=1)):
        assert acts.hold(account=account, appointment=appointment, slot=slot).account == account


def test_the_same_pick_repeated_is_no_further_hold(account, appointment, slot):
    hold_and_release(account, appointment, 29, ago=timedelta(minutes=1))

    first = acts.hold(account=account, appointment=appointment, slot=slot)

    assert acts.hold(account=account, appointment=appointment, slot=slot) == first


def represent_and_hold(attorney, number):
    for _ in range(number):
        theirs = AppointmentFactory()
        RepresentationFactory(case=theirs.series.person.case, representative=attorney)
        ReservedSeatFactory(appointment=theirs, account=attorney)


def test_a_representative_holds_fifty_seats_and_no_more(attorney, appointment, slot):
    represent_and_hold(attorney, 49)
    acts.hold(account=attorney, appointment=appointment, slot=slot)
    theirs = AppointmentFactory()
    RepresentationFactory(case=theirs.series.person.case, representative=attorney)

    with pytest.raises(TooManyHolds) as refused:
        acts.hold(account=attorney, appointment=theirs, slot=SlotFactory())

    assert (refused.value.limit, refused.value.allowed) == (HoldLimit.LIVE, 50)


def test_a_representative_makes_three_hundred_holds_an_hour_and_no_more(attorney, appointment, slot):
    hold_and_release(attorney, appointment, 299, ago=timedelta(minutes=5))
    acts.hold(account=attorney, appointment=appointment, slot=slot)

    with pytest.raises(TooManyHolds) as refused:
        acts.hold(account=attorney, appointment=appointment, slot=SlotFactory())

    assert (refused.value.limit, refused.value.allowed) == (HoldLimit.PER_HOUR, 300)


def test_the_limits_are_dated_policy(account, appointment, slot):
    PolicyVersionFactory(effective_at=database_now(), requestor_live_holds=1)
    hold_seats(account, 1)

    with pytest.raises(TooManyHolds) as refused:
        acts.hold(account=account, appointment=appointment, slot=slot)

    assert refused.value.allowed == 1
