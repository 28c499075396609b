"""The link in the mail signs in where someone signed up, and only confirms anywhere else."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import Message
from accounts.services import outbox
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.usefixtures("reference_data")
ADDRESS = "ana@example.org"
WORDS = "five quite unguessable words here"
PAGE = "/accounts/confirm-email/"


@pytest.fixture(autouse=True)
def no_limits_used_up(db):
    cache.clear()


def sign_up():
    browser = Client()
    fields = {"name": "Ana", "email": ADDRESS, "password1": WORDS}
    assert browser.post("/accounts/signup/", fields)["Location"] == PAGE
    return browser


def confirm(browser, mail_sink):
    outbox.send_due()
    link = re.search(r"http://[^/\s]+(/accounts/confirm-email/\S+)", mail_sink.to(ADDRESS)[-1].text).group(1)
    assert browser.get(link).status_code == 200
    answer = browser.post(link)
    assert EmailAddress.objects.get(email=ADDRESS).verified
    return answer


def is_signed_in(browser):
    return browser.get("/appointments/").status_code == 200


def test_in_the_same_browser_it_signs_in(mail_sink):
    browser = sign_up()
    assert confirm(browser, mail_sink)["Location"] == "/appointments/"
    assert is_signed_in(browser)


def test_in_another_browser_it_only_confirms(mail_sink):
    browser, other = sign_up(), Client()
    assert confirm(other, mail_sink)["Location"] == "/accounts/login/"
    assert (is_signed_in(other), is_signed_in(browser)) == (False, False)


def test_after_half_an_hour_it_only_confirms(mail_sink):
    browser = sign_up()
    session = browser.session
    session["account_login"]["initiated_at"] = time.time() - settings.ACCOUNT_LOGIN_TIMEOUT - 1
    session.save()
    assert confirm(browser, mail_sink)["Location"] == "/accounts/login/"
    assert not is_signed_in(browser)


def test_a_link_for_another_account_signs_no_one_in(mail_sink):
    """Someone who signs up in a browser where another sign-up waits is not signed in to the wrong account."""
    first = sign_up()
    first.post("/accounts/signup/", {"name": "Ben", "email": "ben@example.org", "password1": WORDS})
    confirm(first, mail_sink)
    assert not is_signed_in(first)


@pytest.mark.parametrize("has_account", [True, False])
@pytest.mark.parametrize(
    ("language", "said"), [("en", "You can resend it in"), ("es", "Podrá volver a enviarlo en")]
)
def test_the_page_names_the_address_and_the_wait(language, said, has_account):
    if has_account:
        UserFactory(email=ADDRESS)
    browser = sign_up()
    browser.post("/language/", {"language": language})
    page = browser.get(PAGE).content.decode()
    assert ADDRESS in page
    assert said in page


@pytest.mark.parametrize("has_account", [True, False])
def test_the_link_is_sent_again_after_the_wait_and_not_before(has_account):
    if has_account:
        UserFactory(email=ADDRESS)
    browser = sign_up()
    early = browser.post(PAGE)
    assert (early.status_code, Message.objects.count()) == (429, 1)
    assert re.search(r"Wait (59|60) seconds, then try again", early.content.decode())
    cache.clear()
    assert browser.post(PAGE)["Location"] == PAGE
    assert Message.objects.count() == 2


def test_resending_counts_for_the_inbox():
    browser = sign_up()
    answers = []
    for _ in range(6):
        # Only the limit of one minute is over.
        forget_the_last_mail()
        answers.append(browser.post(PAGE).status_code)
    assert answers == [302] * 4 + [429] * 2


def forget_the_last_mail():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE cache_key LIKE '%:confirm_email:%'")


def test_without_a_waiting_sign_up_nothing_is_sent():
    assert Client().post(PAGE)["Location"] == PAGE
    page = Client().get(PAGE).content.decode()
    assert "sign in with your address and password" in page
    assert not Message.objects.exists()
