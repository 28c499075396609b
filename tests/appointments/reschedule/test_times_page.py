"""The page to choose a time: any day is one link away, each time is one button, and nothing is forgotten."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from appointments.booking.availability import STAFF_HORIZON
from appointments.models import Reservation, ReservedSeat
from portal.foundation.clock import database_now
from portal.foundation.site_time import format_short_instant, format_weekday, in_site_zone
from tests.appointments.booking import acts
from tests.factories.appointments import AppointmentFactory, SiteFactory, SlotFactory
from tests.factories.policy import reason
from tests.support.html_forms import sent_by

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def site(db):
    return SiteFactory(tz="America/Phoenix", name="Center")


@pytest.fixture
def appointment(client, site):
    """The appointment of the signed-in reader, who stated a reason."""
    row = AppointmentFactory(slot=SlotFactory(site=site, ahead=timedelta(days=2)))
    account = row.series.person.case.requestor
    acts.state_reason(account=account, appointment=row, reason=reason(), explanation="")
    client.force_login(account)
    return row


@pytest.fixture
def address(appointment):
    return reverse("appointments:times", args=[appointment.public_id])


@pytest.fixture
def slots(site):
    """At 9, 10 and 1 on a Tuesday, and at 9 on the Thursday after it."""
    soon = in_site_zone(database_now(), site.tz) + timedelta(days=7)
    tuesday = (soon + timedelta(days=(1 - soon.weekday()) % 7)).replace(hour=9, minute=0, second=0)
    starts = [tuesday + timedelta(hours=hours) for hours in (0, 1, 4, 48)]
    return [SlotFactory(site=site, starts_at=start) for start in starts]


def day_of(slot):
    return in_site_zone(slot.starts_at, slot.site.tz).date()


def html(page):
    return page.content.decode()


def offered(page):
    return re.findall(r'<button type="submit" name="slot" value="([^"]+)"', html(page))


def text(page):
    return " ".join(re.sub(r"<[^>]*>", " ", html(page)).split())


def calendar_links(page):
    """Return the address of each day of the calendar, by its day."""
    found = re.findall(r'<td[^>]*><a href="([?][^"#]*)#times"', html(page))
    links = [link.replace("&amp;", "&") for link in found]
    return {parse_qs(urlsplit(link).query)["day"][0]: link for link in links}


def test_the_first_day_from_the_current_appointment_on_is_shown(client, address, slots, site):
    SlotFactory(site=site, ahead=timedelta(days=1))

    page = client.get(address)

    assert offered(page) == [str(slot.public_id) for slot in slots[:3]]
    assert format_weekday(day_of(slots[0])) in text(page)
    assert "First opening:" in text(page)


def test_every_day_with_times_is_one_link_away_and_shows_only_its_own(client, address, slots):
    links = calendar_links(client.get(address))

    assert list(links) == [str(day_of(slots[0])), str(day_of(slots[3]))]
    assert offered(client.get(address + links[str(day_of(slots[3]))])) == [str(slots[3].public_id)]


def test_a_time_is_held_with_one_button(client, address, slots):
    page = client.get(address, {"day": day_of(slots[3])})
    [form] = re.findall(r'<form method="post" action="([?][^"]*)" data-submit-once>', html(page))

    held = client.post(address + form.replace("&amp;", "&"), {"slot": offered(page)[0]})

    [seat] = ReservedSeat.objects.all()
    assert held.url == reverse("appointments:review", args=[seat.reservation.public_id])
    assert seat.slot == slots[3]


def test_the_current_appointment_and_the_last_day_are_named(client, address, slots):
    said = text(client.get(address))

    assert "Your current appointment" in said
    assert "60 days from today" in said


@pytest.mark.parametrize(
    ("search", "places"),
    [
        ({"part": "morning"}, [0, 1]),
        ({"part": "afternoon"}, [2]),
        ({"weekday": "4"}, [3]),
        ({"weekday": "2", "part": "afternoon"}, [2]),
        ({"weekday": "1"}, []),
        ({"weekday": "8", "part": "night"}, [0, 1, 2]),
    ],
)
def test_filters_choose_among_days_and_times(client, address, slots, search, places):
    page = client.get(address, search)

    assert offered(page) == [str(slots[place].public_id) for place in places]
    if not places:
        assert "No openings match your filters." in text(page)


def test_site_day_and_filters_travel_through_every_link_and_form(client, address, slots, site):
    other = SiteFactory()
    SlotFactory(site=other, starts_at=slots[0].starts_at)
    search = {"site": other.public_id, "part": "morning", "weekday": "2"}

    page = client.get(address, search)

    assert len(offered(page)) == 1
    wanted = {name: [str(value)] for name, value in search.items()}
    [action] = re.findall(r'<form method="post" action="([?][^"]*)" data-submit-once>', html(page))
    for link in [*calendar_links(page).values(), action.replace("&amp;", "&")]:
        query = parse_qs(urlsplit(link).query)
        assert {name: query[name] for name in wanted} == wanted
    _, *forms = re.split(r'<form [^>]*method="get"', html(page))
    of_filters, of_date = (sent_by(form.partition("</form>")[0]) for form in forms)
    assert of_filters == wanted | {"near": [str(day_of(slots[0]))]}
    assert {name: of_date[name] for name in wanted} == wanted
    [of_site] = re.findall(rf'href="(\?site={site.public_id}[^"]*)"', html(page))
    kept = wanted | {"site": [str(site.public_id)], "near": [str(day_of(slots[0]))]}
    assert parse_qs(urlsplit(of_site.replace("&amp;", "&")).query) == kept


def test_another_site_opens_near_the_day_that_was_shown(client, address, slots, site):
    other = SiteFactory()
    SlotFactory(site=other, ahead=timedelta(days=3))
    near = SlotFactory(site=other, starts_at=slots[3].starts_at + timedelta(days=1))

    page = client.get(address, {"site": other.public_id, "near": day_of(slots[3])})

    assert offered(page) == [str(near.public_id)]
    assert "has no openings that match. This is the nearest day with openings." in text(page)


def test_a_date_without_openings_says_so_and_leads_to_the_nearest(client, address, slots):
    wednesday = day_of(slots[0]) + timedelta(days=1)

    page = client.get(address, {"day": wednesday})

    assert offered(page) == []
    assert "This day has no openings. The nearest days with openings:" in text(page)
    for slot in (slots[0], slots[3]):
        assert re.search(rf'<li><a class="usa-link" href="[^"]*day={day_of(slot)}#times"', html(page))


@pytest.mark.parametrize("ahead", [-timedelta(days=400), STAFF_HORIZON * 2])
def test_a_date_out_of_reach_leads_to_the_nearest_too(client, address, slots, ahead):
    page = client.get(address, {"day": (database_now() + ahead).date()})

    assert page.status_code == 200
    assert offered(page) == []
    assert "The nearest days with openings:" in text(page)


def test_a_date_that_is_none_is_said_next_to_its_field(client, address, slots):
    page = client.get(address, {"day": "soon"})

    assert "Enter a date as month, day, and year" in text(page)
    assert offered(page) == [str(slot.public_id) for slot in slots[:3]]


def test_a_site_without_openings_says_so(client, address):
    assert "Center has no openings right now." in text(client.get(address))


def test_the_page_stays_on_the_day_if_the_time_was_just_taken(client, address, slots, site):
    late = SlotFactory(site=site, starts_at=slots[3].starts_at + timedelta(hours=1), capacity=1, taken=1)

    page = client.post(f"{address}?site={site.public_id}&day={day_of(late)}", {"slot": late.public_id})

    assert page.status_code == 409
    assert offered(page) == [str(slots[3].public_id)]


def test_the_page_stays_on_the_day_if_no_time_was_sent(client, address, slots, site):
    page = client.post(f"{address}?site={site.public_id}&day={day_of(slots[3])}")

    assert page.status_code == 422
    assert offered(page) == [str(slots[3].public_id)]


@pytest.fixture
def held(appointment, slots):
    return acts.hold(account=appointment.series.person.case.requestor, appointment=appointment, slot=slots[3])


def test_the_review_links_to_the_day_of_the_held_time(client, address, slots, held):
    review = html(client.get(reverse("appointments:review", args=[held.public_id])))

    there = f"{address}?site={slots[3].site.public_id}&amp;day={day_of(slots[3])}"
    assert f'href="{there}#times"' in review
    assert f'href="{there}#site"' in review


def test_a_time_that_is_still_held_is_named_and_stays_on_offer(client, address, slots, held):
    page = client.get(address, {"day": day_of(slots[3])})

    assert "If you choose another time, we stop holding the one that you have now." in text(page)
    assert "(held for you)" in html(page)
    assert offered(page) == [str(slots[3].public_id)]
    assert client.post(address, {"slot": slots[3].public_id}).url.endswith(f"/{held.public_id}/")


def test_choosing_another_time_replaces_the_hold(client, address, slots, held):
    client.post(address, {"slot": slots[0].public_id})

    held.refresh_from_db()
    assert held.state == Reservation.State.RELEASED
    assert ReservedSeat.objects.get(held_until__isnull=False).slot == slots[0]


def test_a_changed_reason_leads_back_to_the_review_while_the_hold_lives(
    client, appointment, address, slots, held, shift_clock
):
    page = reverse("appointments:reason", args=[appointment.public_id])
    review = reverse("appointments:review", args=[held.public_id])

    assert client.post(page, {"reason": "TRAVEL", "explanation": ""}).url == review
    assert reason("TRAVEL").text in text(client.get(review))

    shift_clock(timedelta(minutes=11))

    assert client.post(page, {"reason": "TRAVEL", "explanation": ""}).url == address


@pytest.mark.parametrize(("left", "is_said"), [(timedelta(minutes=5), True), (timedelta(minutes=30), False)])
def test_a_deadline_that_comes_before_the_end_of_a_hold_is_named(client, site, slots, left, is_said):
    row = AppointmentFactory(slot=SlotFactory(site=site, ahead=timedelta(hours=12) + left))
    account = row.series.person.case.requestor
    acts.state_reason(account=account, appointment=row, reason=reason(), explanation="")
    client.force_login(account)

    said = text(client.get(reverse("appointments:times", args=[row.public_id])))

    assert ("Confirm the new time by" in said) == is_said


# --- Sites ----------------------------------------------------------------------------------------


def site_links(page):
    """Return the links to sites by their ids, and the ids in the order of the list."""
    links = re.findall(r'href="(\?site=([0-9a-f-]{36})[^"]*)">', html(page).split('id="other-sites"')[1])
    return {public_id: link.replace("&amp;", "&") for link, public_id in links}


def test_near_sites_are_one_link_away_and_the_current_one_comes_first(client, address, site):
    type(site).objects.filter(pk=site.pk).update(latitude=33.45, longitude=-112.07)
    far, near = (SiteFactory(latitude=33.45 + north, longitude=-112.07) for north in (2, 0.25))
    first = SlotFactory(site=near, ahead=timedelta(days=4))

    page = client.get(address, {"part": "morning"})

    links = site_links(page)
    assert list(links) == [str(row.public_id) for row in (site, near, far)]
    assert "Your current site" in text(page)
    assert "About 17 miles" in text(page)
    assert format_short_instant(first.starts_at, near.tz) in text(page)
    shown = client.get(address + links[str(near.public_id)])
    assert f"<strong>{near.name}</strong>" in html(shown)
    assert site_links(shown).keys() == links.keys()


def test_a_zip_code_travels_through_the_links_and_says_where_distances_begin(client, address, slots, site):
    SiteFactory(latitude=13.47, longitude=144.75)

    page = client.get(address, {"zip": "96910"})

    assert "Sites near ZIP Code 96910" in text(page)
    for link in [*site_links(page).values(), *calendar_links(page).values()]:
        assert parse_qs(urlsplit(link).query)["zip"] == ["96910"]


@pytest.mark.parametrize("zip_code", ["00000", "x", "①②③④⑤"])
def test_a_zip_code_that_is_not_known_is_ignored(client, address, zip_code):
    page = client.get(address, {"zip": zip_code})

    assert "Sites near your current site" in text(page)


def test_the_page_leads_to_all_sites_and_keeps_the_search(client, address, slots, site):
    page = client.get(address, {"part": "morning"})

    path = address.replace("/times/", "/sites/")
    links = [link.replace("&amp;", "&") for link in re.findall(rf'href="({path}[^"]*)"', html(page))]
    more, earliest = (parse_qs(urlsplit(link).query) for link in links)
    kept = {"part": ["morning"], "site": [str(site.public_id)], "near": [str(day_of(slots[0]))]}
    assert more == kept
    assert earliest == kept | {"order": ["earliest"], "within": ["50"]}
    assert f'href="{address}?' in html(client.get(links[0]))


def test_the_facts_of_the_shown_site_are_on_the_page(client, address, site):
    type(site).objects.filter(pk=site.pk).update(parking_en="Free garage.", parking_es="Garaje gratis.")

    assert "Free garage." in text(client.get(address))
