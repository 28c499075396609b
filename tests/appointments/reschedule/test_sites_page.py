"""The page to choose a site: the search, the sites with their first openings, and links to their times."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from portal.foundation.site_time import format_short_instant, in_site_zone
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, SiteFactory, SlotFactory
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason

pytestmark = pytest.mark.usefixtures("reference_data")

PHOENIX = {"latitude": 33.4510, "longitude": -112.0770}
TUCSON = {"latitude": 32.2226, "longitude": -110.9747, "city": "Tucson", "postal_code": "85701"}
HONOLULU = {
    "latitude": 21.3069,
    "longitude": -157.8583,
    "city": "Honolulu",
    "state": "HI",
    "tz": "Pacific/Honolulu",
}
GUAM = {"latitude": 13.4745, "longitude": 144.7504, "city": "Hagåtña", "state": "GU", "tz": "Pacific/Guam"}


def give_reason(appointment):
    account = appointment.series.person.case.requestor
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    return account


@pytest.fixture
def appointment(client, db):
    made = AppointmentFactory(slot=SlotFactory(site=SiteFactory(name="Phoenix Center", **PHOENIX)))
    client.force_login(give_reason(made))
    return made


@pytest.fixture
def address(appointment):
    return reverse("appointments:sites", args=[appointment.public_id])


def content(page):
    return page.content.decode().replace("&amp;", "&")


def text(page):
    return " ".join(re.sub(r"<[^>]*>", " ", content(page)).split())


def rows(page):
    """Return each site of the list as its text."""
    [found] = re.findall(r'<ol class="portal-sites">(.*?)</ol>', content(page), re.DOTALL)
    return [
        " ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in re.findall(r"<li.*?</li>", found, re.DOTALL)
    ]


def link_to(page, site):
    [href] = re.findall(rf'href="([^"]*site={site.public_id}[^"]*)"', content(page))
    return href


def test_sites_show_their_distance_and_first_opening_in_their_own_zone(client, address):
    tucson, honolulu = (
        SiteFactory(name="Tucson Center", **TUCSON),
        SiteFactory(name="Honolulu Center", **HONOLULU),
    )
    first = SlotFactory(site=honolulu, ahead=timedelta(days=4))
    first_time = format_short_instant(first.starts_at, honolulu.tz)
    SiteFactory(name="Unknown Center", city="Nowhere")

    found = rows(client.get(address))

    assert found == [
        "Phoenix Center Your current site 1 Test Street, Phoenix, AZ 85003 No openings",
        "Tucson Center 1 Test Street, Tucson, AZ 85701 About 106 miles No openings",
        f"Honolulu Center 1 Test Street, Honolulu, HI 85003 About 2,906 miles First opening: {first_time}",
        "Unknown Center 1 Test Street, Nowhere, AZ 85003 Distance unknown No openings",
    ]
    assert tucson.name in found[1]


def test_a_site_leads_to_its_times_on_the_day_of_its_first_opening(client, address):
    guam = SiteFactory(**GUAM)
    first = SlotFactory(site=guam, ahead=timedelta(days=4))

    link = link_to(client.get(address, {"zip": "96910", "part": "morning"}), guam)

    assert urlsplit(link).path == address.replace("/sites/", "/times/")
    assert parse_qs(urlsplit(link).query) == {
        "site": [str(guam.public_id)],
        "day": [str(in_site_zone(first.starts_at, guam.tz).date())],
        "part": ["morning"],
        "zip": ["96910"],
    }
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("zip_code", ["85701", " 85701-1234 ", "８５７０１"])
def test_a_zip_code_is_where_distances_begin(client, address, zip_code):
    SiteFactory(name="Tucson Center", **TUCSON)

    page = client.get(address, {"zip": zip_code})

    assert "Sites near ZIP Code 85701" in text(page)
    assert [row.split(" Center")[0] for row in rows(page)] == ["Tucson", "Phoenix"]
    assert "About 107 miles" in rows(page)[1]


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"zip": "8500"}, "Enter a 5-digit ZIP Code, like 85004."),
        ({"zip": "Phoenix"}, "Enter a 5-digit ZIP Code, like 85004."),
        ({"zip": "1" * 30}, "Enter a 5-digit ZIP Code, like 85004."),
        ({"zip": "00000"}, "We don’t know this ZIP Code. Check it, or choose a site near your current one."),
        ({"within": "7"}, "Choose a distance from the list."),
        ({"order": "x"}, "Choose what to show first from the list."),
    ],
)
def test_an_error_names_the_field_and_the_remedy(client, address, sent, problem):
    page = client.get(address, sent)

    assert page.status_code == 422
    assert problem in text(page)
    assert 'portal-sites"' not in content(page)


def test_the_earliest_openings_within_a_distance_come_first(client, address):
    tucson = SiteFactory(name="Tucson Center", **TUCSON)
    SlotFactory(site=tucson, ahead=timedelta(days=4))
    SlotFactory(site=SiteFactory(name="Honolulu Center", **HONOLULU), ahead=timedelta(days=2))

    page = client.get(address, {"order": "earliest", "within": "100", "zip": "85701"})
    farther = client.get(address, {"order": "earliest", "within": ""})

    assert "Earliest openings within 100 miles of ZIP Code 85701" in text(page)
    assert [row.split(" Center")[0] for row in rows(page)] == ["Tucson"]
    assert [row.split(" Center")[0] for row in rows(farther)] == ["Honolulu", "Tucson", "Phoenix"]


def test_no_site_within_the_distance(client, address):
    page = client.get(address, {"within": "25", "zip": "96910"})

    assert "No sites within 25 miles. Choose a larger distance." in text(page)


def test_a_current_site_without_coordinates_asks_for_a_zip_code(client, appointment, address):
    type(appointment.slot.site).objects.update(latitude=None, longitude=None)

    page = client.get(address, {"within": "25"})

    assert "We don’t know where your current site is." in text(page)
    assert len(rows(page)) == 1


def test_the_page_is_in_spanish_too(client, address):
    SiteFactory(**TUCSON)

    page = client.get(address, headers={"accept-language": "es"})

    assert "Centros cerca de su centro actual" in text(page)
    assert "Unas 106 millas Sin turnos disponibles" in rows(page)[1]


def test_pages_of_the_list_keep_the_search(client, address):
    for number in range(21):
        SiteFactory(latitude=33.5 + number / 100, longitude=-112)

    page = client.get(address, {"zip": "85004", "within": "50"})
    [following] = re.findall(r'rel="next"\s+href="([^"]*)"', content(page))

    assert parse_qs(following.lstrip("?")) == {"zip": ["85004"], "within": ["50"], "page": ["2"]}
    assert len(rows(client.get(address + following))) == 2


# --- Several people, and who may see the page -----------------------------------------------------


def test_a_family_sees_the_first_time_for_all_and_stays_together(client):
    family = make_household(2)
    for member in family:
        account = give_reason(member)
    client.force_login(account)
    site = SiteFactory(**TUCSON)
    SlotFactory(site=site, ahead=timedelta(days=2), capacity=1)
    adjacent_slots(site, seats=[2], first=timedelta(days=4))
    together = {"with": str(family[1].public_id)}

    page = client.get(reverse("appointments:sites", args=[family[0].public_id]), together)

    assert "Each first opening has room for all 2 of you." in text(page)
    [row] = [row for row in rows(page) if "Tucson" in row]
    assert "9:00 AM" in row
    assert parse_qs(urlsplit(link_to(page, site)).query)["with"] == [str(family[1].public_id)]
    assert content(page).count(f'name="with" value="{family[1].public_id}"') == 1


def test_without_a_reason_the_page_leads_back_to_it(client):
    appointment = AppointmentFactory()
    client.force_login(appointment.series.person.case.requestor)

    page = client.get(reverse("appointments:sites", args=[appointment.public_id]))

    assert page.url == reverse("appointments:reason", args=[appointment.public_id])


def test_an_appointment_that_cannot_be_rescheduled_leads_to_the_answer(client):
    appointment = AppointmentFactory(slot=SlotFactory(ahead=timedelta(hours=11)))
    client.force_login(appointment.series.person.case.requestor)

    page = client.get(reverse("appointments:sites", args=[appointment.public_id]))

    assert page.url == reverse("appointments:detail", args=[appointment.public_id])


def test_the_page_of_someone_else_does_not_exist(client, address):
    client.force_login(UserFactory())

    assert client.get(address).status_code == 404
