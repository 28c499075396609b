"""Distances between sites, and where a site is that came without coordinates."""

from io import StringIO

import pytest
from django.core.management import call_command

from appointments.models import Site
from portal.foundation.zip_codes import find_zip_coordinates
from tests.factories.appointments import SiteFactory

pytestmark = pytest.mark.django_db

PHOENIX, TUCSON, HONOLULU = (33.4484, -112.0740), (32.2226, -110.9747), (21.3069, -157.8583)
GUAM, NEW_YORK, LOS_ANGELES = (13.4443, 144.7937), (40.7128, -74.0060), (34.0522, -118.2437)
SAN_JUAN, ANCHORAGE = (18.4655, -66.1057), (61.2181, -149.9003)


@pytest.mark.parametrize(
    ("one", "other", "miles"),
    [
        (PHOENIX, TUCSON, 106),
        (NEW_YORK, LOS_ANGELES, 2446),
        # Across the date line: from 145° east to 158° west.
        (GUAM, HONOLULU, 3799),
        (HONOLULU, LOS_ANGELES, 2559),
        (ANCHORAGE, SAN_JUAN, 4900),
        (PHOENIX, PHOENIX, 0),
        # The other side of the Earth: half of its circumference.
        (PHOENIX, (-33.4484, 67.9260), 12437),
    ],
)
def test_the_distance_is_that_of_the_great_circle(one, other, miles):
    SiteFactory(latitude=one[0], longitude=one[1])

    site = Site.objects.with_miles(*other).get()

    assert site.miles == pytest.approx(miles, rel=0.003, abs=0.001)


def test_without_coordinates_the_distance_is_unknown():
    SiteFactory()

    assert Site.objects.with_miles(*PHOENIX).get().miles is None


def test_without_a_point_every_distance_is_unknown():
    SiteFactory(latitude=PHOENIX[0], longitude=PHOENIX[1])

    assert Site.objects.with_miles().get().miles is None


def test_a_site_without_coordinates_gets_those_of_its_zip_code_once():
    near, unknown = SiteFactory(postal_code="85004-1234"), SiteFactory(postal_code="00000")
    exact = SiteFactory(latitude=33.5, longitude=-112.2)
    said = [StringIO(), StringIO()]

    for output in said:
        call_command("locate_sites", stdout=output)

    for site in (near, unknown, exact):
        site.refresh_from_db()
    assert near.coordinates == find_zip_coordinates("85004")
    assert unknown.coordinates is None
    assert exact.coordinates == (33.5, -112.2)
    assert [output.getvalue() for output in said] == [
        "Sites located by their ZIP Code: 1.\n",
        "Sites located by their ZIP Code: 0.\n",
    ]
