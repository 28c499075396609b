"""The first officer gets in as docs/operations.md says, and no further without a security key."""

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from accounts.models import Message, User

PASSWORD = "a long password for the first"


@pytest.mark.django_db
def test_the_first_officer_confirms_the_address_signs_in_and_needs_a_security_key(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="first@example.gov", name="First", verbosity=0)
    officer = User.objects.get()
    assert (officer.kind, officer.is_staff) == (User.Kind.STAFF, True)

    credentials = {"login": "first@example.gov", "password": PASSWORD}
    assert client.post("/accounts/login/", credentials).status_code == 302
    assert "_auth_user_id" not in client.session
    assert Message.objects.get().to_address or Message.objects.get().account == officer

    EmailAddress.objects.filter(user=officer).update(verified=True)
    client.post("/accounts/login/", credentials)
    assert client.session["_auth_user_id"] == str(officer.pk)
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/admin/").status_code == 302
