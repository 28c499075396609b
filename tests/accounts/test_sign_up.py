"""Sign-up does not reveal whether an address has an account."""

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
    fields = {"name": "Ana", "email": address, "password1": WORDS}
    return client.post("/accounts/signup/", fields)


@pytest.fixture
def someone_elses_change(db):
    """Create another account with an unconfirmed change to the address."""
    account = UserFactory()
    EmailAddress.objects.create(user=account, email=ADDRESS)
    return account


def test_an_unconfirmed_change_does_not_block_sign_up(client, someone_elses_change, mail_sink):
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    [address] = EmailAddress.objects.filter(email=ADDRESS)
    assert (address.user.name, address.primary) == ("Ana", True)
    outbox.send_due()
    link = re.search(r"http://[^/\s]+(/accounts/confirm-email/\S+)", mail_sink.to(ADDRESS)[-1].text)
    client.post(link.group(1))
    assert sign_in(Client(), address.user, password=WORDS)["Location"] == "/appointments/"


def test_an_unconfirmed_change_does_not_block_a_password_reset(client, someone_elses_change):
    owner = UserFactory(email=ADDRESS, verified=False)
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    assert not EmailAddress.objects.filter(user=someone_elses_change, email=ADDRESS).exists()
    assert Message.objects.filter(account=owner).exists()


def test_a_strangers_password_reset_does_not_cancel_a_change(client, someone_elses_change):
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    assert EmailAddress.objects.filter(user=someone_elses_change, email=ADDRESS).exists()


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_with_an_account_does_not_get_a_second_one(client, verified):
    UserFactory(email=ADDRESS, verified=verified)
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert User.objects.get().email == ADDRESS
    assert Message.objects.get().account is None


@pytest.mark.parametrize("taken", [True, False])
def test_sign_up_hashes_one_password_whether_or_not_an_account_exists(client, monkeypatch, taken):
    if taken:
        UserFactory(email=ADDRESS)
    hashed, encode = [], MD5PasswordHasher.encode

    def count(hasher, password, *args, **kwargs):
        hashed.append(password)
        return encode(hasher, password, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert hashed == [WORDS]
