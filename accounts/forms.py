"""The shape of what account and case pages take in."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.numbers import compact
from accounts.phone import NoPhone, read_phone


class SignupForm(forms.Form):
    """What allauth's sign-up asks in addition: the person's name."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it stands on your notices."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ("name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = "es" if (get_language() or "en").startswith("es") else "en"
        user.save(update_fields=["name", "language"])


class ProfileForm(forms.Form):
    """What the holder says of the account."""

    kept_fields = ("name", "phone", "language", "told_by")

    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it stands on your notices."),
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
        label=_("Language of pages, notices and mail"),
        choices=User.Language.choices,
        widget=forms.RadioSelect,
    )
    told_by = forms.ChoiceField(
        label=_("How we should tell you that there is something to read"),
        help_text=_("Text messages are not sent yet. We note your choice, and write to your email address."),
        choices=User.ToldBy.choices,
        widget=forms.RadioSelect,
    )

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
        wants_texts = cleaned.get("told_by") in (User.ToldBy.TEXT, User.ToldBy.BOTH)
        if wants_texts and "phone" in cleaned and not cleaned["phone"]:
            self.add_error("phone", _("Enter a number for text messages, or choose email."))
        return cleaned


class DeleteAccountForm(forms.Form):
    """One explicit yes."""

    sure = forms.BooleanField(
        label=_("Yes, delete my account for good"),
        error_messages={"required": _("Tick this box if you want your account deleted.")},
    )


class AddCaseForm(forms.Form):
    """Receipt number and Online Access Code. Checks shape only, and explains the usual slips."""

    kept_fields = ("receipt_number",)

    receipt_number = forms.CharField(
        label=_("Receipt number"),
        max_length=40,
        help_text=_("Three letters and ten digits, at the top of your notice. Example: IOE0123456789"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    access_code = forms.CharField(
        label=_("Online Access Code"),
        max_length=60,
        help_text=_("From the Account Access Notice that came by mail. It works for 90 days, once."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_receipt_number(self) -> str:
        number = compact(self.cleaned_data["receipt_number"])
        if re.fullmatch(r"[A-Z]{3}[0-9]{10}", number):
            return number
        if re.fullmatch(r"[A-Z]{3}[0-9OIL]{10}", number):
            raise forms.ValidationError(
                _("After the three letters come only digits. Check for the letter O or I in place of 0 or 1.")
            )
        raise forms.ValidationError(
            _("Enter three letters and ten digits, for example IOE0123456789. Spaces and dashes are fine.")
        )

    def clean_access_code(self) -> str:
        return compact(self.cleaned_data["access_code"])
