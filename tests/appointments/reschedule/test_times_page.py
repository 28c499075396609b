"""The page to choose a time shows one day, links to the other days, and keeps the place of the reader."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.booking.availability import STAFF_HORIZON
from portal.foundation.clock import database_now
from portal.foundation.site_time import format_short_date, format_weekday, in_site_zone
from tests.appointments.booking import acts
from tests.factories.appointments import AppointmentFactory, SiteFactory, SlotFactory
from tests.factories.policy import reason

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def site(db):
    return SiteFactory(tz="America/Phoenix")


@pytest.fixture
def address(client, site):
    """The page of a person who stated a reason."""
    appointment = AppointmentFactory(slot=SlotFactory(site=site, ahead=timedelta(days=2)))
    account = appointment.series.person.case.requestor
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    client.force_login(account)
    return reverse("appointments:times", args=[appointment.public_id])


@pytest.fixture
def week(site):
    """Three slots on the Tuesday of a week, one on its Thursday."""
    soon = in_site_zone(database_now(), site.tz) + timedelta(days=7)
    tuesday = (soon + timedelta(days=(1 - soon.weekday()) % 7)).replace(hour=9, minute=0)
    starts = [tuesday + timedelta(hours=hours) for hours in (0, 1, 2, 48)]
    return [SlotFactory(site=site, starts_at=start) for start in starts]


def day_of(slot):
    return in_site_zone(slot.starts_at, slot.site.tz).date()


def offered(page):
    return re.findall(r'name="slot"\s+id="slot-([^"]+)"', page.content.decode())


def text(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page.content.decode()).split())


def test_the_first_day_with_free_times_is_shown_alone(client, address, week):
    page = client.get(address)

    assert offered(page) == [str(slot.public_id) for slot in week[:3]]
    assert format_weekday(day_of(week[0])) in text(page)


def test_every_day_with_free_times_shows_how_many_it_has(client, address, week):
    said = text(client.get(address))

    assert f"{format_short_date(day_of(week[0]))} 3 openings" in said
    assert f"{format_short_date(day_of(week[3]))} 1 opening " in said


def test_a_day_is_one_link_away_and_marked_when_it_is_shown(client, address, week):
    [link] = re.findall(rf'href="(\?[^"#]*day={day_of(week[3])})', client.get(address).content.decode())

    page = client.get(address + link.replace("&amp;", "&"))

    assert offered(page) == [str(week[3].public_id)]
    [current] = re.findall(r'day=([-\d]+)#week-heading"\s+aria-current="date"', page.content.decode())
    assert current == str(day_of(week[3]))


def test_a_week_shows_its_first_day_with_free_times(client, address, week):
    monday = day_of(week[0]) - timedelta(days=1)

    assert len(offered(client.get(address, {"week": monday}))) == 3


@pytest.mark.parametrize("named", ["day", "week"])
def test_a_later_week_is_shown_on_request(client, address, week, site, named):
    later = SlotFactory(site=site, starts_at=week[0].starts_at + timedelta(days=14))

    assert offered(client.get(address, {named: day_of(later)})) == [str(later.public_id)]


def test_a_day_without_free_times_says_so_and_links_to_other_days(client, address, week):
    wednesday = day_of(week[0]) + timedelta(days=1)

    page = client.get(address, {"day": wednesday})

    assert offered(page) == []
    assert "No times are available on this day. Choose another day." in text(page)
    assert f"{format_short_date(day_of(week[3]))} 1 opening " in text(page)


def test_the_page_stays_on_the_day_if_the_time_was_just_taken(client, address, week, site):
    late = SlotFactory(site=site, starts_at=week[3].starts_at + timedelta(hours=1), capacity=1, taken=1)
    sent = {"site": site.public_id, "day": day_of(late), "slot": late.public_id}

    page = client.post(address, sent)

    assert page.status_code == 409
    assert offered(page) == [str(week[3].public_id)]


def test_the_page_stays_on_the_day_if_no_time_was_selected(client, address, week, site):
    page = client.post(address, {"site": site.public_id, "day": day_of(week[3])})

    assert page.status_code == 422
    assert offered(page) == [str(week[3].public_id)]


@pytest.mark.parametrize("ahead", [-timedelta(days=400), STAFF_HORIZON * 2])
def test_a_day_out_of_reach_shows_the_nearest_week(client, address, week, ahead):
    page = client.get(address, {"day": (database_now() + ahead).date()})

    assert page.status_code == 200
    assert offered(page) == []
