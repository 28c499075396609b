"""Forms of the profile, of the phone number and of account deletion."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phone import InvalidPhone, parse_phone
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import NameField
from portal.foundation.text_normalization import fix_lookalike_digits, strip_separators


class ProfileForm(ResumableForm, forms.Form):
    """Name, phone number, language and notification channel of an account."""

    resumable_fields = ("name", "phone", "language", "notification_channel")

    name = NameField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it appears on your notices."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=40,
        help_text=_(
            "For example, (415) 555-0132. If the number is outside the U.S., start with + and"
            " the country code."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language for pages, notices, and emails"),
        choices=User.Language.choices,
        widget=forms.RadioSelect,
    )
    notification_channel = forms.ChoiceField(
        label=_("How should we notify you?"),
        help_text=_(
            "To get texts, confirm your number with a code we send you. We always email you about signing in."
        ),
        choices=User.NotificationChannel.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the notification channel if the installation cannot send text messages."""
        super().__init__(*args, **kwargs)
        if not settings.SMS_URL:
            del self.fields["notification_channel"]

    def explain_verified_name(self, name: str) -> None:
        """Say that clients see the verified name of a representative until staff verify another one."""
        self.fields["name"].help_text = format_html(
            gettext("Clients see your verified name, {name}. We check a new name before we show it."),
            name=format_html("<bdi>{}</bdi>", name),
        )

    def clean_phone(self) -> str:
        entered: str = self.cleaned_data["phone"]
        if not entered:
            return ""
        try:
            return parse_phone(entered)
        except InvalidPhone as error:
            raise forms.ValidationError(
                _(
                    "Enter a phone number that can be called: area code and number, or + and the "
                    "country code. Leave out extensions."
                )
            ) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        prefers_texts = cleaned.get("notification_channel") in (
            User.NotificationChannel.TEXT,
            User.NotificationChannel.BOTH,
        )
        if prefers_texts and "phone" in cleaned and not cleaned["phone"]:
            self.add_error("phone", _("Enter a phone number for text messages, or choose email."))
        return cleaned


class PhoneCodeForm(forms.Form):
    """The 6-digit code that was texted to a phone number."""

    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=20,
        help_text=_("6 digits."),
        error_messages={"required": _("Enter the 6-digit code from the text message.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        digits = fix_lookalike_digits(strip_separators(self.cleaned_data["code"]))
        # A code of the wrong shape does not count as an attempt.
        if not re.fullmatch(r"[0-9]{6}", digits):
            raise forms.ValidationError(_("Enter all 6 digits, for example 012345. Check the text message."))
        return digits


class DeleteAccountForm(forms.Form):
    """A checkbox that confirms the deletion of the account."""

    sure = forms.BooleanField(
        label=_("Yes, delete my account permanently"),
        error_messages={"required": _("Check this box to delete your account.")},
    )
