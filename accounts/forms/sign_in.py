"""Forms of allauth's pages with our labels, our limits and resumable fields."""

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

from accounts import queries
from accounts.models import User
from accounts.passwords import LONGEST_PASSWORD, TOO_LONG
from portal.foundation.resumable_forms import ResumableForm

CODE_LABEL = _("Code from your app, or a recovery code")
NAME_MAX_LENGTH = 60


class PasswordLengthMixin(forms.Form):
    """Rejects passwords that are too long before any other check reads them.

    Does not set `maxlength`, because browsers would silently cut off what a password manager fills in.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PasswordField):
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD, TOO_LONG))


class LoginForm(ResumableForm, PasswordLengthMixin, allauth_forms.LoginForm):
    resumable_fields = ("login",)


class SignupForm(ResumableForm, PasswordLengthMixin, allauth_forms.SignupForm):
    """Creates an account unless the address already belongs to one.

    Another account's unconfirmed change to the same address does not block it.
    """

    resumable_fields = ("name", "email")
    account_already_exists: bool

    def validate_unique_email(self, value: str) -> str:
        self.account_already_exists = queries.is_email_taken(value)
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            # Hash a password anyway: the response time must not reveal whether the account exists.
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)  # type: ignore[no-any-return] # untyped in allauth
        try:
            with transaction.atomic():
                queries.list_pending_email_changes(self.cleaned_data["email"]).delete()
                return super().try_save(request)  # type: ignore[no-any-return] # untyped in allauth
        except IntegrityError:
            # A concurrent sign-up used the same address.
            self.account_already_exists = True
            return super().try_save(request)  # type: ignore[no-any-return] # untyped in allauth


class ChangePasswordForm(PasswordLengthMixin, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PasswordLengthMixin, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(PasswordLengthMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(PasswordLengthMixin, allauth_forms.ReauthenticateForm):
    pass


class AddEmailForm(ResumableForm, allauth_forms.AddEmailForm):
    resumable_fields = ("email",)


class ResetPasswordForm(ResumableForm, allauth_forms.ResetPasswordForm):
    """Sends a reset link to an account's current address only, never to an unconfirmed new one.

    Otherwise a typo in the new address would give the account to a stranger. If the address belongs to
    another account, pending changes to it are deleted.
    """

    resumable_fields = ("email",)
    users: list[User]

    def clean_email(self) -> str:
        email = str(super().clean_email())
        changing = set(queries.list_pending_email_changes(email).values_list("user_id", flat=True))
        self.users = [user for user in self.users if user.pk not in changing]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if self.users:
            queries.list_pending_email_changes(self.cleaned_data["email"]).delete()
        return str(super().save(request, **kwargs))


class AddPasskeyForm(ResumableForm, AddWebAuthnForm):
    """Adds a passkey, or a key for the second step only if the key cannot store passkeys."""

    resumable_fields = ("name",)

    passwordless = forms.BooleanField(
        label=_("Let me sign in with this passkey, without my password"),
        help_text=_("Leave this on for a phone or computer. Turn it off for an older security key."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_up_name_field(self.fields["name"])


class RenamePasskeyForm(ResumableForm, EditWebAuthnForm):
    resumable_fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_up_name_field(self.fields["name"])


class SecondStepForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE_LABEL


class ReauthenticateWithCodeForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE_LABEL


def _set_up_name_field(field: Any) -> None:
    field.label = _("Name")
    # Django adds the validator for max_length only when the field is created.
    field.max_length = NAME_MAX_LENGTH
    field.validators.append(
        MaxLengthValidator(
            NAME_MAX_LENGTH,
            _("Enter a shorter name. You used %(show_value)d characters. The limit is %(limit_value)d."),
        )
    )
    field.help_text = _("Choose a name you’ll recognize in your list, for example “My phone”.")
    field.widget.attrs["autocomplete"] = "off"
