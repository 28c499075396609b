"""Someone applies to be a representative, is refused, corrects it, and is verified by staff."""

import pytest
from playwright.sync_api import expect

from accounts.models import RepresentativeProfile, User
from accounts.units import Unit
from tests.factories.accounts import UserFactory, officer_of
from tests.journeys.staff import arrive_as_staff

pytestmark = pytest.mark.usefixtures("committed_data")


def open_queue(desk):
    desk.open("/admin/accounts/representativeprofile/")
    desk.page.locator("#result_list a").first.click()
    desk.look()


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_an_attorney_is_refused_corrects_the_papers_and_is_verified(open_browser, language, width):
    # Given someone without cases, and an officer who verifies
    attorney = UserFactory(name="Maya Chen", language=language)
    officer = officer_of(Unit.CONTACT_CENTER_SUPERVISORS, name="Susan Park", language=language)
    reader = open_browser(language=language, width=width)
    reader.arrive_as(attorney)

    # When she applies, at first without a number
    reader.follow("Apply to act for clients")
    reader.choose("kind", "attorney")
    reader.type("bar_state", "ca")
    reader.press("Send for verification")
    expect(reader.page.locator("[data-error-summary]")).to_be_visible()
    expect(reader.page.locator("[name=bar_state]")).to_have_value("ca")
    reader.type("bar_number", "900100")
    reader.press("Send for verification")

    # And the officer finds no such license
    desk = open_browser(language=language)
    arrive_as_staff(desk, officer)
    open_queue(desk)
    desk.follow("Refuse")
    desk.choose("refusal", "not_found")
    desk.type("note", "Not at the bar of California.")
    desk.press("Refuse")

    # Then she reads why, and corrects it
    reader.open("/representative/")
    reader.follow("Correct your details")
    expect(reader.page.locator("[name=bar_number]")).to_have_value("900100")
    reader.type("bar_number", "900101")
    reader.press("Send for verification")

    # And once the officer verifies, she may represent clients
    open_queue(desk)
    desk.follow("Verify")
    desk.type("note", "Found at the bar of California.")
    desk.press("Verify")
    reader.open("/representative/")
    profile = RepresentativeProfile.objects.get(user=attorney)
    assert profile.stage == RepresentativeProfile.Stage.VERIFIED
    assert User.objects.get(pk=attorney.pk).kind == User.Kind.REPRESENTATIVE
    expect(reader.page.locator(".usa-alert--success")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
def test_someone_without_javascript_applies_as_accredited_and_withdraws(open_browser, language):
    # Given someone without cases and without JavaScript
    account = UserFactory(language=language)
    reader = open_browser(language=language, width="phone", javascript=False)
    reader.arrive_as(account)

    # When they apply and then withdraw
    reader.open("/representative/apply/")
    reader.choose("kind", "accredited")
    reader.type("organization", "Example Legal Aid")
    reader.choose("accreditation", "partial")
    reader.type("accreditation_expires_on", "2100-01-31")
    reader.press("Send for verification")
    reader.follow("Withdraw the application")
    reader.press("Withdraw")

    # Then the account is a requestor's again
    assert not RepresentativeProfile.objects.exists()
    assert User.objects.get(pk=account.pk).kind == User.Kind.REQUESTOR
