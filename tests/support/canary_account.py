"""Journeys of one account: new address, password and name, second factors, and deletion."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory, officer_of
from tests.support.canary_journeys import PASSWORD, link_in
from tests.support.software_keys import SoftwareKey, read_options
from tests.support.staff_sign_in import sign_in_staff

ORIGIN = "http://localhost"
NEW_PASSWORD = "other unguessable words there"
NEW_ADDRESS = "new.canary@quillfeather.example"


def change_everything(listener, sink, canaries, account):
    """Change profile, address, password and second factors on their pages."""
    cache.clear()  # No address may be mailed to twice within minutes.
    browser = listener.browser(SERVER_NAME="localhost")
    _sign_in(browser, account, PASSWORD)
    _change_profile(browser, canaries)
    _prove(browser, PASSWORD)
    _change_address(browser, sink, canaries)
    _change_password(browser, canaries)
    account.refresh_from_db()
    browser.post(reverse("sessions"), {"session": "all"})
    _use_second_factors(listener, browser, canaries, account)
    _reset_password(listener, sink, account)


def set_a_first_password(listener, canaries):
    """Set a first password. A refused one must not be repeated on the page."""
    browser, account = listener.browser(), UserFactory()
    sign_in_staff(browser, account, "", again=True)
    User.objects.filter(pk=account.pk).update(password="!")
    account.refresh_from_db()
    sign_in_staff(browser, account, "", again=True)
    for password in ("", PASSWORD):
        browser.post(reverse("account_set_password"), {"password1": password})


def leave(listener, sink, canaries, account):
    """Delete the account after a new proof of identity."""
    account.refresh_from_db()
    browser = listener.browser(SERVER_NAME="localhost")
    sign_in_staff(browser, account, "", again=True)
    browser.post(reverse("delete_account"), {})
    browser.post(reverse("delete_account"), {"sure": "on"})
    account.refresh_from_db()
    assert not account.is_active


def add_an_officer(listener, canaries):
    """Add and change a staff account as a superuser."""
    browser = listener.browser()
    sign_in_staff(browser, officer_of(is_superuser=True))
    fields = {"email": canaries.known["officers_address"], "name": canaries.known["officer"]}
    add = reverse("admin:accounts_user_add")
    browser.post(add, {**fields, "language": "xx"})
    browser.post(add, {**fields, "language": "en", "is_active": "on"})
    row = User.objects.get(email=fields["email"])
    change = reverse("admin:accounts_user_change", args=[row.pk])
    browser.post(change, {"name": canaries.known["officer"], "language": "es", "is_active": "on"})
    row.refresh_from_db()
    assert row.language == "es"


def _sign_in(browser, account, password):
    return browser.post(reverse("account_login"), {"login": account.email, "password": password})


def _prove(browser, password):
    browser.post(reverse("account_reauthenticate"), {"password": "wrong" + password})
    browser.post(reverse("account_reauthenticate"), {"password": password})


def _change_profile(browser, canaries):
    fields = {"name": canaries.known["new_name"], "language": "en", "notification_channel": "email"}
    browser.post(reverse("profile"), {**fields, "phone": "6" + canaries.known["telephone"]})
    browser.post(reverse("profile"), {**fields, "phone": canaries.known["telephone"]})


def _change_address(browser, sink, canaries):
    page = reverse("account_email")
    browser.post(page, {"email": "not-an-address" + NEW_ADDRESS, "action_add": ""})
    browser.post(page, {"email": NEW_ADDRESS, "action_add": ""})
    browser.get(page)
    link = link_in(sink, NEW_ADDRESS, "confirm-email")
    browser.get(link)
    browser.post(link)


def _change_password(browser, canaries):
    fields = {"password1": NEW_PASSWORD}
    page = reverse("account_change_password")
    browser.post(page, {**fields, "oldpassword": NEW_PASSWORD})
    browser.post(page, {**fields, "oldpassword": PASSWORD})


def _use_second_factors(listener, browser, canaries, account):
    _prove(browser, NEW_PASSWORD)
    key = SoftwareKey()
    add = reverse("add_key")
    named = {"name": canaries.known["key_name"]}
    browser.post(add, {**named, "credential": "{}"})
    options = read_options(browser.get(add).content.decode())
    browser.post(add, {**named, "credential": key.enroll(options, origin=ORIGIN)})
    row = Authenticator.objects.get(user=account, type="webauthn")
    browser.post(reverse("mfa_edit_webauthn", args=[row.pk]), named)
    _switch_on_an_app(browser, canaries, account)
    codes = Authenticator.objects.get(user=account, type="recovery_codes").wrap().get_unused_codes()
    canaries.add(recovery_code=codes[0], other_recovery_code=codes[1])
    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_index", "mfa_list_webauthn"):
        browser.get(reverse(name))
    browser.post(reverse("mfa_reauthenticate"), {"code": codes[1]})
    _answer(browser, "mfa_reauthenticate_webauthn", key)

    other = listener.browser(SERVER_NAME="localhost")
    _sign_in(other, account, NEW_PASSWORD)
    other.get(reverse("mfa_authenticate"))
    other.post(reverse("mfa_authenticate"), {"code": "0" * 20})
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    _prove(other, NEW_PASSWORD)
    other.post(reverse("mfa_generate_recovery_codes"))
    other.post(reverse("mfa_deactivate_totp"))
    another = listener.browser(SERVER_NAME="localhost")
    asked = another.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    signed = key.sign(asked.json(), origin=ORIGIN)
    another.post(reverse("mfa_login_webauthn"), {"credential": signed})
    browser.post(reverse("remove_key", args=[row.pk]))
    browser.post(reverse("account_logout"))


def _switch_on_an_app(browser, canaries, account):
    page = reverse("mfa_activate_totp")
    seed = browser.get(page).context["form"].secret
    canaries.add(seed=seed)
    browser.post(page, {"code": "000000"})
    is_on = Authenticator.objects.filter(user=account, type="totp").exists
    for _ in range(2):  # A number may run out on its way.
        number = format_hotp_value(hotp_value(seed, next(iter(yield_hotp_counters_from_time()))))
        answer = browser.post(page, {"code": number})
        if is_on():
            return
    raise AssertionError((answer.status_code, answer.headers, getattr(answer.context, "form", None)))


def _answer(browser, page, key):
    options = read_options(browser.get(reverse(page)).content.decode())
    browser.post(reverse(page), {"credential": key.sign(options, origin=ORIGIN)})


def _reset_password(listener, sink, account):
    cache.clear()
    browser = listener.browser()
    browser.post(reverse("account_reset_password"), {"email": account.email})
    shown = browser.get(link_in(sink, account.email, "/reset/key/"))
    page = shown["Location"]
    browser.get(page)
    for password in ("", PASSWORD):
        browser.post(page, {"password1": password})
