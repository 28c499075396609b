"""Sign in with a passkey, extend the session, and lose nothing when it ends."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.db.models import F
from playwright.sync_api import expect

from accounts.models import User
from appointments.models import RescheduleDraft
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.scenarios import applicant_with_times

WORDS = "A funeral in another town; I’m one of the bearers."


def plug_in_a_key(reader, *, checks_its_holder=True):
    """Add Chromium's virtual authenticator, which replaces a finger on a sensor."""
    developer = reader.page.context.new_cdp_session(reader.page)
    developer.send("WebAuthn.enable")
    developer.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": checks_its_holder,
                "isUserVerified": checks_its_holder,
                "automaticPresenceSimulation": True,
            }
        },
    )


def reauthenticate(reader):
    """Reauthenticate if the page asks for it."""
    if "/reauthenticate/" in reader.page.url:
        reader.type("password", PASSWORD)
        reader.submit()


def add_passkey(reader):
    reader.open("/accounts/2fa/webauthn/add/")
    reauthenticate(reader)
    reader.type("name", "My phone")
    with reader.page.expect_navigation():
        reader.page.locator("#mfa_webauthn_add").click()
    reader.look()


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_a_passkey_is_added_and_is_enough_to_sign_in(committed_data, open_browser, language, width):
    # Given someone with a password, at a device that checks who holds it
    user = UserFactory(language=language)
    reader = open_browser(language=language, width=width, is_altered=True)
    plug_in_a_key(reader)
    reader.sign_in(user)

    # When the passkey is added
    add_passkey(reader)

    # Then the recovery codes are shown, and the list has the passkey
    expect(reader.page.locator(".portal-codes li")).to_have_count(10)
    reader.open("/accounts/2fa/")
    reader.open("/accounts/2fa/webauthn/")
    expect(reader.page.locator("main")).to_contain_text("My phone")
    reader.follow("Rename")
    reader.type("name", "Old phone")
    reader.submit()
    expect(reader.page.locator("main")).to_contain_text("Old phone")

    # And it is enough to sign in
    reader.open("/accounts/logout/")
    reader.press("Sign out")
    reader.open("/accounts/login/")
    with reader.page.expect_navigation(url=re.compile("/appointments/")):
        reader.page.locator("#passkey_login").click()
    reader.look()


def test_a_passkey_is_a_second_step_and_is_removed_after_reauthentication(committed_data, open_browser):
    # Given someone with a passkey
    user = UserFactory()
    reader = open_browser(is_altered=True)
    plug_in_a_key(reader)
    reader.sign_in(user)
    add_passkey(reader)
    reader.open("/accounts/logout/")
    reader.press("Sign out")

    # When they sign in with their password
    reader.open("/accounts/login/")
    reader.type("login", user.email)
    reader.type("password", PASSWORD)
    reader.submit()

    # Then the page asks for the passkey, and it signs them in
    assert "/2fa/authenticate/" in reader.page.url
    with reader.page.expect_navigation(url=re.compile("/appointments/")):
        reader.page.locator("#mfa_webauthn_authenticate").click()

    # And it is removed after reauthentication with the passkey itself
    reader.open("/accounts/2fa/webauthn/")
    reader.follow("Remove")
    reader.follow("Use a passkey")
    with reader.page.expect_navigation():
        reader.page.locator("#mfa_webauthn_reauthenticate").click()
    reader.press("Remove it")
    assert not Authenticator.objects.filter(user=user).exists()


def test_a_key_that_does_not_verify_its_user_gets_an_error(committed_data, open_browser):
    reader = open_browser(is_altered=True)
    plug_in_a_key(reader, checks_its_holder=False)
    reader.sign_in(UserFactory())
    reader.open("/accounts/2fa/webauthn/add/")
    reauthenticate(reader)
    reader.page.locator("#mfa_webauthn_add").click()
    expect(reader.page.get_by_role("alert")).to_contain_text("That didn’t work")
    assert not Authenticator.objects.exists()


@pytest.fixture
def in_the_middle(committed_data, open_browser):
    """Return someone with an unsent reason in the form, in a browser whose clock can be advanced."""

    def begin(**options):
        user, appointment, _slots = applicant_with_times(language=options.get("language", "en"))
        reader = open_browser(**options, is_altered=True)
        reader.page.clock.install()
        reader.arrive_as(user)
        reader.open(f"/appointments/{appointment.public_id}/reschedule/reason/")
        reader.choose("reason", "LIFE_EVENT")
        reader.type("explanation", WORDS)
        dialog = reader.page.locator("dialog")
        expect(dialog).to_be_hidden()
        return user, reader, dialog

    return begin


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_the_session_warning_extends_it_with_one_click(in_the_middle, language, width):
    # Given someone who does nothing for more than 28 minutes
    _user, reader, dialog = in_the_middle(language=language, width=width)
    Session.objects.update(expire_date=F("expire_date") - timedelta(minutes=28))
    [before] = Session.objects.values_list("expire_date", flat=True)
    reader.page.clock.fast_forward("28:30")

    # Then the page warns
    expect(dialog).to_be_visible()
    reader.look()

    # And one click extends the session, and the form keeps its text
    dialog.locator("form[data-session-extend] button").click()
    expect(dialog).to_be_hidden()
    [after] = Session.objects.values_list("expire_date", flat=True)
    assert after - before > timedelta(minutes=27)
    expect(reader.page.locator("[name=explanation]")).to_have_value(WORDS)

    # And a page opened in another tab removes a new warning
    reader.page.clock.fast_forward("28:30")
    expect(dialog).to_be_visible()
    other = reader.page.context.new_page()
    other.goto(reader.base_url + "/notices/")
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize(("language", "width"), [("en", "phone"), ("es", "desktop")])
def test_an_ended_session_loses_no_input(in_the_middle, language, width):
    # Given someone whose session ended in the middle of a form
    user, reader, dialog = in_the_middle(language=language, width=width)
    Session.objects.all().delete()
    reader.page.clock.fast_forward("31:00")

    # Then the page says so, and no key closes the message
    expect(dialog).to_be_visible()
    reader.look()
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()

    # And after signing in again the form is as it was, and nothing was sent
    with reader.page.expect_navigation():
        dialog.locator("[data-session-ended] button").click()
    reader.fill_sign_in(user)
    assert reader.page.url.endswith("/reason/")
    expect(reader.page.locator("[name=explanation]")).to_have_value(WORDS)
    expect(reader.page.locator("input[value=LIFE_EVENT]")).to_be_checked()
    assert not RescheduleDraft.objects.exists()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_change_of_language_keeps_the_input(committed_data, open_browser, javascript):
    user, appointment, _slots = applicant_with_times()
    reader = open_browser(javascript=javascript)
    reader.arrive_as(user)
    reader.open(f"/appointments/{appointment.public_id}/reschedule/reason/")
    if not javascript:
        expect(reader.page.locator(".portal-session-note")).to_be_visible()
    reader.choose("reason", "LIFE_EVENT")
    reader.type("explanation", WORDS)
    reader.language = "es"
    with reader.page.expect_navigation():
        reader.page.get_by_role("button", name="Español").click()
    reader.look()
    expect(reader.page.locator("[name=explanation]")).to_have_value(WORDS)
    expect(reader.page.locator("input[value=LIFE_EVENT]")).to_be_checked()


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_an_authenticator_app_is_turned_on_and_off(committed_data, open_browser, language, width):
    # Given someone with only a password
    user = UserFactory(language=language)
    reader = open_browser(language=language, width=width)
    reader.arrive_as(user)

    # When they set up an app, at first with a wrong code
    reader.open("/accounts/2fa/totp/activate/")
    reauthenticate(reader)
    reader.type("code", "000000")
    reader.press("Turn it on")
    expect(reader.page.get_by_role("alert")).to_be_visible()
    secret = reader.page.locator("main code").inner_text()
    reader.type("code", format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
    reader.press("Turn it on")

    # Then it is a second step, until they turn it off
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    reader.open("/accounts/2fa/totp/deactivate/")
    reauthenticate(reader)
    reader.press("Turn it off")
    assert not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_an_account_is_deleted_after_reauthentication_and_confirmation(committed_data, open_browser):
    user, _appointment, _slots = applicant_with_times()
    reader = open_browser(width="phone")
    reader.sign_in(user)
    reader.open("/accounts/profile/")
    reader.follow("What happens when you delete your account")
    reader.follow("Continue")
    reauthenticate(reader)
    reader.press("Delete account permanently")
    expect(reader.page.get_by_role("alert")).to_contain_text("Check this box")
    reader.page.locator("label[for=id_sure]").click()
    reader.press("Delete account permanently")
    expect(reader.page.locator("main")).to_contain_text("Your account has been deleted.")
    assert not User.objects.get(pk=user.pk).is_active
