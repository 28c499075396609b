"""A client invites a representative, who sees the case until the client ends it. Or a passcode is used."""

import pytest
from playwright.sync_api import expect

from accounts.models import Representation
from tests.factories.accounts import AttorneyFactory, UserFactory
from tests.factories.scenarios import appointment_of


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_a_client_invites_and_revokes(committed_data, open_browser, language, width):
    # Given a client with an appointment, and a verified attorney
    client, attorney = UserFactory(language=language), AttorneyFactory(language=language)
    appointment = appointment_of(client)
    case = appointment.series.person.case
    own_page = f"/cases/{case.public_id}/representative/"
    reader = open_browser(language=language, width=width)
    lawyer = open_browser(language=language, width=width)
    reader.arrive_as(client)
    lawyer.arrive_as(attorney)

    # When the client finds the page and invites the attorney's address
    reader.open(f"/appointments/{appointment.public_id}/")
    reader.follow("Your attorney or representative")
    reader.type("email", "no address")
    reader.press("Send invitation")
    reader.type("email", attorney.email)
    reader.press("Send invitation")
    expect(reader.page.locator("main")).to_contain_text(attorney.email)
    expect(reader.page.locator("main")).not_to_contain_text(attorney.name)

    # And the attorney reads the notice in the inbox and accepts
    lawyer.open("/notices/")
    lawyer.page.locator("main h2 a").first.click()
    lawyer.look()
    lawyer.follow("See your clients")
    lawyer.press("Accept")

    # Then the attorney sees the appointment, and the client sees the attorney
    lawyer.open(f"/appointments/{appointment.public_id}/")
    reader.open(own_page)
    expect(reader.page.locator("main")).to_contain_text(attorney.name)

    # When the client ends it
    reader.follow("End this representation")
    reader.choose("reason", "new")
    reader.press("End representation")

    # Then no one represents the client, and the page that the attorney has open is gone
    assert Representation.objects.get().status == Representation.Status.REVOKED
    assert lawyer.page.goto(lawyer.base_url + f"/appointments/{appointment.public_id}/").status == 404
    lawyer.open("/clients/")
    # Past clients are listed without a way to their cases.
    expect(lawyer.page.locator("main a[href*='/cases/']")).to_have_count(0)


def test_a_passcode_works_without_javascript(committed_data, open_browser):
    # Given a client and an attorney whose browsers run no JavaScript
    client, attorney = UserFactory(), AttorneyFactory()
    case = appointment_of(client).series.person.case
    own_page = f"/cases/{case.public_id}/representative/"
    reader, lawyer = open_browser(javascript=False), open_browser(javascript=False)
    reader.arrive_as(client)
    lawyer.arrive_as(attorney)

    # When the client gets a passcode and the attorney enters it
    reader.open(own_page)
    reader.press("Get a passcode")
    code = reader.page.locator("main dd strong").inner_text()
    lawyer.open("/clients/add/")
    lawyer.type("receipt_number", case.receipt_number)
    lawyer.type("passcode", code)
    lawyer.press("Ask to represent this client")

    # Then the client accepts the request, and the representation is in force
    reader.open(own_page)
    reader.press("Accept")
    assert Representation.objects.in_force().get().representative == attorney


@pytest.mark.parametrize(("language", "width"), [("en", "phone"), ("es", "desktop")])
def test_the_pages_of_a_passcode_are_accessible_in_both_languages_and_widths(
    committed_data, open_browser, language, width
):
    # Given a client and an attorney
    client, attorney = UserFactory(language=language), AttorneyFactory(language=language)
    case = appointment_of(client).series.person.case
    reader = open_browser(language=language, width=width)
    lawyer = open_browser(language=language, width=width)
    reader.arrive_as(client)
    lawyer.arrive_as(attorney)

    # When the client gets a passcode
    reader.open(f"/cases/{case.public_id}/representative/")
    reader.press("Get a passcode")
    code = reader.page.locator("main dd strong").inner_text()

    # And the attorney mistypes it, changes the language and back, and types only the passcode again
    lawyer.open("/clients/add/")
    lawyer.type("receipt_number", case.receipt_number)
    lawyer.type("passcode", "7F3K")
    lawyer.press("Ask to represent this client")
    for lawyer.language in ({"en": "es", "es": "en"}[language], language):
        with lawyer.page.expect_navigation():
            lawyer.page.locator("header [name=to_language]").click()
        lawyer.look()
        expect(lawyer.page.locator("[name=receipt_number]")).to_have_value(case.receipt_number)
        expect(lawyer.page.locator("[name=passcode]")).to_have_value("")
    lawyer.type("passcode", code)

    # Then Enter sends the form, as its button would
    lawyer.page.locator("[name=passcode]").focus()
    lawyer.enter()
    assert lawyer.page.url.endswith("/clients/")
    assert Representation.objects.get().representative == attorney
