"""Forms of allauth's pages, where ours ask in other words or let fewer through."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.fields import PasswordField
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.passwords import LONGEST_PASSWORD, TOO_LONG
from accounts.services import email_addresses
from portal.foundation.resumable_forms import ResumableForm

CODE_LABEL = _("Number from your app, or a recovery code")
NAME_MAX_LENGTH = 60


class BoundedPasswords(forms.Form):
    """Every password field says so before anything else looks at what is longer than a password may be.

    Without the attribute `maxlength`, by which browsers would cut off what a password manager fills in.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PasswordField):
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD, TOO_LONG))


class LoginForm(ResumableForm, BoundedPasswords, allauth_forms.LoginForm):
    resumable_fields = ("login",)


class SignupFormBase(ResumableForm, BoundedPasswords, allauth_forms.SignupForm):
    """Makes an account for whoever has none at the address, whatever another account has yet to confirm."""

    resumable_fields = ("name", "email")
    account_already_exists: bool

    def validate_unique_email(self, value: str) -> str:
        self.account_already_exists = email_addresses.is_taken(value)
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            # As long as for a new account: how long the answer takes tells nobody who has one.
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)  # type: ignore[no-any-return] # untyped in allauth
        try:
            with transaction.atomic():
                email_addresses.find_pending_changes(self.cleaned_data["email"]).delete()
                return super().try_save(request)  # type: ignore[no-any-return]
        except IntegrityError:
            # Someone else signed up with it at the same moment.
            self.account_already_exists = True
            return super().try_save(request)  # type: ignore[no-any-return]


class ChangePasswordForm(BoundedPasswords, allauth_forms.ChangePasswordForm):
    """As allauth's."""


class SetPasswordForm(BoundedPasswords, allauth_forms.SetPasswordForm):
    """As allauth's."""


class ResetPasswordKeyForm(BoundedPasswords, allauth_forms.ResetPasswordKeyForm):
    """As allauth's."""


class ReauthenticateForm(BoundedPasswords, allauth_forms.ReauthenticateForm):
    """As allauth's."""


class AddEmailForm(ResumableForm, allauth_forms.AddEmailForm):
    resumable_fields = ("email",)


class ResetPasswordForm(ResumableForm, allauth_forms.ResetPasswordForm):
    """Writes to the address of an account, never to one that a change has yet to confirm.

    Otherwise a slip in the new address would hand the account to whoever reads mail there. Where the
    address is another account's, such a change is over.
    """

    resumable_fields = ("email",)
    users: list[User]

    def clean_email(self) -> str:
        email = str(super().clean_email())
        changing = set(email_addresses.find_pending_changes(email).values_list("user_id", flat=True))
        self.users = [user for user in self.users if user.pk not in changing]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if self.users:
            email_addresses.find_pending_changes(self.cleaned_data["email"]).delete()
        return str(super().save(request, **kwargs))


class AddPasskeyForm(ResumableForm, AddWebAuthnForm):
    """A passkey by default; a second step only, for keys that hold no passkeys."""

    resumable_fields = ("name",)

    passwordless = forms.BooleanField(
        label=_("Let me sign in with it alone, without my password"),
        help_text=_("Leave this on for a phone or a computer. Switch it off for an older security key."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_it(self.fields["name"])


class RenamePasskeyForm(ResumableForm, EditWebAuthnForm):
    resumable_fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_it(self.fields["name"])


class SecondStepForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE_LABEL


class ProveAgainForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE_LABEL


def _name_it(field: Any) -> None:
    field.label = _("Name")
    # Set after the field was made, so that the limit needs a validator of its own.
    field.max_length = NAME_MAX_LENGTH
    field.validators.append(
        MaxLengthValidator(
            NAME_MAX_LENGTH,
            _("Enter a shorter name: at most %(limit_value)d characters, not %(show_value)d."),
        )
    )
    field.help_text = _("So that you know it again in your list, for example “My phone”.")
    field.widget.attrs["autocomplete"] = "off"
