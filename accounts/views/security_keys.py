"""Add and remove passkeys and security keys. Staff must first use a key that they already have.

A key gives access to the staff pages. A password and a code from an app can be phished, so they must not be
enough to add one.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import View

from accounts import queries
from accounts.models import User


class RequireStaffKeyMixin(View):
    """Sends staff who have a key, but have not used it in this session, to the page that asks for it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and user.kind == User.Kind.STAFF and not _can_change_keys(request, user):
            back = urlencode({"next": request.path})
            return redirect(f"{reverse('mfa_reauthenticate_webauthn')}?{back}")
        return super().dispatch(request, *args, **kwargs)


class AddSecurityKeyView(RequireStaffKeyMixin, AddWebAuthnView):  # type: ignore[misc] # untyped in allauth
    pass


class RemoveSecurityKeyView(RequireStaffKeyMixin, RemoveWebAuthnView):  # type: ignore[misc] # untyped in allauth
    """Protected as well: after removing the last key, an attacker could add their own as the first."""


def _can_change_keys(request: HttpRequest, user: User) -> bool:
    """Return whether the account has no key yet, or used one of its current keys in this session."""
    keys = queries.list_security_key_ids(user)
    used = {
        record.get("id")
        for record in get_authentication_records(request, user)
        if record.get("method") == "mfa" and record.get("type") == "webauthn"
    }
    return not keys or bool(keys & used)
