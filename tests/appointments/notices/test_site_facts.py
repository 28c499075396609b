"""The facts of a site on pages: hours, texts and links to maps."""

from datetime import UTC, datetime, time

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from appointments.models import Site, SiteHours
from appointments.notices.presenters.site_facts import build_site_facts

# Tuesday in Phoenix, but already Wednesday on Guam.
NOW = datetime(2026, 12, 1, 18, tzinfo=UTC)
HOURS = [
    SiteHours(weekday=2, opens_at=time(8), closes_at=time(16)),
    SiteHours(weekday=3, opens_at=time(13), closes_at=time(16, 30)),
]


def make_site(**fields):
    address = {"street": "1 A & B Street", "city": "Hagåtña", "state": "GU", "postal_code": "96910"}
    return Site(**{"name": "Guam Center", "tz": "Pacific/Guam", **address, **fields})


def build(site, hours=()):
    return build_site_facts(site, hours, now=NOW)


@pytest.mark.parametrize(
    ("tz", "today"), [("America/Phoenix", "8:00 AM to 4:00 PM"), ("Pacific/Guam", "1:00 PM to 4:30 PM")]
)
def test_today_is_the_day_at_the_site(tz, today):
    facts = build(make_site(tz=tz), HOURS)

    assert facts.hours_today == today
    assert [day.hours for day in facts.weekdays if day.is_today] == [today]


def test_a_weekday_without_hours_is_closed():
    weekdays = build(make_site(), HOURS).weekdays

    assert [day.weekday for day in weekdays][::6] == ["Monday", "Sunday"]
    assert [day.hours for day in weekdays].count("Closed") == 5


def test_a_site_without_any_hours_shows_none():
    facts = build(make_site())

    assert facts.weekdays == ()
    assert "Today" not in render_to_string("components/site_facts.html", {"facts": facts})


@pytest.mark.parametrize(("language", "text"), [("en", "Free."), ("es", "Gratis.")])
def test_texts_are_in_the_language_of_the_reader(language, text):
    site = make_site(parking_en="Free.", parking_es="Gratis.")

    with translation.override(language):
        assert build(site).parking == text


@pytest.mark.parametrize(("language", "text"), [("en", "weapons"), ("es", "armas")])
def test_without_a_text_of_its_own_a_site_shows_the_general_list(language, text):
    with translation.override(language):
        assert text in build(make_site()).not_allowed


def test_the_text_of_the_site_replaces_the_general_list():
    assert build(make_site(not_allowed_en="Skates.", not_allowed_es="Patines.")).not_allowed == "Skates."


def test_maps_are_three_links_that_carry_the_address_and_no_referrer():
    page = render_to_string("components/site_facts.html", {"facts": build(make_site())})

    assert page.count('rel="noreferrer"') == page.count("https://") == 3
    assert page.count("1+A+%26+B+Street%2C+Hag%C3%A5t%C3%B1a%2C+GU+96910") == 3


def test_only_known_facts_have_a_heading():
    page = render_to_string("components/site_facts.html", {"facts": build(make_site())})

    assert [
        heading in page for heading in ("Parking</dt>", "Accessibility</dt>", "Not allowed inside</dt>")
    ] == [
        False,
        False,
        True,
    ]
