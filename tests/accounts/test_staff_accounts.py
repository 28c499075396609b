"""New staff set a password by mail, and then add a security key."""

import re

import pytest

from accounts.models import Message, User
from tests.factories.accounts import officer_of
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

PASSPHRASE = "a very long passphrase 9"


def test_an_added_account_sets_its_own_password_by_mail(client):
    sign_in_staff(client, officer_of(is_superuser=True))
    fields = {"email": "new@example.org", "name": "New Officer", "language": "en", "is_active": "on"}
    client.post("/admin/accounts/user/add/", fields)
    client.logout()

    client.post("/accounts/password/reset/", {"email": "new@example.org"})
    [link] = re.findall(r"https?://[^/]+(/\S+/reset/key/\S+)", Message.objects.latest("pk").body)
    asked = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(asked, {"password1": PASSPHRASE})

    assert User.objects.get(email="new@example.org").check_password(PASSPHRASE)
    assert client.get("/admin/").status_code == 302
