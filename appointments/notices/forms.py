"""The form that takes the code of a printed notice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_normalization import fix_lookalike_digits, group_characters, strip_separators


class CheckNoticeForm(ResumableForm, forms.Form):
    """The verification code of a notice."""

    resumable_fields = ("code",)

    code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        help_text=_("It is printed on the notice. Example: 7F3K-9Q2M-DX4T"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter the verification code from the notice.")},
    )

    def clean_code(self) -> str:
        code = fix_lookalike_digits(strip_separators(self.cleaned_data["code"]))
        return group_characters(code, separator="-")
