"""Forms of allauth's pages, where ours ask in other words or let fewer through."""

from typing import Any

from allauth.account.forms import AddEmailForm as AllauthAddEmailForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import typed
from accounts.models import User

CODE_LABEL = _("Number from your app, or a recovery code")


class KeptForm(forms.Form):
    """Filled in with what was typed before the reader signed in again, or changed the language.

    allauth's views make these forms, so they look for it themselves.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial, **typed.recall(context.request)}

    def is_valid(self) -> bool:
        is_taken = super().is_valid()
        if is_taken:
            typed.forget(context.request)
        return is_taken


class LoginForm(KeptForm, AllauthLoginForm):
    kept_fields = ("login",)


class SignupForm(KeptForm, AllauthSignupForm):
    kept_fields = ("name", "email")


class AddEmailForm(KeptForm, AllauthAddEmailForm):
    kept_fields = ("email",)


class ResetPasswordForm(KeptForm, AllauthResetPasswordForm):
    """Writes to the address of an account, never to one that a change has yet to confirm.

    Otherwise a slip in the new address would hand the account to whoever reads mail there.
    """

    kept_fields = ("email",)
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


class AddPasskeyForm(KeptForm, AddWebAuthnForm):
    """A passkey by default; a second step only, for keys that hold no passkeys."""

    kept_fields = ("name",)

    passwordless = forms.BooleanField(
        label=_("Let me sign in with it alone, without my password"),
        help_text=_("Leave this on for a phone or a computer. Switch it off for an older security key."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_it(self.fields["name"])


class RenamePasskeyForm(KeptForm, EditWebAuthnForm):
    kept_fields = ("name",)

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


def _name_it(field: Any) -> None:
    field.label = _("Name")
    field.max_length = 60
    field.help_text = _("So that you know it again in your list, for example “My phone”.")
    field.widget.attrs["autocomplete"] = "off"
