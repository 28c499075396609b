"""Forms of bulk reschedules: which appointments, and a reason for each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from policy.models import GoodCauseReason
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import ParagraphField

EMPTY_SELECTION = _("Select at least one appointment that can be rescheduled.")


class PublicIdsField(forms.Field):
    """Public ids of rows, as a group of checkboxes sends them. Ignores values that are not an id."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Iterable[str] | None) -> list[UUID]:
        found = []
        for text in value or ():
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return found


class BulkItemsForm(forms.Form):
    """The appointments that are selected."""

    appointment = PublicIdsField(error_messages={"required": EMPTY_SELECTION})


class HeldForm(forms.Form):
    """The reservations that the review showed when the reader pressed confirm."""

    reservation = PublicIdsField(required=False)


@dataclass(frozen=True, slots=True)
class BulkItemFields:
    """The fields of one item in the form of reasons."""

    public_id: UUID
    reason: BoundField
    explanation: BoundField

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown unfolded: they have a value of their own, or an error."""
        fields = (self.reason, self.explanation)
        return any(field.value() or field.errors for field in fields)


class BulkReasonsForm(ResumableForm, forms.Form):
    """A reason for every item: a separate one, or the shared one."""

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
        self._add("", gettext("Shared reason"), gettext("Shared explanation"), gettext("No shared reason"))
        for public_id, name in people:
            self._add(
                f"-{public_id}",
                gettext("Reason for %(name)s") % {"name": name},
                gettext("Explanation for %(name)s") % {"name": name},
                gettext("Use the shared reason"),
            )
        self.resumable_fields = tuple(self.fields)

    def _add(self, suffix: str, reason: str, explanation: str, nothing: str) -> None:
        choices = [("", nothing), *((code, row.text) for code, row in self._reasons.items())]
        self.fields[f"reason{suffix}"] = forms.ChoiceField(
            label=reason,
            required=False,
            choices=choices,
            error_messages={
                "invalid_choice": gettext("This reason is no longer offered. Choose another reason.")
            },
        )
        self.fields[f"explanation{suffix}"] = ParagraphField(
            label=explanation,
            required=False,
            max_length=EXPLANATION_MAX_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    @property
    def for_all(self) -> tuple[BoundField, BoundField]:
        return self["reason"], self["explanation"]

    def get_fields(self, public_id: UUID) -> BulkItemFields:
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
            self.add_error(own, gettext("Choose a reason here, or choose a shared reason."))
        elif self._reasons[code].requires_explanation and not self._get_explanation(public_id, cleaned):
            field = own_words if cleaned[own] else "explanation"
            if field not in self.errors:
                self.add_error(field, gettext("Explain briefly why this person can’t come."))

    def _get_explanation(self, public_id: UUID, cleaned: dict[str, Any]) -> str:
        """Return the separate explanation. The shared one applies only together with the shared reason."""
        own: str = cleaned[f"explanation-{public_id}"]
        if own or cleaned[f"reason-{public_id}"]:
            return own
        return str(cleaned["explanation"])

    def get_cause(self, public_id: UUID) -> tuple[GoodCauseReason, str]:
        """Return the reason and explanation of an item. The form must be valid."""
        code = self.cleaned_data[f"reason-{public_id}"] or self.cleaned_data["reason"]
        return self._reasons[code], self._get_explanation(public_id, self.cleaned_data)
