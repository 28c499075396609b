"""An officer ends a representation for a caller, and switches the language before."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Representation
from accounts.units import Unit
from appointments.representation.services.invite import invite
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, officer_of, requested
from tests.factories.appointments import AppointmentFactory
from tests.journeys.staff import arrive_as_staff

NOTE = "Called from the number on file; asked twice."


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_an_officer_ends_a_representation_for_the_client_who_called(
    committed_data, open_browser, language, width
):
    # Given a client with a representative, a request and an invitation
    case = AppointmentFactory().series.person.case
    row = RepresentationFactory(case=case, representative=AttorneyFactory(name="Quillon Rivera"))
    requested(case=case)
    invite(account=case.requestor, case=case, email="nobody@example.org")
    reader = open_browser(language=language, width=width)
    arrive_as_staff(reader, officer_of(Unit.CONTACT_CENTER))
    reader.open(reverse("admin:accounts_case_change", args=[case.pk]))

    # When the officer opens the page that ends it, writes a note, and switches the language there and back
    page = reverse("admin:case_end_representation", args=[case.pk, row.public_id])
    reader.page.locator(f'a[href="{page}"]').click()
    reader.look()
    reader.page.locator("textarea[name=note]").fill(NOTE)
    for _ in range(2):
        reader.page.locator('button[name="to_language"]').click()
        expect(reader.page.locator("textarea[name=note]")).to_have_value(NOTE)

    # Then a missing choice has an error, and the note stays
    reader.page.locator("#kept-form .staff-buttons button").click()
    expect(reader.page.locator("textarea[name=note]")).to_have_value(NOTE)
    reader.look()

    # And with the choices the representation ends
    for field, value in (("side", "client"), ("channel", "phone")):
        reader.page.locator(f"input[name={field}][value={value}]").check(force=True)
    reader.page.locator("#kept-form .staff-buttons button").click()
    expect(reader.page.locator(".messagelist .success")).to_be_visible()
    reader.look()
    row.refresh_from_db()
    assert row.status == Representation.Status.REVOKED
