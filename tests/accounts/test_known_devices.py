"""Wrong passwords from elsewhere do not keep a person out of a browser in which they signed in before."""

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts import known_devices
from accounts.known_devices import MOST_ACCOUNTS, find_device_id
from tests.factories.accounts import UserFactory
from tests.support.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("reference_data")
WRONG = "not the password"


@pytest.fixture
def user(db):
    cache.clear()
    return UserFactory()


def signed_out(*users):
    """Return a browser in which these accounts signed in and out, one after the other."""
    browser = Client()
    for user in users:
        assert sign_in(browser, user).status_code == 302
        browser.post("/accounts/logout/")
    return browser


def guess_elsewhere(user, times=5):
    for _ in range(times):
        sign_in(Client(), user, password=WRONG)


def can_sign_in(browser, user):
    answer = sign_in(browser, user)
    assert answer.status_code == 302 or "Wait 5 minutes" in answer.content.decode()
    return answer.status_code == 302


def test_strangers_who_guess_lock_out_unknown_browsers_only(user):
    known = signed_out(user)
    guess_elsewhere(user)
    assert not can_sign_in(Client(), user)
    assert can_sign_in(known, user)


def test_a_signed_in_person_can_still_confirm_their_password(user):
    known = Client()
    sign_in(known, user)
    guess_elsewhere(user)
    answer = known.post("/accounts/reauthenticate/", {"password": "correct horse battery"})
    assert answer.status_code == 302


def test_guesses_in_a_known_browser_lock_out_that_browser_only(user):
    known = signed_out(user)
    for _ in range(5):
        sign_in(known, user, password=WRONG)
    assert not can_sign_in(known, user)
    assert can_sign_in(Client(), user)


def test_a_browser_is_known_for_the_accounts_that_signed_in_there_only(user):
    guess_elsewhere(user)
    assert not can_sign_in(signed_out(UserFactory()), user)


@pytest.mark.parametrize("forge", ["{}xx", "x{}", "x", ""])
def test_a_forged_cookie_is_unknown(user, forge):
    known = signed_out(user)
    cookie = known.cookies[settings.DEVICE_COOKIE_NAME].value
    guess_elsewhere(user)
    stranger = Client()
    stranger.cookies[settings.DEVICE_COOKIE_NAME] = forge.format(cookie)
    assert not can_sign_in(stranger, user)


def test_a_shared_browser_knows_the_latest_accounts(user, rf):
    others = UserFactory.create_batch(MOST_ACCOUNTS)
    shared = signed_out(user, *others)
    request = rf.get("/")
    request.COOKIES[settings.DEVICE_COOKIE_NAME] = shared.cookies[settings.DEVICE_COOKIE_NAME].value
    assert find_device_id(request, email=user.email) == ""
    assert len({find_device_id(request, email=other.email) for other in others} - {""}) == 1


def test_the_cookie_is_signed_and_holds_no_address(user):
    cookie = signed_out(user).cookies[settings.DEVICE_COOKIE_NAME]
    _device_id, accounts = known_devices.signing.loads(cookie.value, salt=known_devices.SALT)
    assert user.email not in str(accounts)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_new_password_forgets_the_wrong_ones_of_every_browser(user, rf):
    known = signed_out(user)
    guess_elsewhere(user)
    request = rf.get("/")
    request.COOKIES[settings.DEVICE_COOKIE_NAME] = known.cookies[settings.DEVICE_COOKIE_NAME].value
    get_adapter()._delete_login_attempts_cached_email(request, email=user.email)
    assert can_sign_in(Client(), user)
