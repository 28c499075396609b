"""Staff at a browser: signed in with a security key already, at their start page."""

from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore


def arrive_as_staff(reader, officer):
    """For journeys that begin after the door: the session is as after a password and a passkey."""
    session = SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    request = SimpleNamespace(session=session)
    record_authentication(request, officer, "password")
    record_authentication(request, officer, "mfa", type="webauthn")
    session.create()
    reader.page.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": reader.base_url},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": reader.language, "url": reader.base_url},
        ]
    )
    reader.open("/admin/")
