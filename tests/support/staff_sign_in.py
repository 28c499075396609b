"""Sign in staff to the admin with a security key, as allauth records it."""

from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication


def sign_in_staff(client, user, second_factor="webauthn", *, again=False):
    """Sign in with a password and a second factor, if any. `again`: the password was confirmed once more."""
    client.force_login(user)
    session = client.session
    request = SimpleNamespace(session=session)
    record_authentication(request, user, "password")
    if second_factor:
        record_authentication(request, user, "mfa", type=second_factor)
    if again:
        record_authentication(request, user, "password", reauthenticated=True)
    session.save()
