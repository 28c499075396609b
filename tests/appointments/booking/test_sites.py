"""The search for sites: which ones, in which order, and the first time of each."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.booking.availability import count_openings
from appointments.booking.sites import PAGE_SIZE, SiteOrder, find_near_sites, search_sites
from policy.queries import get_rules
from portal.foundation.clock import database_now
from portal.foundation.site_time import in_site_zone
from portal.foundation.zip_codes import Coordinates
from tests.factories.appointments import AppointmentFactory, ReservedSeatFactory, SiteFactory, SlotFactory
from tests.factories.households import adjacent_slots, make_household

pytestmark = pytest.mark.usefixtures("reference_data")

# One degree of latitude is about 69 miles.
HERE = Coordinates(33.0, -112.0)


def make_site(degrees_north, **fields):
    return SiteFactory(latitude=33.0 + degrees_north, longitude=-112.0, **fields)


@pytest.fixture
def appointment(db):
    return AppointmentFactory(slot=SlotFactory(site=make_site(0)))


def search(appointments, *, point=HERE, within=None, order=SiteOrder.NEAREST, page=None, rules=None):
    return search_sites(
        point=point,
        within=within,
        order=order,
        appointments=appointments,
        rules=rules or get_rules(form_type_ids=[]),
        page=page,
    )


def found(*args, **kwargs):
    return [row.pk for row in search(*args, **kwargs).object_list]


def first_time(appointments, site, **kwargs):
    return next(
        row.first_starts_at for row in search(appointments, **kwargs).object_list if row.pk == site.pk
    )


# --- Distance -------------------------------------------------------------------------------------


def test_sites_are_in_the_order_of_their_distance_and_unknown_ones_last(appointment):
    far, nowhere, near = make_site(-2), SiteFactory(), make_site(1)

    rows = search([appointment]).object_list

    assert [row.pk for row in rows] == [appointment.slot.site_id, near.pk, far.pk, nowhere.pk]
    assert [row.miles and round(row.miles) for row in rows] == [0, 69, 138, None]


def test_a_distance_leaves_out_sites_that_are_farther_or_unknown(appointment):
    near = make_site(0.3)
    make_site(0.4)
    SiteFactory()

    assert found([appointment], within=25) == [appointment.slot.site_id, near.pk]


def test_without_a_point_all_sites_are_found(appointment):
    other = make_site(9)

    assert set(found([appointment], point=None, within=25)) == {appointment.slot.site_id, other.pk}


def test_a_list_has_twenty_sites_a_page(appointment):
    for number in range(PAGE_SIZE):
        make_site(number / 10 + 0.1)

    first, second = search([appointment]), search([appointment], page="2")

    assert len(first.object_list) == PAGE_SIZE
    assert (first.paginator.num_pages, len(second.object_list)) == (2, 1)


# --- First times ----------------------------------------------------------------------------------


def test_the_first_time_is_free_open_and_not_the_current_one(appointment):
    site = appointment.slot.site
    start = appointment.slot.starts_at
    SlotFactory(site=site, starts_at=start - timedelta(hours=3), capacity=1, taken=1)
    SlotFactory(site=site, starts_at=start - timedelta(hours=2), closed_at=start)
    free = [SlotFactory(site=site, starts_at=start + timedelta(hours=hours)) for hours in (2, 1)]
    appointment.slot.capacity = 2
    appointment.slot.save()

    assert first_time([appointment], site) == free[1].starts_at


def test_an_expired_hold_is_free_and_a_live_one_is_not(appointment):
    live, expired = (SlotFactory(ahead=timedelta(days=day)) for day in (6, 7))
    ReservedSeatFactory(slot=live)
    ReservedSeatFactory(slot=expired, expired=True)

    assert first_time([appointment], live.site) is None
    assert first_time([appointment], expired.site) == expired.starts_at


def test_a_seat_held_for_the_same_person_is_free(appointment):
    held = SlotFactory(ahead=timedelta(days=6))
    ReservedSeatFactory(slot=held, appointment=appointment)

    assert first_time([appointment], held.site) == held.starts_at
    assert first_time([AppointmentFactory()], held.site) is None


def test_first_times_are_within_the_reach_of_the_rules(appointment):
    rules = get_rules(form_type_ids=[])
    slot = SlotFactory(ahead=timedelta(days=20))

    def first_at(now):
        return first_time([appointment], slot.site, rules=replace(rules, now=now))

    assert first_at(slot.starts_at - rules.limits.horizon) == slot.starts_at
    assert first_at(slot.starts_at - rules.limits.horizon - timedelta(seconds=1)) is None
    assert first_at(slot.starts_at - rules.limits.online_cutoff + timedelta(seconds=1)) is None


def test_the_earliest_opening_comes_first_and_sites_without_one_last(appointment):
    late, soon, never = make_site(1), make_site(2), make_site(0.5)
    SlotFactory(site=late, ahead=timedelta(days=9))
    SlotFactory(site=soon, ahead=timedelta(days=3))
    SlotFactory(site=make_site(3), ahead=timedelta(days=1))

    rows = found([appointment], within=150, order=SiteOrder.EARLIEST)

    assert rows == [soon.pk, late.pk, appointment.slot.site_id, never.pk]


def test_the_first_time_of_a_group_seats_everyone_one_after_the_other():
    family = make_household(3)
    site = family[0].slot.site
    adjacent_slots(site, seats=[2], first=timedelta(days=4))
    first, *_others = adjacent_slots(site, seats=[1, 2], first=timedelta(days=6))

    assert first_time(family, site, point=None) == first.starts_at


def test_a_group_waits_as_long_as_the_policy_allows_and_no_longer():
    family = make_household(2)
    site = family[0].slot.site
    first, *between, last = adjacent_slots(site, seats=[1, 1, 1, 1], first=timedelta(days=4))
    for slot in between:
        slot.delete()

    assert first_time(family, site, point=None) is None
    last.starts_at = first.ends_at + get_rules(form_type_ids=[]).limits.group_gap
    last.save()
    assert first_time(family, site, point=None) == first.starts_at


@pytest.mark.parametrize("people", [1, 2, 4])
def test_the_first_time_is_the_first_that_the_calendar_of_the_site_counts(people):
    """The page of times uses other SQL than the list of sites. Both agree for many different calendars."""
    family, random = make_household(people), Random(people)
    rules, at_home = get_rules(form_type_ids=[]), family[0].slot.site
    sites = [at_home, *(SiteFactory(tz=tz) for tz in ("Pacific/Guam", "America/New_York") * 4)]
    for site in sites:
        start = in_site_zone(database_now() + timedelta(days=2), site.tz).replace(hour=7, minute=0)
        for number in range(14):
            start += timedelta(minutes=random.choice([30, 30, 45, 65, 300]))
            slot = SlotFactory(
                site=site,
                starts_at=start,
                ends_at=start + timedelta(minutes=30),
                capacity=2,
                taken=random.choice([0, 1, 2, 2]),
            )
            if slot.taken < 2 and number % 4 == 0:
                ReservedSeatFactory(slot=slot, expired=random.random() < 0.5)

    pages = [search(family, point=None, rules=rules, page=page) for page in "1234"]
    found = {row.pk: row.first_starts_at for page in pages for row in page.object_list}

    counted = [count_openings(site=site, appointments=family, rules=rules).counts for site in sites]
    firsts = [counts[0].first_at if counts else None for counts in counted]
    assert [found[site.pk] for site in sites] == firsts
    assert len(set(firsts)) > 3


# --- Near sites -----------------------------------------------------------------------------------


def near(appointment, shown=None, point=HERE):
    rows = find_near_sites(
        current=appointment.slot.site,
        shown=shown or appointment.slot.site,
        point=point,
        appointments=[appointment],
        rules=get_rules(form_type_ids=[]),
    )
    return [row.pk for row in rows]


def test_the_current_site_and_the_five_nearest_are_offered(appointment):
    others = [make_site(number) for number in (3, 1, 2, 7, 5, 4)]

    nearest = [others[place].pk for place in (1, 2, 0, 5, 4)]
    assert near(appointment) == [appointment.slot.site_id, *nearest]
    # Near a ZIP Code: the current site stays the first one.
    assert near(appointment, point=Coordinates(40.0, -112.0))[:2] == [appointment.slot.site_id, others[3].pk]


def test_the_shown_site_is_offered_too(appointment):
    others = [make_site(number) for number in (1, 2, 3, 4, 5, 6)]

    assert near(appointment, shown=others[5]) == [appointment.slot.site_id, *(site.pk for site in others)]
    assert near(appointment, shown=others[0]) == [appointment.slot.site_id, *(site.pk for site in others[:5])]


# --- Statements -----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", SiteOrder)
@pytest.mark.parametrize("people", [1, 3])
def test_a_search_takes_two_statements_and_near_sites_take_one(people, order):
    family = make_household(people)
    site = family[0].slot.site
    rules = get_rules(form_type_ids=[])
    for number in range(30):
        adjacent_slots(make_site(number), seats=[3])

    with CaptureQueriesContext(connection) as searching:
        assert len(search(family, order=order, rules=rules).object_list) == PAGE_SIZE
    with CaptureQueriesContext(connection) as listing:
        find_near_sites(current=site, shown=site, point=HERE, appointments=family, rules=rules)

    assert (len(searching), len(listing)) == (2, 1)
