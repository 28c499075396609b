"""Second factors: reauthentication before each change, and only keys that verify their user."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.forms.sign_in import NAME_MAX_LENGTH
from accounts.models import Message
from tests.factories.accounts import UserFactory
from tests.support.security_keys import register_security_key
from tests.support.sign_in import sign_in, sign_in_and_prove
from tests.support.software_keys import enroll, read_options

pytestmark = pytest.mark.usefixtures("reference_data")

ADD_KEY = "/accounts/2fa/webauthn/add/"


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def browser(user):
    # Passkeys belong to a host name and need https, except for localhost.
    client = Client(SERVER_NAME="localhost")
    sign_in_and_prove(client, user)
    return client


def add_key(browser, *, verified, **fields):
    options = read_options(browser.get(ADD_KEY).content.decode())
    credential = enroll(options, origin="http://localhost", verified=verified)
    return browser.post(ADD_KEY, {"name": "My key", "credential": credential, **fields})


def test_every_key_is_asked_to_verify_its_user(browser, user):
    wanted = read_options(browser.get(ADD_KEY).content.decode())["creation_options"]["publicKey"]
    assert wanted["user"]["displayName"] == user.name
    assert wanted["authenticatorSelection"]["userVerification"] == "required"


@pytest.mark.parametrize("fields", [{}, {"passwordless": "on"}])
def test_a_key_that_did_not_verify_its_user_is_rejected(browser, user, fields):
    answer = add_key(browser, verified=False, **fields)
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(user=user).exists()


def test_a_key_that_verified_its_user_is_added_with_mail_and_recovery_codes(browser, user):
    answer = add_key(browser, verified=True)
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    assert kinds == {"webauthn", "recovery_codes"}
    assert Message.objects.filter(account=user).exists()


@pytest.mark.parametrize(
    "path",
    [
        ADD_KEY,
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/delete/?sure=1",
    ],
)
def test_a_change_of_second_factors_needs_reauthentication(user, path):
    client = Client()
    sign_in(client, user)
    assert "/accounts/reauthenticate/" in client.get(path)["Location"]


@pytest.mark.parametrize(
    "path", ["webauthn/", "webauthn/add/", "totp/activate/", "recovery-codes/generate/", ""]
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_are_ours_in_both_languages(browser, path, language):
    browser.post("/language/", {"language": language})
    page = browser.get(f"/accounts/2fa/{path}").content.decode()
    assert f'lang="{language}"' in page
    assert page.count("<h1") == 1
    for leftover in ("Two-Factor", "Deactivate", "Security Key", "Authenticator App", "Master key"):
        assert leftover not in page


def test_recovery_code_signs_in_once(browser, user):
    add_key(browser, verified=True)
    page = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    [row] = Authenticator.objects.filter(user=user, type="recovery_codes")
    code = row.wrap().get_unused_codes()[0]
    assert f"{code[:5]} {code[5:10]} {code[10:15]} {code[15:]}" in page
    assert code in browser.get("/accounts/2fa/recovery-codes/download/").content.decode()
    for expected in (302, 200):
        client = Client()
        assert sign_in(client, user)["Location"].startswith("/accounts/2fa/authenticate/")
        assert client.get("/appointments/").status_code == 302
        answer = client.post("/accounts/2fa/authenticate/", {"code": f"{code[:10]} {code[10:]}"})
        assert answer.status_code == expected
        assert (client.get("/appointments/").status_code == 200) == (expected == 302)


def test_no_one_can_rename_or_remove_another_accounts_key(browser, user):
    add_key(browser, verified=True)
    [key] = Authenticator.objects.filter(user=user, type="webauthn")
    stranger = Client()
    sign_in_and_prove(stranger, UserFactory())
    for act in ("edit", "remove"):
        assert stranger.get(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/").status_code == 404
        assert browser.get(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/").status_code == 200


def test_a_name_that_is_too_long_gets_a_field_error_and_is_kept(browser, user):
    long = "x" * (NAME_MAX_LENGTH + 1)
    added = add_key(browser, verified=True, name=long).content.decode()
    assert "Enter a shorter name. You used 61 characters. The limit is 60." in added
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()
    key = register_security_key(user, "Red")
    page = f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"
    renamed = browser.post(page, {"name": long}).content.decode()
    assert "Enter a shorter name. You used 61 characters. The limit is 60." in renamed
    assert f'value="{long}"' in renamed
    key.refresh_from_db()
    assert key.data["name"] == "Red"
    browser.post(page, {"name": "x" * NAME_MAX_LENGTH})
    key.refresh_from_db()
    assert key.data["name"] == "x" * NAME_MAX_LENGTH


@pytest.mark.parametrize(
    ("path", "english", "spanish"),
    [
        (ADD_KEY, "Confirm it’s you to add a passkey", "para agregar una llave de acceso"),
        ("/accounts/2fa/totp/activate/", "to set up an authenticator app", "una aplicación de autenticación"),
        ("/accounts/delete/?sure=1", "Confirm it’s you to delete your account", "para eliminar su cuenta"),
        ("/accounts/email/", "Confirm it’s you to change your email address", "para cambiar su correo"),
        ("/nowhere/", "<h1>Confirm it’s you</h1>", "<h1>Confirme su identidad</h1>"),
    ],
)
def test_the_page_that_asks_for_a_proof_says_what_it_is_for(user, path, english, spanish):
    client = Client()
    sign_in(client, user)
    for language, said in (("en", english), ("es", spanish)):
        client.post("/language/", {"language": language})
        page = client.get("/accounts/reauthenticate/", {"next": path}).content.decode()
        assert said in page
        assert user.email in page


def test_the_page_shows_what_the_account_has_before_what_can_be_added(browser, user):
    empty = browser.get("/accounts/2fa/").content.decode()
    assert "Two-step sign-in is off" in empty
    add_key(browser, verified=True, name="Red key")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    [codes] = Authenticator.objects.filter(user=user, type="recovery_codes")
    codes.wrap().validate_code(codes.wrap().get_unused_codes()[0])
    page = " ".join(browser.get("/accounts/2fa/").content.decode().split())
    has, _, can_add = page.partition("Add another second step")
    assert "Red key" in has
    assert has.count("Added on ") == 2
    assert "You have 9 codes left out of 10." in has
    assert "Turn off the app" in has
    assert "Add a passkey" in can_add
    assert "Set up an app" not in page


def test_the_page_takes_a_constant_number_of_queries(browser, user, django_assert_num_queries):
    register_security_key(user, "One")
    browser.get("/accounts/2fa/")
    with django_assert_num_queries(5):
        browser.get("/accounts/2fa/")
    for number in range(3):
        register_security_key(user, f"Key {number}")
    with django_assert_num_queries(5):
        browser.get("/accounts/2fa/")
