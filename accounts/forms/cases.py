"""Forms that take the receipt number of a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services.codes import CODE_ALPHABET, CODE_LENGTH
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_normalization import (
    RECEIPT_NUMBER,
    fix_lookalike_digits,
    strip_separators,
    suggest_receipt_number,
)


class ReceiptNumberForm(ResumableForm, forms.Form):
    """A receipt number. Checks its shape only, and suggests a correction for lookalike characters."""

    resumable_fields = ("receipt_number",)

    receipt_number = forms.CharField(
        label=_("Receipt number"),
        max_length=40,
        help_text=_("3 letters and 10 numbers, at the top of your notice. Example: IOE0123456789"),
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
                _("Enter 3 letters and 10 numbers, for example IOE0123456789. You can use spaces and dashes.")
            )
        if number[:3] == meant[:3]:
            problem = _(
                "Use only numbers after the 3 letters. Did you enter the letter O or I instead of 0 or 1? "
                "You may mean %(number)s."
            )
        else:
            problem = _(
                "Start with 3 letters, then use only numbers. Did you enter 0, 1, or 5 instead of the letter "
                "O, I, or S? You may mean %(number)s."
            )
        raise forms.ValidationError(problem, params={"number": meant})


class AddCaseForm(ReceiptNumberForm):
    """A receipt number and its Online Access Code."""

    access_code = forms.CharField(
        label=_("Online Access Code"),
        max_length=60,
        help_text=_(
            "Find it on the Account Access Notice we mailed you. It works once and expires after 90 days."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_access_code(self) -> str:
        code = fix_lookalike_digits(strip_separators(self.cleaned_data["access_code"]))
        # Checks the shape only, so it reveals nothing about existing codes and does not count as an attempt.
        if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
            raise forms.ValidationError(
                _(
                    "Enter all 16 letters and numbers of your code. Codes never use the letter U. Check"
                    " your notice."
                )
            )
        return code
