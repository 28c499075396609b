"""Changing the password of an account that is being deleted: it stays deleted."""

import pytest
from django.test import Client

from accounts.models import Message, User
from appointments.account_deletion import services
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support.races import Gate, Started
from tests.support.sign_in import sign_in_and_prove

pytestmark = pytest.mark.usefixtures("committed_data")

NEW = "another long password"


def test_an_account_deleted_during_a_password_change_stays_deleted(monkeypatch):
    user = UserFactory()
    browser = Client(raise_request_exception=False)
    sign_in_and_prove(browser, user)
    gate, hash_it = Gate(), User.set_password

    def hash_and_wait(account, password):
        hash_it(account, password)
        gate.wait_here()

    monkeypatch.setattr(User, "set_password", hash_and_wait)
    said = {"oldpassword": PASSWORD, "password1": NEW}
    change = Started(lambda: browser.post("/accounts/password/change/", said))
    gate.until_reached()
    services.delete_account(account=user)
    gate.open()
    assert change.outcome().result.status_code == 400
    user.refresh_from_db()
    assert user.deleted_at is not None
    assert not user.is_active
    assert user.email.endswith("@deleted.invalid")
    assert not user.has_usable_password()
    assert [mail.template for mail in Message.objects.all()] == ["account/email/account_deleted"]


def test_a_new_password_changes_no_other_field(monkeypatch):
    user = UserFactory()
    browser = Client()
    sign_in_and_prove(browser, user)
    hash_it = User.set_password

    def hash_while_another_tab_saves(account, password):
        hash_it(account, password)
        User.objects.filter(pk=account.pk).update(name="Another Name")

    monkeypatch.setattr(User, "set_password", hash_while_another_tab_saves)
    said = {"oldpassword": PASSWORD, "password1": NEW}
    assert browser.post("/accounts/password/change/", said).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.check_password(NEW)) == ("Another Name", True)
    assert browser.get("/appointments/").status_code == 200
