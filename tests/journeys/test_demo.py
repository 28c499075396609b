"""The demonstration for a visitor: one click, then one appointment for each answer."""

from contextlib import ExitStack

import pytest

from appointments.demo.seed import seed_demo
from appointments.eligibility import RefusalCode
from tests.journeys.conftest import Reader
from tests.support.web_server import serve_portal


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    with ExitStack() as running:
        with django_db_blocker.unblock():
            portal = running.enter_context(serve_portal(workers=1, settings_module="portal.settings.local"))
        yield portal


@pytest.fixture
def demo_portal(committed_data, server, settings):
    settings.IS_DEMO = True
    settings.DEMO_PASSWORD = "a-demonstration-only"
    seed_demo()
    return server


def list_refusals(page):
    cards = page.locator("[data-refusal]")
    return {cards.nth(index).get_attribute("data-refusal") for index in range(cards.count())}


@pytest.mark.parametrize("width", [1280, 360])
def test_visitor_becomes_the_applicant_and_sees_every_refusal(demo_portal, chromium, accessibility, width):
    # Given the start page of the demonstration
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-US")
    reader = Reader(context.new_page(), demo_portal.url, "en", accessibility)
    reader.open("/")
    reader.follow("Try it as a demo person")

    # When the visitor continues as the applicant with one click
    reader.press("Continue as Ana Rivera")

    # Then the list, and the pages of past appointments below it, show every refusal
    shown, allowed, past = set(), 0, []
    while True:
        shown |= list_refusals(reader.page)
        allowed += reader.page.get_by_role("link", name="Reschedule this appointment").count()
        links = reader.page.locator(".portal-past__row a")
        past += links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
        if not reader.page.get_by_role("link", name="Next page").count():
            break
        reader.follow("Next page")
    for address in dict.fromkeys(past):
        reader.open(address)
        shown |= list_refusals(reader.page)
    assert shown == set(RefusalCode)
    assert allowed >= 3
    context.close()
