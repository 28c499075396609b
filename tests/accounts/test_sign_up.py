"""Signing up: whoever has no account gets one, and nobody learns who has one already."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from accounts.models import Message, User
from accounts.services import outbox
from tests.factories.accounts import UserFactory
from tests.support.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("reference_data")

ADDRESS = "ana@example.org"
WORDS = "five quite unguessable words here"


def sign_up(client, address=ADDRESS):
    fields = {"name": "Ana", "email": address, "password1": WORDS, "password2": WORDS}
    return client.post("/accounts/signup/", fields)


@pytest.fixture
def someone_elses_change(db):
    """Another account asked to change to the address, and has not confirmed it."""
    account = UserFactory()
    EmailAddress.objects.create(user=account, email=ADDRESS)
    return account


def test_a_change_that_nobody_confirmed_keeps_nobody_from_signing_up(client, someone_elses_change, mail_sink):
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    [address] = EmailAddress.objects.filter(email=ADDRESS)
    assert (address.user.name, address.primary) == ("Ana", True)
    outbox.send_due()
    link = re.search(r"http://[^/\s]+(/accounts/confirm-email/\S+)", mail_sink.to(ADDRESS)[-1].text)
    client.post(link.group(1))
    assert sign_in(Client(), address.user, password=WORDS)["Location"] == "/appointments/"


def test_nor_from_setting_a_new_password(client, someone_elses_change):
    owner = UserFactory(email=ADDRESS, verified=False)
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    assert not EmailAddress.objects.filter(user=someone_elses_change, email=ADDRESS).exists()
    assert Message.objects.filter(account=owner).exists()


def test_a_stranger_who_asks_for_a_new_password_ends_no_change(client, someone_elses_change):
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    assert EmailAddress.objects.filter(user=someone_elses_change, email=ADDRESS).exists()


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_that_an_account_has_makes_no_second_one(client, verified):
    UserFactory(email=ADDRESS, verified=verified)
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert User.objects.get().email == ADDRESS
    assert Message.objects.get().account is None


@pytest.mark.parametrize("taken", [True, False])
def test_hashes_one_password_whether_or_not_an_account_exists(client, monkeypatch, taken):
    if taken:
        UserFactory(email=ADDRESS)
    hashed, encode = [], MD5PasswordHasher.encode

    def count(hasher, password, *args, **kwargs):
        hashed.append(password)
        return encode(hasher, password, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert hashed == [WORDS]
