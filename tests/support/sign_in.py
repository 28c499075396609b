"""Signing in through the pages, for tests of what only the pages do."""

from tests.factories.accounts import PASSWORD


def sign_in(client, user, *, password=PASSWORD, **request):
    """The answer of the sign-in page."""
    return client.post("/accounts/login/", {"login": user.email, "password": password}, **request)


def sign_in_and_prove(client, user):
    """Signed in, and just now proved once more to be the holder."""
    assert sign_in(client, user).status_code == 302
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302
