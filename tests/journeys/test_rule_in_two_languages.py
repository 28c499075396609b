"""A policy officer fills in a rule, changes the language on the way, and saves it with the Enter key."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.units import Unit
from policy.models import FormTypeVersion
from tests.factories.accounts import officer_of
from tests.journeys.staff import arrive_as_staff

SOURCE = "Memorandum, not yet signed"


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_officer_changes_the_language_in_the_middle_of_a_rule(committed_data, open_browser, language, width):
    # Given an officer who has filled in a rule, but for its form
    reader = open_browser(language=language, width=width)
    arrive_as_staff(reader, officer_of(Unit.POLICY_OFFICERS))
    reader.open(reverse("admin:policy_formtypeversion_add"))
    page, before = reader.page, FormTypeVersion.objects.count()
    page.locator("[name=effective_at]").fill("2031-05-04T03:00")
    page.locator("[name=source]").fill(SOURCE)
    page.locator("[name=is_verified]").check()

    # When the officer switches the language there and back
    for _ in range(2):
        page.locator('button[name="to_language"]').click()
        expect(page.locator("[name=source]")).to_have_value(SOURCE)
        expect(page.locator("[name=effective_at]")).to_have_value("2031-05-04T03:00")
        expect(page.locator("[name=is_verified]")).to_be_checked()

    # Then Enter sends the form to where it is saved, not to the language: what is missing is named
    page.locator("[name=source]").press("Enter")
    expect(page.locator(".errornote")).to_be_visible()
    reader.look()

    # And once it is there, the rule is saved and the next form is empty
    page.locator("[name=form_type]").select_option(index=1)
    page.locator("[name=source]").press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert FormTypeVersion.objects.count() == before + 1
    reader.open(reverse("admin:policy_formtypeversion_add"))
    expect(page.locator("[name=source]")).to_have_value("")
