"""Another e-mail address: proved, confirmed at the new one, told to the old one, and no way in meanwhile."""

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
from tests.html_forms import kept_form
from tests.sign_in import sign_in, sign_in_and_prove

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


def ask(client, address=NEW):
    return client.post(PAGE, {"email": address, "action_add": ""})


def link_in(mail):
    return re.search(r"http://[^/\s]+(/accounts/confirm-email/\S+)", mail.text).group(1)


def test_enter_in_the_field_asks_for_the_change_too(browser, user):
    """Enter presses no button by name, so the form itself says what is asked for."""
    form = kept_form(browser.get(PAGE).content.decode())
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    assert browser.post(PAGE, dict(hidden) | {"email": NEW}).status_code == 302
    assert EmailAddress.objects.filter(user=user, email=NEW, verified=False).exists()


def test_wants_a_fresh_proof_first(user):
    client = Client()
    sign_in(client, user)
    assert ask(client)["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_new_address_counts_once_its_link_was_opened_and_the_old_one_is_told(browser, user, mail_sink):
    assert ask(browser).status_code == 302
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


def test_is_open_to_who_has_a_second_factor(browser, user):
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "ab", "used_mask": 0})
    assert ask(browser).status_code == 302
    assert EmailAddress.objects.filter(email=NEW, verified=False).exists()


def test_can_be_called_off(browser, user):
    ask(browser)
    browser.post(PAGE, {"email": NEW, "action_remove": ""})
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_slip_in_the_new_address_lets_nobody_set_a_password(browser, user, client):
    ask(browser)
    Message.objects.all().delete()
    client.post("/accounts/password/reset/", {"email": NEW})
    assert not Message.objects.filter(account=user).exists()
    client.post("/accounts/password/reset/", {"email": OLD})
    assert Message.objects.filter(account=user).exists()


def test_address_of_another_account_is_not_given_away(browser):
    UserFactory(email="taken@example.org")
    taken, free = ask(browser, "taken@example.org"), ask(browser, "free@example.org")
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])


def test_who_merely_signed_up_with_the_new_address_gives_way_to_who_confirms_it(browser, user, mail_sink):
    ask(browser)
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
def test_an_account_that_may_be_in_use_keeps_its_address_and_nothing_is_changed(
    browser, user, mail_sink, has
):
    ask(browser)
    UserFactory(email=NEW, verified=False, **has)
    before = sorted(EmailAddress.objects.values_list("user", "email", "verified", "primary"))
    outbox.send_due()
    answer = browser.post(link_in(mail_sink.to(NEW)[-1]), follow=True)
    assert "Unable to confirm" in answer.content.decode()
    user.refresh_from_db()
    assert user.email == OLD
    assert sorted(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == before


def test_an_account_with_rows_of_its_own_keeps_its_address(browser, user, mail_sink):
    ask(browser)
    CaseFactory(requestor=UserFactory(email=NEW, verified=False))
    outbox.send_due()
    answer = browser.post(link_in(mail_sink.to(NEW)[-1]), follow=True)
    assert "Unable to confirm" in answer.content.decode()
    user.refresh_from_db()
    assert user.email == OLD


def test_a_change_called_off_while_its_link_is_opened_does_not_come_back(browser, user, monkeypatch):
    ask(browser)
    [address] = EmailAddress.objects.filter(email=NEW)
    remove_unconfirmed_signups = email_addresses.remove_unconfirmed_signups

    def call_off_first(email_address):
        EmailAddress.objects.filter(pk=email_address.pk).delete()
        return remove_unconfirmed_signups(email_address)

    monkeypatch.setattr(email_addresses, "remove_unconfirmed_signups", call_off_first)
    assert (
        browser.post(reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])).status_code
        == 302
    )
    user.refresh_from_db()
    assert user.email == OLD
    assert not EmailAddress.objects.filter(email=NEW).exists()
