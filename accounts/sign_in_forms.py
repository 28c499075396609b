"""Forms of allauth's pages, where ours ask in other words or let fewer through."""

from typing import Any

from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

CODE_LABEL = _("Number from your app, or a recovery code")


class ResetPasswordForm(AllauthResetPasswordForm):
    """Writes to the address of an account, never to one that a change has yet to confirm.

    Otherwise a slip in the new address would hand the account to whoever reads mail there.
    """

    users: list[User]

    def clean_email(self) -> str:
        email = str(super().clean_email())
        unconfirmed = set(
            EmailAddress.objects.filter(email=email.lower(), verified=False, primary=False).values_list(
                "user_id", flat=True
            )
        )
        self.users = [
            user for user in self.users if user.email == email.lower() or user.pk not in unconfirmed
        ]
        return email


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey by default; a second step only, for keys that hold no passkeys."""

    passwordless = forms.BooleanField(
        label=_("Let me sign in with it alone, without my password"),
        help_text=_("Leave this on for a phone or a computer. Switch it off for an older security key."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_it(self.fields["name"])


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_it(self.fields["name"])


class SecondStepForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE_LABEL


class ProveAgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE_LABEL


def _name_it(field: forms.CharField) -> None:
    field.label = _("Name")
    field.max_length = 60
    field.help_text = _("So that you know it again in your list, for example “My phone”.")
    field.widget.attrs["autocomplete"] = "off"
