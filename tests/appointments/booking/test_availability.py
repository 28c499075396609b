"""Which times are offered: local days in every zone, both edges of reach, and overdue holds."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from appointments.booking.availability import STAFF_HORIZON, count_openings, list_times, open_slots, reach
from appointments.booking.errors import SeatRefused
from appointments.eligibility import SeatFacts, evaluate_seat
from appointments.models import Reservation, ReservedSeat
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.appointments.eligibility.instants import ZONES
from tests.factories.appointments import AppointmentFactory, ReservedSeatFactory, SiteFactory, SlotFactory
from tests.support.clock import clock_stopped_at

MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# A day on which clocks go forward, one on which they go back, and one on which nothing happens.
DAYS = (date(2026, 3, 8), date(2026, 11, 1), date(2026, 7, 6))
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)  # a Wednesday


def rules_at(now):
    return replace(get_rules(form_type_ids=[]), now=now)


@pytest.fixture
def site(reference_data):
    return SiteFactory(tz="America/New_York")


@pytest.fixture
def appointment(reference_data):
    """An appointment at another site."""
    return AppointmentFactory()


def slot_at(site, starts_at, **fields):
    return SlotFactory(site=site, starts_at=starts_at, **fields)


def count(site, appointment, rules=None, **wanted):
    return count_openings(site=site, appointments=[appointment], rules=rules or rules_at(NOW), **wanted)


def times_on(site, appointment, on, now=NOW):
    return list_times(site=site, appointments=[appointment], rules=rules_at(now), on=on)


def offered(site, appointment, rules=None, **wanted):
    """Return the ids of all times on the counted days, and check that the counts are right."""
    rules = rules or rules_at(NOW)
    openings = count(site, appointment, rules, **wanted)
    found = Counter()
    ids = []
    for on in dict.fromkeys(day.on for day in openings.counts):
        for time in list_times(site=site, appointments=[appointment], rules=rules, on=on, **wanted):
            local = time.starts_at.astimezone(site.zone)
            assert local.date() == on
            assert openings.today <= on <= openings.last_day
            found[on, local.hour < 12] += 1
            ids.append(time.slot_id)
    assert found == {(day.on, day.is_morning): day.openings for day in openings.counts}
    return ids


@pytest.mark.parametrize("on", DAYS, ids=str)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_day_runs_from_local_midnight_to_local_midnight_in_every_zone(appointment, zone, on):
    site = SiteFactory(tz=zone.key)

    def local(day, hour, minute=0, fold=0):
        there = on + timedelta(days=day)
        wanted = datetime(there.year, there.month, there.day, hour, minute, tzinfo=zone, fold=fold)
        return wanted.astimezone(UTC)

    slot_at(site, local(-1, 23, 59))
    inside = [
        slot_at(site, starts_at)
        for starts_at in sorted({local(0, 0), local(0, 1, 30), local(0, 1, 30, fold=1), local(0, 23, 59)})
    ]
    slot_at(site, local(1, 0))
    now = local(-3, 12)
    assert [time.slot_id for time in times_on(site, appointment, on, now)] == [
        slot.public_id for slot in inside
    ]
    counted = Counter()
    for day in count(site, appointment, rules_at(now)).counts:
        counted[day.on] += day.openings
    assert counted == {on - DAY: 1, on: len(inside), on + DAY: 1}
    assert len(offered(site, appointment, rules_at(now))) == len(inside) + 2


def test_an_hour_that_comes_twice_is_offered_twice(appointment, site):
    once, again = (
        datetime(2026, 11, 1, 1, 30, tzinfo=site.zone, fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    slot_at(site, once)
    slot_at(site, again)
    times = times_on(site, appointment, date(2026, 11, 1), now=once - 3 * DAY)
    assert [time.starts_at for time in times] == [once, again]
    assert again - once == timedelta(hours=1)


def test_noon_begins_the_afternoon(appointment, site):
    for hour, minute in ((11, 59), (12, 0)):
        slot_at(site, datetime(2026, 7, 6, hour, minute, tzinfo=site.zone))
    assert [(day.is_morning, day.openings) for day in count(site, appointment).counts] == [
        (True, 1),
        (False, 1),
    ]


def test_each_count_has_the_first_time_of_that_part_of_the_day(appointment, site):
    slots = [slot_at(site, datetime(2026, 7, 6, hour, tzinfo=site.zone)) for hour in (10, 9, 15, 14)]
    assert [day.first_at for day in count(site, appointment).counts] == [
        slots[1].starts_at.astimezone(UTC),
        slots[3].starts_at.astimezone(UTC),
    ]


@pytest.mark.parametrize(
    ("tz", "today", "last_day"),
    [
        ("America/New_York", date(2026, 7, 1), date(2026, 8, 30)),
        # It is already Thursday at the site.
        ("Pacific/Guam", date(2026, 7, 2), date(2026, 8, 31)),
        ("Pacific/Pago_Pago", date(2026, 7, 1), date(2026, 8, 30)),
    ],
)
def test_days_are_those_of_the_site(appointment, tz, today, last_day):
    openings = count(SiteFactory(tz=tz), appointment, rules_at(NOW + timedelta(hours=3)))
    assert (openings.today, openings.last_day) == (today, last_day)


@pytest.mark.parametrize(
    ("ahead", "is_offered"),
    [
        (timedelta(hours=12, minutes=10) - MICROSECOND, False),
        (timedelta(hours=12, minutes=10), True),
        (timedelta(days=60), True),
        (timedelta(days=60) + MICROSECOND, False),
    ],
)
def test_offers_from_the_cutoff_and_a_whole_hold_to_the_horizon_both_included(
    appointment, site, ahead, is_offered
):
    slot = slot_at(site, NOW + ahead)
    assert offered(site, appointment) == ([slot.public_id] if is_offered else [])


def test_a_time_that_is_no_longer_offered_can_be_held_up_to_its_cutoff(site):
    appointment = AppointmentFactory(slot=SlotFactory(ahead=9 * DAY))
    account = appointment.series.person.case.requestor
    now = database_now()
    exactly, too_soon = (
        slot_at(site, now + timedelta(hours=12) - early) for early in (timedelta(0), MICROSECOND)
    )
    with clock_stopped_at(now):
        assert offered(site, appointment, rules_at(now)) == []
        assert acts.hold(account=account, appointment=appointment, slot=exactly)
        with pytest.raises(SeatRefused):
            acts.hold(account=account, appointment=appointment, slot=too_soon)


def test_reach_is_that_of_the_policy_in_force(appointment, site):
    slot = slot_at(site, NOW + timedelta(days=9))
    rules = rules_at(NOW)
    rules.limits.online_cutoff = timedelta(days=10)
    assert offered(site, appointment, rules) == []
    rules.limits.online_cutoff, rules.limits.horizon = timedelta(hours=1), timedelta(days=8)
    assert offered(site, appointment, rules) == []
    rules.limits.horizon = timedelta(days=9)
    assert offered(site, appointment, rules) == [slot.public_id]
    rules.limits.hold_length = timedelta(days=9)
    assert offered(site, appointment, rules) == []


def test_staff_can_look_beyond_the_limits_but_not_into_the_past(appointment, site):
    slots = [
        slot_at(site, NOW + ahead) for ahead in (-MINUTE, 2 * MINUTE, STAFF_HORIZON, STAFF_HORIZON + MINUTE)
    ]
    assert offered(site, appointment, beyond_limits=True) == [slot.public_id for slot in slots[1:3]]


def test_offers_neither_a_closed_nor_a_full_slot_nor_one_elsewhere(appointment, site):
    starts_at = NOW + 5 * DAY
    free = slot_at(site, starts_at)
    slot_at(site, starts_at + timedelta(hours=1), closed_at=NOW)
    slot_at(site, starts_at + timedelta(hours=2), capacity=2, taken=2)
    slot_at(site, starts_at + timedelta(hours=3), capacity=0)
    slot_at(SiteFactory(), starts_at)
    assert offered(site, appointment) == [free.public_id]


def test_never_offers_the_current_slot_even_if_it_has_seats(site):
    present = slot_at(site, NOW + 5 * DAY, capacity=3)
    other = slot_at(site, NOW + 6 * DAY)
    assert offered(site, AppointmentFactory(slot=present)) == [other.public_id]


def test_a_live_hold_takes_the_seat_and_an_expired_one_does_not(appointment, site):
    now = database_now()
    held = slot_at(site, now + 5 * DAY)
    expired = slot_at(site, now + 6 * DAY)
    ReservedSeatFactory(slot=held)
    ReservedSeatFactory(slot=expired, expired=True)
    assert offered(site, appointment, rules_at(now)) == [expired.public_id]


def test_the_time_that_is_held_for_the_reader_stays_on_offer(appointment, site):
    now = database_now()
    slot = slot_at(site, now + 5 * DAY)
    ReservedSeatFactory(slot=slot, appointment=appointment)
    assert offered(site, appointment, rules_at(now)) == [slot.public_id]


def test_a_hold_expires_at_the_very_instant_of_its_expiry(appointment, site):
    hold = ReservedSeatFactory(slot=slot_at(site, database_now() + 5 * DAY))
    assert offered(site, appointment, rules_at(hold.held_until - MICROSECOND)) == []
    assert offered(site, appointment, rules_at(hold.held_until)) == [hold.slot.public_id]


def test_a_hold_that_ended_frees_nothing_twice(appointment, site):
    """The seat was freed when the hold ended, and the slot is full again."""
    hold = ReservedSeatFactory(slot=slot_at(site, database_now() + 5 * DAY), expired=True)
    ReservedSeat.objects.filter(pk=hold.pk).update(held_until=None)
    Reservation.objects.filter(pk=hold.reservation_id).update(
        state=Reservation.State.EXPIRED, ended_at=database_now()
    )
    assert offered(site, appointment, rules_at(database_now())) == []


def test_offers_exactly_the_times_that_can_be_held_for_a_whole_hold(appointment, site):
    """The search in SQL and `evaluate_seat` implement the same rules."""
    now = database_now()
    whole_hold = timedelta(minutes=10)
    aheads = (timedelta(hours=11), timedelta(hours=13), 59 * DAY, 61 * DAY)
    kinds = product(aheads, (None, now), ((1, 0), (1, 1), (2, 1)), (True, False))
    expected = set()
    for number, (ahead, closed_at, (capacity, taken), has_expired_hold) in enumerate(kinds):
        if has_expired_hold and taken == 0:
            continue
        starts_at = now + ahead + timedelta(minutes=number)
        slot = slot_at(
            site, starts_at, capacity=capacity, closed_at=closed_at, taken=taken - has_expired_hold
        )
        if has_expired_hold:
            ReservedSeatFactory(slot=slot, expired=True)
        refusals = evaluate_seat(
            SeatFacts(
                now=now,
                starts_at=starts_at - whole_hold,
                is_closed=closed_at is not None,
                is_current_slot=False,
                free_seats=capacity - taken + has_expired_hold,
                online_cutoff=timedelta(hours=12),
                horizon=60 * DAY - whole_hold,
            )
        )
        if not refusals:
            expected.add(slot.public_id)
    assert set(offered(site, appointment, rules_at(now))) == expected
    assert len(expected) == 8
    soonest, latest = reach(rules=rules_at(now))
    slots = open_slots(
        site_id=site.pk, current_slot_id=appointment.slot_id, now=now, soonest=soonest, latest=latest
    )
    assert set(slots.values_list("public_id", flat=True)) == expected


def test_searching_takes_one_statement_for_the_horizon_and_one_for_a_day(
    appointment, site, django_assert_num_queries
):
    for number in range(60):
        slot_at(site, NOW + DAY + timedelta(hours=7 * number))
    rules = rules_at(NOW)
    with django_assert_num_queries(1):
        openings = count(site, appointment, rules)
    with django_assert_num_queries(1):
        assert list_times(site=site, appointments=[appointment], rules=rules, on=openings.counts[0].on)
    assert reach(rules=rules) == (NOW + timedelta(hours=12, minutes=10), NOW + 60 * DAY)
