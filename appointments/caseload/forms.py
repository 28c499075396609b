"""The shape of what a representative's caseload and sittings take in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.caseload.presenters.caseload import STATES
from appointments.caseload.queries import CaseloadFilters
from appointments.models import Site
from policy.models import FormType, GoodCauseReason
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from portal.foundation.resumable_forms import ResumableForm

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class CaseloadSearchForm(ResumableForm, forms.Form):
    """A name or a receipt number; nothing to search for nothing."""

    resumable_fields = ("words",)

    words = forms.CharField(
        label=_("Client’s name or receipt number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CaseloadFilterForm(forms.Form):
    """Which part of the caseload to show. Offers the sites and forms that the caseload has."""

    site = forms.ChoiceField(
        label=_("Site"),
        required=False,
        error_messages={"invalid_choice": _("No client has an appointment at this site. Choose another.")},
    )
    week = forms.DateField(
        label=_("Week of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%m/%d/%Y"],
        error_messages={"invalid": _("Write the date like 12/31/2026.")},
    )
    form = forms.ChoiceField(
        label=_("Form"),
        required=False,
        error_messages={"invalid_choice": _("No client has an appointment for this form. Choose another.")},
    )
    state = forms.ChoiceField(
        label=_("Can it be moved?"),
        required=False,
        choices=STATES,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )

    def __init__(
        self, data: Mapping[str, Any], *, sites: Iterable[Site], forms: Iterable[FormType], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        of_sites = [(str(site.public_id), f"{site.state} – {site.city}: {site.name}") for site in sites]
        of_forms = [(form.code, form.code) for form in forms]
        self.fields["site"].choices = [("", gettext("All")), *of_sites]  # type: ignore[attr-defined]
        self.fields["form"].choices = [("", gettext("All")), *of_forms]  # type: ignore[attr-defined]

    def clean_week(self) -> date | None:
        week: date | None = self.cleaned_data["week"]
        if week is not None and not EARLIEST <= week < LATEST:
            raise ValidationError(gettext("Choose a date between 2000 and 2099."))
        return week

    def filters(self, *, words: str) -> CaseloadFilters | None:
        """What is asked for; None where a filter is wrong: then nothing is shown rather than too much."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        return CaseloadFilters(
            words=words,
            site=UUID(asked["site"]) if asked["site"] else None,
            week=asked["week"],
            form=asked["form"],
            state=asked["state"],
        )


class PublicIdsField(forms.Field):
    """Public ids of rows, as a group of checkboxes sends them. What is no such id is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Iterable[str] | None) -> list[UUID]:
        found = []
        for text in value or ():
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return found


class BulkItemsForm(ResumableForm, forms.Form):
    """The appointments that were ticked."""

    resumable_fields = ("appointment",)

    appointment = PublicIdsField(
        error_messages={"required": _("Check at least one appointment that can be moved.")}
    )

    @property
    def ticked(self) -> list[str]:
        """The public ids whose boxes are checked: as sent, or as they were on another page of the list."""
        keys = self.fields["appointment"].to_python(self["appointment"].value()) or ()
        return [str(key) for key in keys]


class HeldForm(forms.Form):
    """The reservations that the reader saw when pressing confirm."""

    reservation = PublicIdsField(required=False)


@dataclass(frozen=True, slots=True)
class BulkItemFields:
    """The fields of one pick in the form of reasons."""

    public_id: UUID
    reason: BoundField
    explanation: BoundField


class BulkReasonsForm(ResumableForm, forms.Form):
    """A reason for every pick: an own one, or else the one for all."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        people: Sequence[tuple[UUID, str]],
        reasons: Collection[GoodCauseReason],
        initial: Mapping[str, str],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self._people = people
        self._reasons = {reason.code: reason for reason in reasons}
        self._add("", gettext("Reason for all"), gettext("Explanation for all"), gettext("None for all"))
        for public_id, name in people:
            self._add(
                f"-{public_id}",
                gettext("Reason for %(name)s") % {"name": name},
                gettext("Explanation for %(name)s") % {"name": name},
                gettext("Use the reason for all"),
            )
        self.resumable_fields = tuple(self.fields)

    def _add(self, suffix: str, reason: str, explanation: str, nothing: str) -> None:
        choices = [("", nothing), *((code, row.text) for code, row in self._reasons.items())]
        self.fields[f"reason{suffix}"] = forms.ChoiceField(
            label=reason,
            required=False,
            choices=choices,
            error_messages={"invalid_choice": gettext("This reason is no longer offered. Choose another.")},
        )
        self.fields[f"explanation{suffix}"] = forms.CharField(
            label=explanation,
            required=False,
            max_length=EXPLANATION_MAX_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    @property
    def for_all(self) -> tuple[BoundField, BoundField]:
        return self["reason"], self["explanation"]

    def fields_of(self, public_id: UUID) -> BulkItemFields:
        return BulkItemFields(public_id, self[f"reason-{public_id}"], self[f"explanation-{public_id}"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for public_id, _name in self._people:
            self._clean_one(public_id, cleaned)
        return cleaned

    def _clean_one(self, public_id: UUID, cleaned: dict[str, Any]) -> None:
        own, own_words = f"reason-{public_id}", f"explanation-{public_id}"
        if {own, own_words, "reason", "explanation"} & self.errors.keys():
            return
        code = cleaned[own] or cleaned["reason"]
        if not code:
            self.add_error(own, gettext("Choose a reason here, or one for all."))
        elif self._reasons[code].requires_explanation and not self._explanation(public_id, cleaned):
            field = own_words if cleaned[own] else "explanation"
            if field not in self.errors:
                self.add_error(field, gettext("Explain in a few words why the person can’t come."))

    def _explanation(self, public_id: UUID, cleaned: dict[str, Any]) -> str:
        """An own one; the one for all only with the reason for all."""
        own: str = cleaned[f"explanation-{public_id}"]
        if own or cleaned[f"reason-{public_id}"]:
            return own
        return str(cleaned["explanation"])

    def cause_of(self, public_id: UUID) -> tuple[GoodCauseReason, str]:
        """The reason and explanation of a pick, once the form is valid."""
        code = self.cleaned_data[f"reason-{public_id}"] or self.cleaned_data["reason"]
        return self._reasons[code], self._explanation(public_id, self.cleaned_data)
