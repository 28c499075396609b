"""Forms to apply as a representative, and to decide an application."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import RepresentativeProfile
from accounts.us_states import STATES
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import LineField, NameField, ParagraphField


class AccreditationEndField(forms.DateField):
    """The last day of an accreditation. The service checks that it has not passed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%m/%d/%Y"], **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not 2000 <= value.year <= 2200:
            raise forms.ValidationError(_("Enter a year from 2000 to 2200."))


class ApplicationForm(ResumableForm, forms.Form):
    """License or accreditation of a representative. `kind` decides which fields are required."""

    resumable_fields = (
        "kind",
        "bar_state",
        "bar_number",
        "organization",
        "accreditation",
        "accreditation_expires_on",
    )

    kind = forms.ChoiceField(
        label=_("What kind of representative are you?"),
        choices=RepresentativeProfile.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of representative you are.")},
    )
    bar_state = LineField(
        label=_("State that licensed you"),
        help_text=_("Enter the 2-letter code of the state or territory, for example TX or PR."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    bar_number = LineField(
        label=_("Bar or license number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    organization = NameField(
        label=_("Recognized organization"),
        help_text=_("Enter the name as it appears on the list of recognized organizations."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    accreditation = forms.ChoiceField(
        label=_("Accreditation"),
        choices=RepresentativeProfile.Accreditation.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    accreditation_expires_on = AccreditationEndField(label=_("Last day of accreditation"), required=False)

    ATTORNEY_FIELDS: tuple[str, ...] = ("bar_state", "bar_number")
    ACCREDITED_FIELDS: tuple[str, ...] = ("organization", "accreditation", "accreditation_expires_on")
    REQUIRED_MESSAGES = {
        "bar_state": _("Enter the 2-letter code of the state that licensed you."),
        "bar_number": _("Enter your bar or license number."),
        "organization": _("Enter the name of your organization."),
        "accreditation": _("Choose partial or full accreditation."),
        "accreditation_expires_on": _("Enter the last day your accreditation is valid."),
    }

    def clean_bar_state(self) -> str:
        state = str(self.cleaned_data["bar_state"]).upper()
        if state and not STATES.fullmatch(state):
            raise forms.ValidationError(
                _("We don’t recognize this state or territory. Enter its 2-letter code, for example TX.")
            )
        return state

    def clean_bar_number(self) -> str:
        number = str(self.cleaned_data["bar_number"])
        if number and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ./-]*", number):
            raise forms.ValidationError(
                _(
                    "Enter the number as it appears on your license. Use only letters, numbers, spaces,"
                    " periods, dashes, and slashes."
                )
            )
        return number

    def clean(self) -> dict[str, Any]:
        """Require the fields of the chosen kind, and empty the fields of the other kind."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_attorney = cleaned.get("kind") == RepresentativeProfile.Kind.ATTORNEY
        required, others = self.ATTORNEY_FIELDS, self.ACCREDITED_FIELDS
        if not is_attorney:
            required, others = others, required
        if cleaned.get("kind"):
            for name in required:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.REQUIRED_MESSAGES[name])
            for name in others:
                self.errors.pop(name, None)
                cleaned[name] = None if name == "accreditation_expires_on" else ""
        return cleaned


class ApplicationDecisionForm(ResumableForm, forms.Form):
    """The note that staff write for each decision about a representative."""

    resumable_fields: tuple[str, ...] = ("note",)
    note = ParagraphField(
        label=_("Note"),
        help_text=_("Explain how you checked. Only staff and auditors can read this note."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class VerifyApplicationForm(ApplicationDecisionForm):
    """Verify an application. `seen_at` says which version of the details the officer saw."""

    seen_at = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def clean_seen_at(self) -> datetime:
        try:
            return datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            raise forms.ValidationError(_("Go back to the list and open the application again.")) from None


class RejectApplicationForm(VerifyApplicationForm):
    """Reject an application, with a reason that the applicant sees."""

    resumable_fields = ("rejection", "note")
    rejection = forms.ChoiceField(
        label=_("Why are you rejecting this application?"),
        choices=RepresentativeProfile.Rejection.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason. The applicant will see it.")},
    )
    field_order = ("rejection", "note")


class EndVerificationForm(RejectApplicationForm):
    """End a verification, with a reason that the representative sees."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rejection"].label = _("Why are you ending this verification?")
        self.fields["rejection"].error_messages["required"] = _(
            "Choose a reason. The representative will see it."
        )


class NameDecisionForm(VerifyApplicationForm):
    """Confirm the new name of a representative, or keep the verified one."""

    resumable_fields = ("is_confirmed", "note")
    is_confirmed = forms.TypedChoiceField(
        label=_("Which name should clients see?"),
        choices=[("yes", _("The new name")), ("no", _("The verified name, as before"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the name that clients should see.")},
    )
    field_order = ("is_confirmed", "note")


class ExtendAccreditationForm(ApplicationDecisionForm):
    """Extend an accreditation to a later last day."""

    resumable_fields = ("expires_on", "note")
    expires_on = AccreditationEndField(label=_("Last day of accreditation"))
    field_order = ("expires_on", "note")
