"""The shape of a representative's papers, and of what staff decide about them."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import RepresentativeProfile
from accounts.us_states import STATES
from portal.foundation.resumable_forms import ResumableForm


class AccreditationEndField(forms.DateField):
    """The last day of an accreditation; the service says whether it lies ahead."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%m/%d/%Y"], **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not 2000 <= value.year <= 2200:
            raise forms.ValidationError(_("Enter a year from 2000 to 2200."))


class ApplicationForm(ResumableForm, forms.Form):
    """What makes someone a representative. Which of the fields are needed depends on the first."""

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
        error_messages={"required": _("Choose which kind of representative you are.")},
    )
    bar_state = forms.CharField(
        label=_("State that licensed you"),
        help_text=_("Two letters, for example TX. Territories too, for example PR."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    bar_number = forms.CharField(
        label=_("Bar or license number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    organization = forms.CharField(
        label=_("Recognized organization"),
        help_text=_("Its name as it appears on the list of recognized organizations."),
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
    accreditation_expires_on = AccreditationEndField(label=_("Last day of the accreditation"), required=False)

    ATTORNEY_FIELDS: tuple[str, ...] = ("bar_state", "bar_number")
    ACCREDITED_FIELDS: tuple[str, ...] = ("organization", "accreditation", "accreditation_expires_on")
    MISSING = {
        "bar_state": _("Enter the state that licensed you, as two letters."),
        "bar_number": _("Enter your bar or license number."),
        "organization": _("Enter the name of your organization."),
        "accreditation": _("Choose partial or full."),
        "accreditation_expires_on": _("Enter the last day on which your accreditation holds."),
    }

    def clean_bar_state(self) -> str:
        state = str(self.cleaned_data["bar_state"]).upper()
        if state and not STATES.fullmatch(state):
            raise forms.ValidationError(
                _("This is not a state or territory. Enter its two letters, for example TX.")
            )
        return state

    def clean_bar_number(self) -> str:
        number = str(self.cleaned_data["bar_number"])
        if number and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ./-]*", number):
            raise forms.ValidationError(
                _("Enter letters, digits, spaces, dots, dashes and slashes only, as on your license.")
            )
        return number

    def clean(self) -> dict[str, Any]:
        """Asks for what the kind needs, and leaves out what belongs to the other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_attorney = cleaned.get("kind") == RepresentativeProfile.Kind.ATTORNEY
        wanted, others = self.ATTORNEY_FIELDS, self.ACCREDITED_FIELDS
        if not is_attorney:
            wanted, others = others, wanted
        if cleaned.get("kind"):
            for name in wanted:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.MISSING[name])
            for name in others:
                self.errors.pop(name, None)
                cleaned[name] = None if name == "accreditation_expires_on" else ""
        return cleaned


class DecisionForm(ResumableForm, forms.Form):
    """What staff note of a decision about a representative, and of which papers."""

    resumable_fields: tuple[str, ...] = ("note",)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Only staff and auditors read it. Say how you checked."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class VerifyForm(DecisionForm):
    """Staff verify: the papers as they were seen."""

    seen_at = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def clean_seen_at(self) -> datetime:
        try:
            return datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            raise forms.ValidationError(_("Go back to the list and open the application again.")) from None


class RefuseForm(VerifyForm):
    """Staff refuse: with a reason that the account is told."""

    resumable_fields = ("refusal", "note")
    refusal = forms.ChoiceField(
        label=_("Why is it refused?"),
        choices=RepresentativeProfile.Refusal.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason that the applicant is told.")},
    )
    field_order = ("refusal", "note")


class EndForm(RefuseForm):
    """Staff take a verification back: with a reason that the account is told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["refusal"].label = _("Why does the verification end?")
        self.fields["refusal"].error_messages["required"] = _(
            "Choose the reason that the representative is told."
        )


class ExtendForm(DecisionForm):
    """Staff extend an accreditation."""

    resumable_fields = ("expires_on", "note")
    expires_on = AccreditationEndField(label=_("Last day of the accreditation"))
    field_order = ("expires_on", "note")
