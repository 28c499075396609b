"""The search for seats for everyone, among a country's worth of slots: PostgreSQL's plan uses the index."""

import pytest
from django.db import connection, transaction

from appointments.booking import locks, seats
from appointments.booking.availability import count_openings, find_run, list_times
from appointments.models import Slot
from policy.queries import get_rules
from tests.appointments.booking import acts
from tests.factories.busy_country import (
    SITES,
    SLOTS_PER_SITE,
    copy_as_ended,
    expire_some_holds,
    make_calendars,
)
from tests.factories.households import adjacent_slots, make_household
from tests.support.query_plans import plans_of, read_whole

PAST_HOUSEHOLDS = 10_000
BY_SITE_AND_START = "slot_one_per_site_and_start"
BY_RESERVATION = "reserved_seat_once_per_reservation"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def family(module_data):
    """Three among 60,000 slots in adjacent pairs, most of them past, and 10,000 reservations that ended."""
    sites = make_calendars(
        starts_at="date_trunc('hour', portal_clock()) + (number / 2 - 150) * interval '12 hours'"
        " + (number % 2) * interval '30 minutes'",
        taken="CASE WHEN number % 4 = 0 THEN 2 ELSE 0 END",
    )
    family = make_household(3)
    expire_some_holds(Slot.objects.filter(site=sites[0], taken=2)[:20])
    [slot] = adjacent_slots(family[0].slot.site, seats=[3])
    held = acts.hold_together(account=family[0].series.person.case.requestor, appointments=family, first=slot)
    copy_as_ended(acts.seats_of(held)[0], PAST_HOUSEHOLDS)
    with connection.cursor() as cursor:
        # From every row and not from a sample, so that each run gets the same plans.
        cursor.execute("SET default_statistics_target = 1000")
        cursor.execute(
            "VACUUM ANALYZE appointments_slot, appointments_reservation, appointments_reservedseat,"
            " appointments_site"
        )
        cursor.execute("RESET default_statistics_target")
    return family


def middle_site():
    return Slot.objects.select_related("site").order_by("site_id")[SITES * SLOTS_PER_SITE // 2].site


def plans_of_search(family):
    """Return the plans of the counts and of the times of a day."""
    wanted = {"appointments": family, "rules": get_rules(form_type_ids=[])}
    openings, counting = plans_of(lambda: count_openings(site=middle_site(), **wanted))
    days = sorted({count.on for count in openings.counts})
    assert len(days) > 20
    times, listing = plans_of(lambda: list_times(site=middle_site(), on=days[10], **wanted))
    assert times
    return [counting[-1], listing[-1]]


def conditions_on(nodes, index):
    return [node.get("Index Cond", "") for node in nodes if node.get("Index Name") == index]


def test_the_search_reads_the_slots_of_one_site_once(family):
    for nodes in plans_of_search(family):
        assert read_whole([nodes]) == set()
        # PostgreSQL may prefer the index of the site alone, if most of its slots are within reach.
        assert len([node for node in nodes if "site_id" in node.get("Index Cond", "")]) == 1


def test_runs_grow_without_comparing_every_slot_with_every_other(family):
    counting, _listing = plans_of_search(family)
    assert not [node for node in counting if node["Node Type"] == "Nested Loop" and "free" in str(node)]


def test_control_without_the_index_it_would_read_every_slot_of_the_site(family):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE appointments_slot DROP CONSTRAINT {BY_SITE_AND_START}")
        plans = plans_of_search(family)
        transaction.set_rollback(True)

    assert not [node for nodes in plans for node in nodes if "starts_at" in node.get("Index Cond", "")]


def test_the_run_of_a_hold_reads_the_rest_of_its_day_through_the_index(family):
    first = Slot.objects.select_related("site").filter(site=middle_site()).order_by("starts_at")[320]

    rules = get_rules(form_type_ids=[])

    run, [nodes] = plans_of(lambda: find_run(first=first, appointments=family, rules=rules))

    assert run[0] == first.pk
    assert read_whole([nodes]) == set()
    [condition] = conditions_on(nodes, BY_SITE_AND_START)
    assert "site_id" in condition
    assert condition.count("starts_at") == 2


def find_held_together(family):
    """Return the plans of the two queries for the seats that a group holds."""

    def read():
        held = seats.find_held([family[0].pk])
        with transaction.atomic():
            return held, locks.lock_reservation(held[0].reservation_id)

    return plans_of(read)


def test_the_seats_of_a_group_are_found_among_many_holds_through_indexes(family):
    (held, locked), plans = find_held_together(family)

    assert len(held) == len(locked) == 3
    assert len(plans) == 2
    for nodes in plans:
        assert not {"appointments_reservedseat", "appointments_reservation"} & read_whole([nodes])
    # The other way may as well read the held seats alone, through their own index.
    assert looked_up_by_reservation([plans[-1]])


def looked_up_by_reservation(plans):
    return [node for nodes in plans for node in nodes if node.get("Index Name") == BY_RESERVATION]


def test_control_without_the_index_every_hold_is_read_for_a_group(family):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE appointments_reservedseat DROP CONSTRAINT {BY_RESERVATION}")
        plans = find_held_together(family)[1]
        transaction.set_rollback(True)

    # In the order of the table or of another index: PostgreSQL weighs that anew with its statistics.
    assert looked_up_by_reservation(plans) == []
