"""Cases filed online are added to the account that verified the address used for filing, and to no other."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.db import connection
from django.urls import reverse

from accounts.models import Case, User
from accounts.queries import has_filed_cases
from accounts.services.filed_online import attach_filed_cases
from tests.factories.accounts import (
    PASSWORD,
    AttorneyFactory,
    CaseFactory,
    UserFactory,
    WaitingAttorneyFactory,
    officer_of,
)

pytestmark = pytest.mark.usefixtures("reference_data")

ADDRESS = "ana.online@example.org"


def filed(by=ADDRESS, **fields):
    return CaseFactory(**{"requestor": None, "filed_by_email": by, **fields})


def owner_of(case):
    return Case.objects.get(pk=case.pk).requestor


def confirm(client, address):
    """Open the link of the confirmation mail and press the button."""
    key = EmailConfirmationHMAC(address).key
    return client.post(reverse("account_confirm_email", args=[key]))


def sign_in(client, account):
    return client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})


def test_verifying_the_address_adds_its_cases(client):
    mine, others = filed(), filed(by="else@example.org")
    account = UserFactory(email=ADDRESS, verified=False)
    assert owner_of(mine) is None
    confirm(client, EmailAddress.objects.get(user=account))
    assert (owner_of(mine), owner_of(others)) == (account, None)


def test_signing_in_before_the_address_is_verified_adds_nothing(client):
    case, account = filed(), UserFactory(email=ADDRESS, verified=False)
    sign_in(client, account)
    assert owner_of(case) is None


def test_signing_in_adds_cases_that_arrived_since(client):
    account, case = UserFactory(email=ADDRESS), filed()
    sign_in(client, account)
    assert owner_of(case) == account


@pytest.mark.parametrize(
    "account",
    [
        lambda: AttorneyFactory(email=ADDRESS),
        lambda: WaitingAttorneyFactory(email=ADDRESS),
        lambda: officer_of(email=ADDRESS),
        lambda: UserFactory(email=ADDRESS, is_active=False),
    ],
    ids=["attorney", "waiting attorney", "staff", "closed account"],
)
def test_only_a_requestors_open_account_gets_cases(account, client):
    case, account = filed(), account()
    assert attach_filed_cases(account=account) == 0
    sign_in(client, account)
    assert owner_of(case) is None


def test_a_case_with_an_account_stays_there():
    other = UserFactory()
    case = filed(requestor=other)
    assert attach_filed_cases(account=UserFactory(email=ADDRESS)) == 0
    assert owner_of(case) == other


def test_a_case_filed_by_mail_needs_a_code():
    case = filed(filing_channel=Case.FilingChannel.PAPER)
    assert attach_filed_cases(account=UserFactory(email=ADDRESS)) == 0
    assert owner_of(case) is None


def test_a_case_without_an_address_is_not_added():
    case, account = filed(by=""), UserFactory()
    EmailAddress.objects.filter(user=account).update(email="")
    assert attach_filed_cases(account=account) == 0
    assert owner_of(case) is None


def test_a_new_address_adds_its_cases_and_keeps_those_of_the_old_one(client):
    account = UserFactory()
    old, new = filed(by=account.email), filed()
    sign_in(client, account)
    added = EmailAddress.objects.create(user=account, email=ADDRESS, verified=False)
    attach_filed_cases(account=account)
    assert (owner_of(old), owner_of(new)) == (account, None)
    confirm(client, added)
    assert owner_of(new) == account
    EmailAddress.objects.filter(user=account, email=account.email).delete()
    attach_filed_cases(account=account)
    assert owner_of(old) == account


def test_the_next_owner_of_the_address_gets_only_cases_that_never_had_an_account(client):
    first = UserFactory(email=ADDRESS)
    taken = filed()
    attach_filed_cases(account=first)
    EmailAddress.objects.filter(user=first).delete()
    User.objects.filter(pk=first.pk).update(email="rescheduled@example.org")
    second, later = UserFactory(email=ADDRESS), filed()
    attach_filed_cases(account=second)
    assert (owner_of(taken), owner_of(later)) == (first, second)


def test_without_waiting_cases_signing_in_takes_two_statements_and_no_lock(django_assert_num_queries):
    account = UserFactory(email=ADDRESS)
    with django_assert_num_queries(2) as asked:
        assert not has_filed_cases(account=account)
    assert not any("FOR " in query["sql"] for query in asked)


def test_the_cases_of_an_address_are_found_through_the_index():
    filed()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM accounts_case WHERE requestor_id IS NULL AND filing_channel = 'online'"
            " AND filed_by_email IN (%s) AND NOT filed_by_email = ''",
            [ADDRESS],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "case_waiting_for_account" in plan
