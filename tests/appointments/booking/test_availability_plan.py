"""Search plans: in a country with many slots, the counts and the times of a day use the index."""

import pytest
from django.db import connection, transaction

from appointments.booking.availability import count_openings, list_times
from appointments.models import ReservedSeat, Slot
from policy.queries import get_rules
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
    """Create 60,000 slots, most of them past, every second one full, and 20,000 ended holds."""
    sites = make_calendars(
        starts_at="portal_clock() + (number - 300) * interval '500 minutes'", taken="(number % 2) * 2"
    )
    appointment = AppointmentFactory()
    expire_some_holds(Slot.objects.filter(site=sites[0], taken=2)[:20])
    copy_as_ended(ReservedSeat.objects.first(), ENDED_HOLDS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE appointments_slot, appointments_reservedseat, appointments_site")
    return sites[SITES // 2], appointment


def plans_of_search(site, appointment):
    """Return the plans of the counts and of the times of a day."""
    wanted = {"appointments": [appointment], "rules": get_rules(form_type_ids=[])}
    openings, counting = plans_of(lambda: count_openings(site=site, **wanted))
    days = sorted({count.on for count in openings.counts})
    assert len(days) > 30
    times, listing = plans_of(lambda: list_times(site=site, on=days[20], **wanted))
    assert times
    return [*counting, *listing]


def test_the_counts_and_the_times_read_the_index_and_never_the_whole_table(busy_country):
    plans = plans_of_search(*busy_country)
    assert len(plans) == 2
    assert Slot.objects.count() > SITES * SLOTS_PER_SITE
    for nodes in plans:
        assert read_whole([nodes]) == set()
        [by_index] = [node for node in nodes if node.get("Index Name") == INDEX]
        assert by_index["Node Type"] in ("Index Scan", "Bitmap Index Scan")
        assert "site_id" in by_index["Index Cond"]
        assert by_index["Index Cond"].count("starts_at") == 2


def test_without_the_index_it_would_read_every_slot_of_the_site(busy_country):
    """Control: the same search on the same rows without the index."""
    site, appointment = busy_country
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE appointments_slot DROP CONSTRAINT {INDEX}")
        plans = plans_of_search(site, appointment)
        transaction.set_rollback(True)
    assert not [node for nodes in plans for node in nodes if "starts_at" in node.get("Index Cond", "")]
