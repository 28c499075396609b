"""Sign in through the pages, for tests of what only the pages do."""

from tests.factories.accounts import PASSWORD


def sign_in(client, user, *, password=PASSWORD, **request):
    """Return the response of the sign-in page."""
    return client.post("/accounts/login/", {"login": user.email, "password": password}, **request)


def sign_in_and_prove(client, user):
    """Sign in, and confirm the identity once more."""
    assert sign_in(client, user).status_code == 302
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302
