"""Apply as a representative, be rejected, correct it, be verified; later staff end the verification."""

import pytest
from playwright.sync_api import expect

from accounts.models import RepresentativeProfile, User
from accounts.units import Unit
from appointments.models import Reservation
from tests.factories.accounts import AttorneyFactory, CaseFactory, UserFactory, officer_of, requested
from tests.factories.caseloads import client_of, hold_for
from tests.journeys.staff import arrive_as_staff

pytestmark = pytest.mark.usefixtures("committed_data")


def open_queue(officer_reader):
    officer_reader.open("/admin/accounts/representativeprofile/")
    officer_reader.page.locator("#result_list a").first.click()
    officer_reader.look()


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_an_attorney_is_rejected_corrects_the_details_and_is_verified(open_browser, language, width):
    # Given someone without cases, and an officer who verifies
    attorney = UserFactory(name="Maya Chen", language=language)
    officer = officer_of(Unit.CONTACT_CENTER_SUPERVISORS, name="Susan Park", language=language)
    reader = open_browser(language=language, width=width)
    reader.arrive_as(attorney)

    # When she applies, at first without a number
    reader.follow("Apply to represent clients")
    reader.choose("kind", "attorney")
    reader.type("bar_state", "ca")
    reader.press("Submit for verification")
    expect(reader.page.locator("[data-error-summary]")).to_be_visible()
    expect(reader.page.locator("[name=bar_state]")).to_have_value("ca")
    reader.type("bar_number", "900100")
    reader.press("Submit for verification")

    # And the officer finds no such license
    officer_reader = open_browser(language=language)
    arrive_as_staff(officer_reader, officer)
    open_queue(officer_reader)
    officer_reader.follow("Reject")
    officer_reader.choose("rejection", "not_found")
    officer_reader.type("note", "Not at the bar of California.")
    officer_reader.press("Reject")

    # Then she reads why, and corrects it
    reader.open("/representative/")
    reader.follow("Correct your details")
    expect(reader.page.locator("[name=bar_number]")).to_have_value("900100")
    reader.type("bar_number", "900101")
    reader.press("Submit for verification")

    # And once the officer verifies, she can represent clients
    open_queue(officer_reader)
    officer_reader.follow("Verify")
    officer_reader.type("note", "Found at the bar of California.")
    officer_reader.press("Verify")
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
    reader.press("Submit for verification")
    reader.follow("Withdraw application")
    reader.press("Withdraw")

    # Then the account is a requestor's again
    assert not RepresentativeProfile.objects.exists()
    assert User.objects.get(pk=account.pk).kind == User.Kind.REQUESTOR


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_staff_end_a_verification_while_the_attorney_has_a_page_open(open_browser, language, width):
    # Given an attorney who holds a time for a client, has the page open, and asked for a second client
    attorney = AttorneyFactory(name="Maya Chen", language=language)
    client = UserFactory(name="Rosa Delgado", language=language)
    appointment = client_of(attorney, name="Rosa Delgado", case=CaseFactory(requestor=client))
    held = hold_for(attorney, appointment)
    requested(representative=attorney)
    lawyer, reader = (open_browser(language=language, width=width) for _ in range(2))
    lawyer.arrive_as(attorney)
    lawyer.open("/clients/")
    expect(lawyer.page.locator("main")).to_contain_text("Rosa Delgado")
    lawyer.open(f"/reservations/{held.public_id}/")

    # When an officer reads how many cases are affected, and ends the verification
    officer_reader = open_browser(language=language, width=width)
    arrive_as_staff(officer_reader, officer_of(Unit.CONTACT_CENTER_SUPERVISORS, language=language))
    officer_reader.open(f"/admin/accounts/representativeprofile/{attorney.representative_profile.pk}/change/")
    officer_reader.follow("End the verification")
    expect(officer_reader.page.locator(".staff-intro")).to_contain_text(": 1.")
    officer_reader.press("End the verification")
    officer_reader.choose("rejection", "not_active")
    officer_reader.type("note", "Suspended by the bar.")
    officer_reader.press("End the verification")

    # Then the open page leads nowhere, and the time is free
    lawyer.page.locator("form[action$='/confirm/'] button").first.click()
    lawyer.page.wait_for_load_state("load")
    assert lawyer.page.goto(lawyer.base_url + f"/reservations/{held.public_id}/").status == 404
    assert Reservation.objects.get(pk=held.pk).state == Reservation.State.RELEASED
    lawyer.open("/clients/")
    expect(lawyer.page.locator("main a[href*='/cases/']")).to_have_count(0)

    # And both read what happened, the attorney why
    lawyer.open("/representative/")
    expect(lawyer.page.locator(".usa-alert--error")).to_be_visible()
    for side in (lawyer, reader):
        if side is reader:
            side.arrive_as(client)
        side.open("/notices/")
        side.page.locator("main h2 a").first.click()
        side.look()
    expect(reader.page.locator("main")).to_contain_text("Maya Chen")
