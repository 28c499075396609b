"""Adding and removing passkeys and security keys. Staff prove who they are with a key that they have.

Otherwise a password and a number from an app, which can be phished, would be enough to bring an own key, and
a key opens the staff's administration.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import View

from accounts.models import User


class KeyOfStaffProved(View):
    """Leads staff who have a key, and did not use it in this session, to the page that asks for it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and user.kind == User.Kind.STAFF and not _may_change_keys(request, user):
            back = urlencode({"next": request.path})
            return redirect(f"{reverse('mfa_reauthenticate_webauthn')}?{back}")
        return super().dispatch(request, *args, **kwargs)


class AddKey(KeyOfStaffProved, AddWebAuthnView):  # type: ignore[misc] # untyped in allauth
    """As allauth's."""


class RemoveKey(KeyOfStaffProved, RemoveWebAuthnView):  # type: ignore[misc]
    """As allauth's. Who could remove the last key could bring an own one as the first."""


def _may_change_keys(request: HttpRequest, user: User) -> bool:
    """Whether the account has no key yet, or this session was proved with one that it still has."""
    keys = set(
        Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True)
    )
    used = {
        record.get("id")
        for record in get_authentication_records(request, user)
        if record.get("method") == "mfa" and record.get("type") == "webauthn"
    }
    return not keys or bool(keys & used)
