"""Search plans: the one-week search in a country with many slots uses the index."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from appointments.booking.availability import find_week
from appointments.models import ReservedSeat, Slot
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.factories.appointments import AppointmentFactory
from tests.factories.busy_country import (
    SITES,
    SLOTS_PER_SITE,
    copy_as_ended,
    expire_some_holds,
    make_calendars,
)
from tests.support.query_plans import plans_of, read_whole

ENDED_HOLDS = 20_000
INDEX = "slot_one_per_site_and_start"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def busy_country(module_data):
    """Create 60,000 slots, every second one full, and 20,000 ended holds."""
    sites = make_calendars(
        starts_at="portal_clock() + number * interval '220 minutes'", taken="(number % 2) * 2"
    )
    appointment = AppointmentFactory()
    expire_some_holds(Slot.objects.filter(site=sites[0], taken=2)[:20])
    copy_as_ended(ReservedSeat.objects.first(), ENDED_HOLDS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE appointments_slot, appointments_reservedseat, appointments_site")
    return sites[SITES // 2], appointment


def plans_of_search(site, appointment, monday):
    rules = get_rules(form_type_ids=[])
    week, plans = plans_of(lambda: find_week(site=site, appointment=appointment, rules=rules, monday=monday))
    assert week.days
    return plans


def test_searching_a_week_reads_the_index_and_never_the_whole_table(busy_country):
    site, appointment = busy_country
    today = database_now().date()
    plans = [
        plan
        for monday in (None, today + timedelta(days=7), today + timedelta(days=30))
        for plan in plans_of_search(site, appointment, monday)
    ]
    assert len(plans) == 4
    assert Slot.objects.count() > SITES * SLOTS_PER_SITE
    for nodes in plans:
        assert read_whole([nodes]) == set()
        [by_index] = [node for node in nodes if node.get("Index Name") == INDEX]
        assert by_index["Node Type"] in ("Index Scan", "Bitmap Index Scan")
        assert "site_id" in by_index["Index Cond"]
        assert "starts_at" in by_index["Index Cond"]


def test_without_the_index_it_would_read_every_slot_of_the_site(busy_country):
    """Control: the same search on the same rows without the index."""
    site, appointment = busy_country
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE appointments_slot DROP CONSTRAINT {INDEX}")
        [nodes] = plans_of_search(site, appointment, database_now().date() + timedelta(days=7))
        transaction.set_rollback(True)
    assert not [node for node in nodes if "starts_at" in node.get("Index Cond", "")]
