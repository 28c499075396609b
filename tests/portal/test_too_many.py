"""Tests of allauth's rate limits: the page says when to try again, and headers do not bypass them."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories.accounts import UserFactory
from tests.support.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture(autouse=True)
def no_limits_used_up(db):
    cache.clear()


def request_reset(client, number=0, **headers):
    return client.post("/accounts/password/reset/", {"email": f"x@site{number}.example"}, headers=headers)


def use_up(client, **headers):
    for number in range(20):
        assert request_reset(client, number, **headers).status_code == 302


def test_the_page_and_a_header_say_when_to_try_again(client):
    use_up(client)
    answer = request_reset(client)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "Wait 1 minute, then try again." in page
    assert "/help/#contact" in page


def test_the_page_is_in_the_readers_language(client):
    use_up(client)
    client.post("/language/", {"language": "es"})
    assert "Demasiados intentos" in request_reset(client).content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Client-Ip"])
def test_without_a_trusted_proxy_no_header_bypasses_the_limit(client, header):
    use_up(client)
    assert request_reset(client, **{header: "203.0.113.9"}).status_code == 429


def test_behind_one_proxy_only_the_address_from_that_proxy_counts(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    use_up(client, **{"X-Forwarded-For": "198.51.100.7"})
    forged = request_reset(client, **{"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    assert forged.status_code == 429
    neighbor = request_reset(client, **{"X-Forwarded-For": "198.51.100.8"})
    assert neighbor.status_code == 302


def test_wrong_passwords_lock_the_account_for_every_browser_and_the_page_says_for_how_long(client):
    user = UserFactory()
    for _ in range(5):
        sign_in(client, user, password="not the password")
    answer = sign_in(Client(), user, headers={"X-Forwarded-For": "203.0.113.9"})
    assert "Wait 5 minutes" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(client):
    wrong = sign_in(client, UserFactory(email="same@example.org"), password="not the password")
    unknown = sign_in(client, SimpleNamespace(email="none@example.org"), password="not the password")
    assert wrong.context["form"].errors == unknown.context["form"].errors
