"""Changing the email address: reauthentication, confirmation by the new one, notice to the old one."""

import re
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Message, User
from accounts.services import email_addresses, outbox
from tests.factories.accounts import CaseFactory, UserFactory
from tests.support.html_forms import kept_form
from tests.support.sign_in import sign_in, sign_in_and_prove

pytestmark = pytest.mark.usefixtures("reference_data")

PAGE = "/accounts/email/"
OLD, NEW = "old@example.org", "new@example.org"


@pytest.fixture
def user(db):
    return UserFactory(email=OLD)


@pytest.fixture
def browser(user):
    client = Client()
    sign_in_and_prove(client, user)
    return client


def request_change(client, address=NEW):
    return client.post(PAGE, {"email": address, "action_add": ""})


def link_in(mail):
    return re.search(r"http://[^/\s]+(/accounts/confirm-email/\S+)", mail.text).group(1)


def test_the_enter_key_requests_the_change_too(browser, user):
    """The Enter key presses no named button, so the form itself must say which action it is."""
    form = kept_form(browser.get(PAGE).content.decode())
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    assert browser.post(PAGE, dict(hidden) | {"email": NEW}).status_code == 302
    assert EmailAddress.objects.filter(user=user, email=NEW, verified=False).exists()


def test_a_change_needs_reauthentication(user):
    client = Client()
    sign_in(client, user)
    assert request_change(client)["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_the_new_address_counts_after_confirmation_and_the_old_one_is_notified(browser, user, mail_sink):
    assert request_change(browser).status_code == 302
    assert NEW in browser.get(PAGE).content.decode()
    user.refresh_from_db()
    assert user.email == OLD
    outbox.send_due()
    browser.post(link_in(mail_sink.to(NEW)[-1]))
    user.refresh_from_db()
    assert user.email == NEW
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [(NEW, True)]
    outbox.send_due()
    assert "was changed" in mail_sink.to(OLD)[-1].text


def test_accounts_with_a_second_factor_can_change_their_address(browser, user):
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "ab", "used_mask": 0})
    assert request_change(browser).status_code == 302
    assert EmailAddress.objects.filter(email=NEW, verified=False).exists()


def test_a_change_can_be_canceled(browser, user):
    request_change(browser)
    browser.post(PAGE, {"email": NEW, "action_remove": ""})
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_a_typo_in_the_new_address_does_not_let_its_owner_set_a_password(browser, user, client):
    request_change(browser)
    Message.objects.all().delete()
    client.post("/accounts/password/reset/", {"email": NEW})
    assert not Message.objects.filter(account=user).exists()
    client.post("/accounts/password/reset/", {"email": OLD})
    assert Message.objects.filter(account=user).exists()


def test_a_change_does_not_reveal_that_an_address_is_taken(browser):
    UserFactory(email="taken@example.org")
    taken, free = request_change(browser, "taken@example.org"), request_change(browser, "free@example.org")
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])


def test_an_unconfirmed_sign_up_is_removed_when_another_account_confirms_the_address(
    browser, user, mail_sink
):
    request_change(browser)
    squatter = UserFactory(email=NEW, verified=False)
    outbox.send_due()
    assert browser.post(link_in(mail_sink.to(NEW)[-1])).status_code == 302
    user.refresh_from_db()
    assert user.email == NEW
    assert not User.objects.filter(pk=squatter.pk).exists()
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(NEW, True)]
    outbox.send_due()
    assert "was changed" in mail_sink.to(OLD)[-1].text


@pytest.mark.parametrize(
    "has", [{"staff": True}, {"representative": True}, {"last_login": datetime(2026, 1, 1, tzinfo=UTC)}]
)
def test_an_account_that_may_be_in_use_keeps_its_address(browser, user, mail_sink, has):
    request_change(browser)
    UserFactory(email=NEW, verified=False, **has)
    before = sorted(EmailAddress.objects.values_list("user", "email", "verified", "primary"))
    outbox.send_due()
    answer = browser.post(link_in(mail_sink.to(NEW)[-1]), follow=True)
    assert "Unable to confirm" in answer.content.decode()
    user.refresh_from_db()
    assert user.email == OLD
    assert sorted(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == before


def test_an_account_with_rows_of_its_own_keeps_its_address(browser, user, mail_sink):
    request_change(browser)
    CaseFactory(requestor=UserFactory(email=NEW, verified=False))
    outbox.send_due()
    answer = browser.post(link_in(mail_sink.to(NEW)[-1]), follow=True)
    assert "Unable to confirm" in answer.content.decode()
    user.refresh_from_db()
    assert user.email == OLD


def test_a_change_canceled_while_its_link_is_opened_stays_canceled(browser, user, monkeypatch):
    request_change(browser)
    [address] = EmailAddress.objects.filter(email=NEW)
    remove_unconfirmed_signups = email_addresses.remove_unconfirmed_signups

    def cancel_first(email_address):
        EmailAddress.objects.filter(pk=email_address.pk).delete()
        return remove_unconfirmed_signups(email_address)

    monkeypatch.setattr(email_addresses, "remove_unconfirmed_signups", cancel_first)
    assert (
        browser.post(reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])).status_code
        == 302
    )
    user.refresh_from_db()
    assert user.email == OLD
    assert not EmailAddress.objects.filter(email=NEW).exists()
