"""Staff add a key only after using one they have: phished secrets are not enough for the staff pages."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests.factories.accounts import UserFactory
from tests.support.sign_in import sign_in, sign_in_and_prove
from tests.support.software_keys import SoftwareKey, read_options

pytestmark = pytest.mark.usefixtures("reference_data")

ADD_KEY = "/accounts/2fa/webauthn/add/"
ASKS_FOR_A_KEY = "/accounts/2fa/webauthn/reauthenticate/"
ORIGIN = "http://localhost"
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def open_client():
    return Client(SERVER_NAME="localhost")


def add_key(browser, key):
    options = read_options(browser.get(ADD_KEY).content.decode())
    return browser.post(ADD_KEY, {"name": "My key", "credential": key.enroll(options, origin=ORIGIN)})


def reauthenticate_with(browser, key):
    options = read_options(browser.get(ASKS_FOR_A_KEY).content.decode())
    return browser.post(ASKS_FOR_A_KEY, {"credential": key.sign(options, origin=ORIGIN)})


def keys_of(user):
    return Authenticator.objects.filter(user=user, type="webauthn")


def code_from_the_app():
    return format_hotp_value(hotp_value(SEED, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def key():
    return SoftwareKey()


@pytest.fixture
def officer(db, key):
    """Return a staff account with an authenticator app, recovery codes and one key added on the page."""
    officer = UserFactory(staff=True)
    TOTP.activate(officer, SEED)
    browser = open_client()
    sign_in(browser, officer)
    browser.post("/accounts/2fa/authenticate/", {"code": code_from_the_app()})
    browser.post("/accounts/reauthenticate/", {"password": "correct horse battery"})
    assert add_key(browser, key).status_code == 302
    assert keys_of(officer).count() == 1
    return officer


@pytest.fixture
def phished(officer):
    """Return a browser signed in with password and recovery code, and reauthenticated with the password."""
    [row] = Authenticator.objects.filter(user=officer, type="recovery_codes")
    one, other = row.wrap().get_unused_codes()[:2]
    browser = open_client()
    sign_in(browser, officer)
    assert browser.post("/accounts/2fa/authenticate/", {"code": one}).status_code == 302
    assert browser.post("/accounts/reauthenticate/", {"password": "correct horse battery"}).status_code == 302
    assert browser.post("/accounts/2fa/reauthenticate/", {"code": other}).status_code == 302
    return browser


def test_password_and_codes_are_not_enough_to_add_a_key(phished, officer):
    assert phished.get(ADD_KEY)["Location"].startswith(ASKS_FOR_A_KEY)
    assert phished.post(ADD_KEY, {"credential": "{}"})["Location"].startswith(ASKS_FOR_A_KEY)
    assert phished.get("/admin/").status_code == 302
    assert keys_of(officer).count() == 1


def test_password_and_codes_are_not_enough_to_remove_the_last_key(phished, officer):
    page = f"/accounts/2fa/webauthn/keys/{keys_of(officer).get().pk}/remove/"
    assert phished.get(page)["Location"].startswith(ASKS_FOR_A_KEY)
    assert phished.post(page)["Location"].startswith(ASKS_FOR_A_KEY)
    assert keys_of(officer).count() == 1


def test_a_key_can_add_another_and_opens_the_staff_pages(phished, officer, key):
    assert reauthenticate_with(phished, SoftwareKey()).status_code == 302
    assert phished.get(ADD_KEY)["Location"].startswith(ASKS_FOR_A_KEY)
    assert reauthenticate_with(phished, key).status_code == 302
    assert add_key(phished, SoftwareKey(b"key-of-software-2")).status_code == 302
    assert keys_of(officer).count() == 2
    assert phished.get("/admin/").status_code == 200


def test_a_removed_key_is_not_enough(phished, officer, key):
    reauthenticate_with(phished, key)
    add_key(phished, SoftwareKey(b"key-of-software-2"))
    keys_of(officer).order_by("pk").first().delete()
    assert phished.get(ADD_KEY)["Location"].startswith(ASKS_FOR_A_KEY)


def test_an_applicant_can_add_a_key_with_only_the_password(key):
    user = UserFactory()
    browser = open_client()
    sign_in_and_prove(browser, user)
    add_key(browser, key)
    add_key(browser, SoftwareKey(b"key-of-software-2"))
    assert keys_of(user).count() == 2
