"""The shape of what account and case pages take in."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phone import NoPhone, read_phone
from accounts.services.codes import CODE_ALPHABET, CODE_LENGTH
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_normalization import (
    RECEIPT_NUMBER,
    fix_lookalike_digits,
    strip_separators,
    suggest_receipt_number,
)


class SignupForm(forms.Form):
    """What allauth's sign-up asks in addition: the person's name."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it appears on your notices."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ("name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = "es" if (get_language() or "en").startswith("es") else "en"
        user.save(update_fields=["name", "language"])


class ProfileForm(ResumableForm, forms.Form):
    """What the holder says of the account."""

    resumable_fields = ("name", "phone", "language", "notification_channel")

    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it appears on your notices."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        required=False,
        max_length=40,
        help_text=_("For example (415) 555-0132. From abroad, begin with + and the country’s code."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language of pages, notices and emails"),
        choices=User.Language.choices,
        widget=forms.RadioSelect,
    )
    notification_channel = forms.ChoiceField(
        label=_("How we should tell you that there is something to read"),
        help_text=_(
            "Text messages go to a number once you have typed a code that we text to it. "
            "Messages about signing in always go to your email address."
        ),
        choices=User.NotificationChannel.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Without a gateway for text messages there is nothing to choose."""
        super().__init__(*args, **kwargs)
        if not settings.SMS_URL:
            del self.fields["notification_channel"]

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        if not typed:
            return ""
        try:
            return read_phone(typed)
        except NoPhone as error:
            raise forms.ValidationError(
                _(
                    "This is not a telephone number that can be called. Enter area code and number, "
                    "or + with the country’s code. Leave extensions out."
                )
            ) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        prefers_texts = cleaned.get("notification_channel") in (
            User.NotificationChannel.TEXT,
            User.NotificationChannel.BOTH,
        )
        if prefers_texts and "phone" in cleaned and not cleaned["phone"]:
            self.add_error("phone", _("Enter a number for text messages, or choose email."))
        return cleaned


class PhoneCodeForm(forms.Form):
    """The six digits that were texted to a number."""

    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=20,
        help_text=_("Six digits."),
        error_messages={"required": _("Enter the six digits from the text message.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        digits = fix_lookalike_digits(strip_separators(self.cleaned_data["code"]))
        # Such a slip costs no try.
        if not re.fullmatch(r"[0-9]{6}", digits):
            raise forms.ValidationError(
                _("A code has six digits, like 012345. Compare yours with the text message.")
            )
        return digits


class DeleteAccountForm(forms.Form):
    """One explicit yes."""

    sure = forms.BooleanField(
        label=_("Yes, delete my account for good"),
        error_messages={"required": _("Check this box if you want your account deleted.")},
    )


class ReceiptNumberForm(ResumableForm, forms.Form):
    """A receipt number. Checks shape only, and explains the usual slips."""

    resumable_fields = ("receipt_number",)

    receipt_number = forms.CharField(
        label=_("Receipt number"),
        max_length=40,
        help_text=_("Three letters and ten digits, at the top of your notice. Example: IOE0123456789"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_receipt_number(self) -> str:
        number = strip_separators(self.cleaned_data["receipt_number"])
        if RECEIPT_NUMBER.fullmatch(number):
            return number
        meant = suggest_receipt_number(number)
        if not meant:
            raise forms.ValidationError(
                _(
                    "Enter three letters and ten digits, for example IOE0123456789. "
                    "Spaces and dashes are fine."
                )
            )
        if number[:3] == meant[:3]:
            said = _(
                "After the three letters come only digits. Check for the letter O or I in place of 0 or 1. "
                "You may mean %(number)s."
            )
        else:
            said = _(
                "The first three are letters, and the rest are digits. Check for 0, 1 or 5 in place of the "
                "letter O, I or S. You may mean %(number)s."
            )
        raise forms.ValidationError(said, params={"number": meant})


class AddCaseForm(ReceiptNumberForm):
    """Receipt number and Online Access Code."""

    access_code = forms.CharField(
        label=_("Online Access Code"),
        max_length=60,
        help_text=_("From the Account Access Notice that came by mail. It works for 90 days, once."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_access_code(self) -> str:
        code = fix_lookalike_digits(strip_separators(self.cleaned_data["access_code"]))
        # Says nothing about any code: only that this is none. Such a slip costs no try.
        if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
            raise forms.ValidationError(
                _("A code has sixteen letters and digits, and no letter U. Compare yours with the notice.")
            )
        return code
