"""Say on the page that asks for a new proof of identity what the proof is for."""

from typing import Any

from django import template
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

ANY_PURPOSE = _("Confirm it’s you")
# By the name of the page that asked for the proof.
PURPOSES: dict[str | None, Promise] = {
    "account_email": _("Confirm it’s you to change your email address"),
    "account_change_password": _("Confirm it’s you to change your password"),
    "account_set_password": _("Confirm it’s you to set a password"),
    "add_key": _("Confirm it’s you to add a passkey"),
    "mfa_list_webauthn": _("Confirm it’s you to manage your passkeys"),
    "mfa_edit_webauthn": _("Confirm it’s you to rename a passkey"),
    "remove_key": _("Confirm it’s you to remove a passkey"),
    "mfa_activate_totp": _("Confirm it’s you to set up an authenticator app"),
    "mfa_deactivate_totp": _("Confirm it’s you to turn off your authenticator app"),
    "mfa_view_recovery_codes": _("Confirm it’s you to see your recovery codes"),
    "mfa_download_recovery_codes": _("Confirm it’s you to save your recovery codes"),
    "mfa_generate_recovery_codes": _("Confirm it’s you to get new recovery codes"),
    "delete_account": _("Confirm it’s you to delete your account"),
}


@register.simple_tag(takes_context=True)
def reauthentication_purpose(context: dict[str, Any]) -> Promise:
    """Return the heading of the page, by the address that it leads on to."""
    request = context["request"]
    following = request.POST.get("next") or request.GET.get("next", "")
    try:
        return PURPOSES.get(resolve(following.partition("?")[0]).url_name, ANY_PURPOSE)
    except Resolver404:
        return ANY_PURPOSE
