"""The shape of what account and case pages take in."""

import re

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.numbers import compact


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


class ReceiptNumberForm(forms.Form):
    """A receipt number. Checks shape only, and explains the usual slips."""

    receipt_number = forms.CharField(
        label=_("Receipt number"),
        max_length=40,
        help_text=_("Three letters and ten digits, at the top of your notice. Example: IOE0123456789"),
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
        return compact(self.cleaned_data["access_code"])
