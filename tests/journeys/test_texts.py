"""Choose text messages, and confirm the number with the code that is texted to it."""

import re

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from accounts.services.texts import send_due_texts
from tests.factories.accounts import UserFactory
from tests.support.text_gateway import NUMBER


def code_sent_to(texts, number):
    send_due_texts()
    return re.search(r"\b[0-9]{6}\b", texts.to(number)[-1])[0]


@pytest.mark.parametrize(
    ("language", "width", "javascript"),
    [("en", "desktop", True), ("es", "phone", True), ("en", "phone", False)],
)
def test_a_number_is_confirmed_by_the_code_that_was_texted_to_it(
    committed_data, texts, open_browser, language, width, javascript
):
    # Given someone who gets emails
    user = UserFactory(language=language)
    reader = open_browser(language=language, width=width, javascript=javascript)
    reader.arrive_as(user)

    # When they choose text messages, and make a typo in the code
    reader.open("/accounts/profile/")
    reader.type("phone", "(415) 555-0132")
    reader.choose("notification_channel", "text")
    reader.submit()
    code = code_sent_to(texts, NUMBER)
    expect(reader.page.locator("main")).to_contain_text("(415) 555-0132")
    reader.type("code", f"{(int(code) + 1) % 10**6:06}")
    reader.submit()
    expect(reader.page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")

    # And request a new one, and enter it
    reader.press("Send a new code")
    reader.type("code", code_sent_to(texts, NUMBER))
    reader.submit()

    # Then texts go to the number from now on
    with override(language):
        said = gettext("Your number is confirmed. We’ll text you from now on.")
    expect(reader.page.locator("main")).to_contain_text(said)
    user.refresh_from_db()
    assert user.receives_texts
