"""Which times are offered: local weeks in every zone, both edges of reach, and overdue holds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from appointments.booking.availability import find_week, open_slots, reach
from appointments.eligibility import SeatFacts, evaluate_seat
from appointments.models import Reservation, ReservedSeat
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.appointments.eligibility.instants import ZONES
from tests.factories.appointments import AppointmentFactory, ReservedSeatFactory, SiteFactory, SlotFactory

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
# A week in which clocks go forward, one in which they go back, and one in which nothing happens.
MONDAYS = (date(2026, 3, 2), date(2026, 10, 26), date(2026, 7, 6))
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


def offered(site, appointment, rules=None):
    rules = rules or rules_at(NOW)
    soonest, latest = reach(rules=rules)
    slots = open_slots(
        site_id=site.pk,
        current_slot_id=appointment.slot_id,
        now=rules.now,
        soonest=soonest,
        latest=latest,
    )
    return list(slots)


def week_of(site, appointment, monday, now=NOW):
    return find_week(site=site, appointment=appointment, rules=rules_at(now), monday=monday)


def ids_of(week):
    return [free.slot_id for day in week.days for free in day.times]


@pytest.mark.parametrize("monday", MONDAYS, ids=str)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_week_runs_from_local_monday_to_local_sunday_in_every_zone(appointment, zone, monday):
    site = SiteFactory(tz=zone.key)

    def local(day, hour, minute=0, fold=0):
        on = monday + timedelta(days=day)
        return datetime(on.year, on.month, on.day, hour, minute, tzinfo=zone, fold=fold).astimezone(UTC)

    slot_at(site, local(-1, 23, 59))
    inside = [
        slot_at(site, starts_at)
        for starts_at in sorted(
            {local(0, 0), local(6, 0), local(6, 1, 30), local(6, 1, 30, fold=1), local(6, 23, 59)}
        )
    ]
    slot_at(site, local(7, 0))
    week = week_of(site, appointment, monday, now=local(-3, 12))
    assert ids_of(week) == [slot.public_id for slot in inside]
    assert [day.on for day in week.days] == [monday, monday + timedelta(days=6)]
    assert (week.monday, week.sunday) == (monday, monday + timedelta(days=6))


def test_an_hour_that_comes_twice_is_offered_twice(appointment, site):
    once, again = (
        datetime(2026, 11, 1, 1, 30, tzinfo=site.zone, fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    slot_at(site, once)
    slot_at(site, again)
    [day] = week_of(site, appointment, date(2026, 10, 26), now=once - 3 * DAY).days
    assert [free.starts_at for free in day.times] == [once, again]
    assert again - once == timedelta(hours=1)


@pytest.mark.parametrize(
    ("ahead", "is_offered"),
    [
        (timedelta(hours=12) - MICROSECOND, False),
        (timedelta(hours=12), True),
        (timedelta(days=60), True),
        (timedelta(days=60) + MICROSECOND, False),
    ],
)
def test_offers_from_the_cutoff_to_the_horizon_both_included(appointment, site, ahead, is_offered):
    slot = slot_at(site, NOW + ahead)
    assert offered(site, appointment) == ([slot] if is_offered else [])


def test_reach_is_that_of_the_policy_in_force(appointment, site):
    slot = slot_at(site, NOW + timedelta(days=9))
    rules = rules_at(NOW)
    rules.limits.online_cutoff = timedelta(days=10)
    assert offered(site, appointment, rules) == []
    rules.limits.online_cutoff, rules.limits.horizon = timedelta(hours=1), timedelta(days=8)
    assert offered(site, appointment, rules) == []
    rules.limits.horizon = timedelta(days=9)
    assert offered(site, appointment, rules) == [slot]


def test_offers_neither_a_closed_nor_a_full_slot_nor_one_elsewhere(appointment, site):
    starts_at = NOW + 5 * DAY
    free = slot_at(site, starts_at)
    slot_at(site, starts_at + timedelta(hours=1), closed_at=NOW)
    slot_at(site, starts_at + timedelta(hours=2), capacity=2, taken=2)
    slot_at(site, starts_at + timedelta(hours=3), capacity=0)
    slot_at(SiteFactory(), starts_at)
    assert offered(site, appointment) == [free]


def test_never_offers_the_current_slot_even_if_it_has_seats(site):
    present = slot_at(site, NOW + 5 * DAY, capacity=3)
    other = slot_at(site, NOW + 6 * DAY)
    appointment = AppointmentFactory(slot=present)
    assert offered(site, appointment) == [other]


def test_a_live_hold_takes_the_seat_and_an_expired_one_does_not(appointment, site):
    now = database_now()
    held = slot_at(site, now + 5 * DAY)
    expired = slot_at(site, now + 6 * DAY)
    ReservedSeatFactory(slot=held)
    ReservedSeatFactory(slot=expired, expired=True)
    assert offered(site, appointment, rules_at(now)) == [expired]


def test_a_hold_expires_at_the_very_instant_of_its_expiry(appointment, site):
    hold = ReservedSeatFactory(slot=slot_at(site, database_now() + 5 * DAY))
    assert offered(site, appointment, rules_at(hold.held_until - MICROSECOND)) == []
    assert offered(site, appointment, rules_at(hold.held_until)) == [hold.slot]


def test_a_hold_that_ended_frees_nothing_twice(appointment, site):
    """The seat was freed when the hold ended, and the slot is full again."""
    hold = ReservedSeatFactory(slot=slot_at(site, database_now() + 5 * DAY), expired=True)
    ReservedSeat.objects.filter(pk=hold.pk).update(held_until=None)
    Reservation.objects.filter(pk=hold.reservation_id).update(
        state=Reservation.State.EXPIRED, ended_at=database_now()
    )
    assert offered(site, appointment, rules_at(database_now())) == []


def test_offers_exactly_the_times_that_can_be_held(appointment, site):
    """The search in SQL and `evaluate_seat` implement the same rules."""
    now = database_now()
    reach = (timedelta(hours=11), timedelta(hours=13), 59 * DAY, 61 * DAY)
    kinds = product(reach, (None, now), ((1, 0), (1, 1), (2, 1)), (True, False))
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
                starts_at=starts_at,
                is_closed=closed_at is not None,
                is_current_slot=False,
                free_seats=capacity - taken + has_expired_hold,
                online_cutoff=timedelta(hours=12),
                horizon=60 * DAY,
            )
        )
        if not refusals:
            expected.add(slot)
    assert set(offered(site, appointment, rules_at(now))) == expected
    assert len(expected) == 8


def test_opens_at_the_first_week_that_has_a_free_seat(appointment, site):
    slot_at(site, NOW + 2 * DAY, closed_at=NOW)
    first = slot_at(site, NOW + 20 * DAY)
    week = week_of(site, appointment, None)
    assert week.monday == date(2026, 7, 20)
    assert ids_of(week) == [first.public_id]


def test_shows_an_empty_first_week_when_nothing_is_free(appointment, site):
    week = week_of(site, appointment, None)
    assert (week.monday, week.days, week.earlier) == (date(2026, 6, 29), (), None)
    assert week.later == date(2026, 7, 6)


@pytest.mark.parametrize(
    ("asked", "shown", "earlier", "later"),
    [
        (date(2026, 6, 29), date(2026, 6, 29), None, date(2026, 7, 6)),
        (date(2026, 7, 6), date(2026, 7, 6), date(2026, 6, 29), date(2026, 7, 13)),
        # Any day of a week shows that week. A day out of reach shows the nearest week in reach.
        (date(2026, 7, 12), date(2026, 7, 6), date(2026, 6, 29), date(2026, 7, 13)),
        (date(1, 1, 1), date(2026, 6, 29), None, date(2026, 7, 6)),
        (date(2026, 8, 24), date(2026, 8, 24), date(2026, 8, 17), None),
        (date(9999, 12, 31), date(2026, 8, 24), date(2026, 8, 17), None),
    ],
)
def test_links_lead_to_earlier_and_later_weeks_within_reach(appointment, site, asked, shown, earlier, later):
    # 60 days after Wednesday, July 1 is Sunday, August 30.
    week = week_of(site, appointment, asked)
    assert (week.monday, week.earlier, week.later) == (shown, earlier, later)


def test_links_end_when_reach_begins_and_ends_on_a_monday(appointment, site):
    rules = rules_at(datetime(2026, 7, 6, 12, 0, tzinfo=UTC))
    rules.limits.horizon = 14 * DAY
    weeks = [
        find_week(site=site, appointment=appointment, rules=rules, monday=date(2026, 7, day))
        for day in (6, 13, 20)
    ]
    assert [(week.earlier, week.later) for week in weeks] == [
        (None, date(2026, 7, 13)),
        (date(2026, 7, 6), date(2026, 7, 20)),
        (date(2026, 7, 13), None),
    ]


def test_every_free_slot_is_reached_through_the_week_links(appointment, site):
    slots = [slot_at(site, NOW + timedelta(hours=12) + number * 3 * DAY) for number in range(20)]
    week, seen = week_of(site, appointment, date(2026, 7, 1)), []
    while True:
        seen += ids_of(week)
        if week.later is None:
            break
        week = week_of(site, appointment, week.later)
    assert seen == [slot.public_id for slot in slots]


@pytest.mark.parametrize(("monday", "statements"), [(None, 2), (date(2026, 7, 6), 1)])
def test_searching_a_week_takes_at_most_two_statements(
    appointment, site, django_assert_num_queries, monday, statements
):
    for number in range(30):
        slot_at(site, NOW + DAY + timedelta(hours=number))
    rules = rules_at(NOW)
    with django_assert_num_queries(statements):
        find_week(site=site, appointment=appointment, rules=rules, monday=monday)
