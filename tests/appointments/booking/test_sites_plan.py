"""The search for sites in a country with many slots finds first times through the index."""

import pytest
from django.db import connection, transaction

from appointments.booking.sites import SiteOrder, find_near_sites, search_sites
from appointments.models import ReservedSeat, Site, Slot
from policy.queries import get_rules
from portal.foundation.zip_codes import Coordinates
from tests.factories.appointments import AppointmentFactory
from tests.factories.busy_country import copy_as_ended, expire_some_holds, make_calendars
from tests.factories.households import make_household
from tests.support.query_plans import plans_of, read_whole

ENDED_HOLDS = 20_000
INDEX = "slot_one_per_site_and_start"
HERE = Coordinates(40.0, -100.0)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def busy_country(module_data):
    """Create 60,000 slots at 150 sites, every second one full, and 20,000 ended holds. Return people."""
    sites = make_calendars(
        starts_at="portal_clock() + number * interval '220 minutes'", taken="(number % 2) * 2"
    )
    for number, site in enumerate(sites):
        Site.objects.filter(pk=site.pk).update(latitude=30 + number / 10, longitude=-100)
    one, several = [AppointmentFactory()], make_household(3)
    expire_some_holds(Slot.objects.filter(site=sites[0], taken=2)[:20])
    copy_as_ended(ReservedSeat.objects.first(), ENDED_HOLDS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE appointments_slot, appointments_reservedseat, appointments_site")
    return {1: one, 3: several}


def search(appointments, order, within=None):
    rules = get_rules(form_type_ids=[])
    found, plans = plans_of(
        lambda: search_sites(
            point=HERE, within=within, order=order, appointments=appointments, rules=rules, page=None
        )
    )
    assert found.object_list
    return plans


def list_near(appointments):
    rules, site = get_rules(form_type_ids=[]), appointments[0].slot.site
    _, plans = plans_of(
        lambda: find_near_sites(current=site, shown=site, point=HERE, appointments=appointments, rules=rules)
    )
    return plans


SEARCHES = [
    lambda people: search(people, SiteOrder.NEAREST),
    lambda people: search(people, SiteOrder.EARLIEST),
    lambda people: search(people, SiteOrder.EARLIEST, within=300),
    list_near,
]


@pytest.mark.parametrize("find", SEARCHES, ids=["nearest", "earliest", "earliest-within", "near"])
@pytest.mark.parametrize("people", [1, 3])
def test_first_times_are_found_by_site_and_start_and_never_in_the_whole_table(busy_country, people, find):
    plans = find(busy_country[people])

    assert not {"appointments_slot", "appointments_reservedseat"} & read_whole(plans)
    conditions = [node["Index Cond"] for nodes in plans for node in nodes if node.get("Index Name") == INDEX]
    # For a group one for the first slot of a run, and one for the next.
    assert len(conditions) == (2 if people > 1 else 1)
    for condition in conditions:
        assert "site_id" in condition
        assert "starts_at" in condition


def test_control_without_the_index_every_slot_is_read(busy_country):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE appointments_slot DROP CONSTRAINT {INDEX}")
        plans = search(busy_country[1], SiteOrder.NEAREST)
        transaction.set_rollback(True)

    assert not [node for nodes in plans for node in nodes if "starts_at" in node.get("Index Cond", "")]
