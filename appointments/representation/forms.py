"""Forms for representations: invite a representative, end a representation, add a client."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.cases import ReceiptNumberForm
from accounts.models import Representation
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import PlainEmailField
from portal.foundation.text_normalization import strip_separators


class InviteForm(ResumableForm, forms.Form):
    """The email address of the representative whom a client invites."""

    resumable_fields = ("email",)

    email = PlainEmailField(
        label=_("Representative’s email address"),
        max_length=254,
        help_text=_("Use the address they sign in with. Example: name@example.org"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your representative’s email address."),
            "invalid": _("Enter a complete email address, for example name@example.org."),
        },
    )


class EndForm(ResumableForm, forms.Form):
    """Why a representation or request ends, if its client or representative wants to say."""

    resumable_fields = ("reason",)

    reason = forms.ChoiceField(
        label=_("Why? (optional)"),
        required=False,
        choices=[("", _("I prefer not to say")), *Representation.EndReason.choices],
        help_text=_("The other person and our staff can read your answer."),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose an answer from the list.")},
    )


class AddClientForm(ReceiptNumberForm):
    """A receipt number and a representative passcode."""

    passcode = forms.CharField(
        label=_("Representative passcode"),
        max_length=60,
        help_text=_("You get it from your client or in a letter from us. It works once, for 90 days."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_passcode(self) -> str:
        return strip_separators(self.cleaned_data["passcode"])
