"""A client invites a representative, who accepts and sees the case until it ends; or makes a passcode."""

import pytest
from playwright.sync_api import expect

from accounts.models import Representation
from tests.factories.accounts import AttorneyFactory, UserFactory
from tests.journeys.given import appointment_of


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
    reader.follow("Who represents me on this case")
    reader.type("email", "no address")
    reader.press("Send the invitation")
    reader.type("email", attorney.email)
    reader.press("Send the invitation")
    expect(reader.page.locator("main")).to_contain_text(attorney.email)
    expect(reader.page.locator("main")).not_to_contain_text(attorney.name)

    # And the attorney, told in the inbox, accepts
    lawyer.open("/notices/")
    lawyer.page.locator("main h2 a").first.click()
    lawyer.look()
    lawyer.follow("See my clients")
    lawyer.press("Accept")

    # Then the attorney sees the appointment, and the client sees the attorney
    lawyer.open(f"/appointments/{appointment.public_id}/")
    reader.open(own_page)
    expect(reader.page.locator("main")).to_contain_text(attorney.name)

    # When the client ends it
    reader.press("End this representation")

    # Then nobody represents the client, and the page that the attorney has open leads nowhere
    assert Representation.objects.get().status == Representation.Status.REVOKED
    assert lawyer.page.goto(lawyer.base_url + f"/appointments/{appointment.public_id}/").status == 404
    lawyer.open("/clients/")
    expect(lawyer.page.locator("main")).not_to_contain_text(case.receipt_number)


def test_a_passcode_leads_to_a_client_without_scripts(committed_data, open_browser):
    # Given a client and an attorney whose browsers run no scripts
    client, attorney = UserFactory(), AttorneyFactory()
    case = appointment_of(client).series.person.case
    own_page = f"/cases/{case.public_id}/representative/"
    reader, lawyer = open_browser(javascript=False), open_browser(javascript=False)
    reader.arrive_as(client)
    lawyer.arrive_as(attorney)

    # When the client makes a passcode and the attorney enters it
    reader.open(own_page)
    reader.press("Make a passcode")
    code = reader.page.locator("main dd strong").inner_text()
    lawyer.open("/clients/add/")
    lawyer.type("receipt_number", case.receipt_number)
    lawyer.type("passcode", code)
    lawyer.press("Ask to represent this client")

    # Then the client is asked, accepts, and the attorney acts
    reader.open(own_page)
    reader.press("Accept")
    assert Representation.objects.in_force().get().representative == attorney


@pytest.mark.parametrize(("language", "width"), [("en", "phone"), ("es", "desktop")])
def test_a_passcode_is_made_and_asked_for_on_pages_that_everyone_can_use(
    committed_data, open_browser, language, width
):
    # Given a client and an attorney
    client, attorney = UserFactory(language=language), AttorneyFactory(language=language)
    case = appointment_of(client).series.person.case
    reader = open_browser(language=language, width=width)
    lawyer = open_browser(language=language, width=width)
    reader.arrive_as(client)
    lawyer.arrive_as(attorney)

    # When the client makes a passcode
    reader.open(f"/cases/{case.public_id}/representative/")
    reader.press("Make a passcode")
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
