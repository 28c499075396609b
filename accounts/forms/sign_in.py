"""Forms of allauth's pages with our labels, our limits and resumable fields."""

import math
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import queries
from accounts.mail_limits import TooMuchMail, count_mail
from accounts.models import User
from accounts.passwords import HINT, LONGEST_PASSWORD, SHORTEST_PASSWORD, TOO_LONG
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import LineField, PlainEmailField

CODE_LABEL = _("Code from your app, or a recovery code")
NAME_MAX_LENGTH = 60


class PlainEmailMixin(forms.Form):
    """Removes the invisible characters that come along when an email address is copied."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.EmailField):
                self.fields[name] = PlainEmailField(
                    label=field.label, required=field.required, widget=field.widget, initial=field.initial
                )


class PasswordLengthMixin(forms.Form):
    """Rejects passwords that are too long before any other check reads them.

    Does not set `maxlength`, because browsers would silently cut off what a password manager fills in.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PasswordField):
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD, TOO_LONG))


class NewPasswordMixin(PasswordLengthMixin):
    """Asks for a new password once: it can be shown, and its characters are counted as one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        new = self.fields["password1"]
        new.help_text = format_lazy(HINT, shortest=SHORTEST_PASSWORD)
        new.shortest = SHORTEST_PASSWORD  # type: ignore[attr-defined] # UswdsBoundField reads it
        new.error_messages["required"] = _("Enter a password.")


class LoginForm(ResumableForm, PlainEmailMixin, PasswordLengthMixin, allauth_forms.LoginForm):
    resumable_fields = ("login",)


class SignupForm(ResumableForm, PlainEmailMixin, NewPasswordMixin, allauth_forms.SignupForm):
    """Creates an account unless the address already belongs to one.

    Another account's unconfirmed change to the same address does not block it.
    """

    resumable_fields = ("name", "email")
    account_already_exists: bool

    def clean(self) -> dict[str, Any]:
        """Check the password against the person's name too, which allauth's own `clean` does not know."""
        cleaned: dict[str, Any] = super(allauth_forms.SignupForm, self).clean() or self.cleaned_data
        person = User(name=cleaned.get("name", ""), email=cleaned.get("email", ""))
        if cleaned.get("password1"):
            try:
                get_adapter().clean_password(cleaned["password1"], user=person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        if not self.errors:
            try:
                _count_mail(cleaned["email"])
            except forms.ValidationError as error:
                self.add_error("email", error)
        return cleaned

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


class ChangePasswordForm(NewPasswordMixin, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["password1"].label = _("New password")


class SetPasswordForm(NewPasswordMixin, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(NewPasswordMixin, allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")


class ReauthenticateForm(PasswordLengthMixin, allauth_forms.ReauthenticateForm):
    pass


class AddEmailForm(ResumableForm, PlainEmailMixin, allauth_forms.AddEmailForm):
    resumable_fields = ("email",)

    def clean_email(self) -> str:
        email = str(super().clean_email())
        _count_mail(email)
        return email


class ResetPasswordForm(ResumableForm, PlainEmailMixin, allauth_forms.ResetPasswordForm):
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
        _count_mail(email)
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
        self.fields["name"] = _build_name_field(required=self.fields["name"].required)


class RenamePasskeyForm(ResumableForm, EditWebAuthnForm):
    resumable_fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _build_name_field(required=self.fields["name"].required)


class SecondStepForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE_LABEL


class ReauthenticateWithCodeForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE_LABEL


def _count_mail(email: str) -> None:
    """Count the mail that this form sends. Raises ValidationError if there was too much."""
    try:
        count_mail(context.request, email=email)
    except TooMuchMail as limited:
        minutes = math.ceil(limited.wait / 60)
        text = ngettext(
            "We were asked to send too many emails to this address. Check your inbox and your spam folder, or"
            " try again in %(minutes)d minute.",
            "We were asked to send too many emails to this address. Check your inbox and your spam folder, or"
            " try again in %(minutes)d minutes.",
            minutes,
        )
        raise forms.ValidationError(text, params={"minutes": minutes}, code="too_much_mail") from limited


def _build_name_field(*, required: bool) -> LineField:
    return LineField(
        label=_("Name"),
        required=required,
        help_text=_("Choose a name you’ll recognize in your list, for example “My phone”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        validators=[
            MaxLengthValidator(
                NAME_MAX_LENGTH,
                _("Enter a shorter name. You used %(show_value)d characters. The limit is %(limit_value)d."),
            )
        ],
    )
