"""Visitors cannot flood an inbox or a domain, however many addresses they give and wherever they ask from."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.mail_limits import PUBLIC_PROVIDERS, TooMuchMail, count_mail, get_inbox
from accounts.models import Message
from tests.factories.accounts import UserFactory
from tests.support.sign_in import sign_in_and_prove

pytestmark = pytest.mark.usefixtures("reference_data")
WORDS = "five quite unguessable words here"
SAID = "too many emails to this address"


@pytest.fixture(autouse=True)
def no_limits_used_up(db):
    cache.clear()


def sign_up(number):
    fields = {"name": "Ana", "email": f"ana+{number}@example.org", "password1": WORDS}
    return Client(REMOTE_ADDR=f"198.51.100.{number}").post("/accounts/signup/", fields)


def request_reset(number):
    client = Client(REMOTE_ADDR=f"198.51.100.{number}")
    return client.post("/accounts/password/reset/", {"email": f"ANA+{number}@example.org"})


@pytest.mark.parametrize(
    ("email", "inbox"),
    [
        ("ana@example.org", "ana@example.org"),
        ("Ana+1@Example.org", "ana@example.org"),
        ("ana+a+b@example.org", "ana@example.org"),
        ("+ana@example.org", "+ana@example.org"),
        ("ana.b@example.org", "ana.b@example.org"),
        ("ana@plus+sign.example", "ana@plus+sign.example"),
    ],
)
def test_the_inbox_is_the_address_without_the_part_behind_a_plus_sign(email, inbox):
    assert get_inbox(email) == inbox


@pytest.mark.parametrize("ask", [sign_up, request_reset])
def test_sub_addresses_of_one_inbox_get_five_mails(ask):
    answers = [ask(number) for number in range(8)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [200] * 3
    assert SAID in answers[-1].content.decode()
    assert Message.objects.count() == 5


def test_signing_up_and_resetting_count_together_and_reveal_no_account():
    UserFactory(email="ana+7@example.org")
    for number in range(5):
        (sign_up if number % 2 else request_reset)(number)
    known, unknown = sign_up(7), sign_up(8)
    assert known.context["form"].errors == unknown.context["form"].errors != {}


def test_a_change_of_address_counts_too():
    client = Client(SERVER_NAME="localhost")
    sign_in_and_prove(client, UserFactory())
    for number in range(6):
        answer = client.post("/accounts/email/", {"email": f"ana+{number}@example.org", "action_add": ""})
    assert SAID in answer.content.decode()


def test_another_inbox_is_not_limited():
    for number in range(6):
        sign_up(number)
    fields = {"name": "Ben", "email": "ben@example.org", "password1": WORDS}
    assert Client().post("/accounts/signup/", fields).status_code == 302


@pytest.mark.parametrize(("domain", "allowed"), [("example.org", 20), (min(PUBLIC_PROVIDERS), 30)])
def test_a_burst_to_one_domain_is_limited_except_at_public_providers(domain, allowed):
    waits = []
    for number in range(30):
        try:
            count_mail(None, email=f"name{number}@{domain}")
        except TooMuchMail as limited:
            waits.append(limited.wait)
    assert len(waits) == 30 - allowed
    assert all(0 < wait <= 60 for wait in waits)
