"""Forms of the reschedule journey."""

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.reschedule.queries import WITH
from policy.models import GoodCauseReason
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from portal.foundation.resumable_forms import ResumableForm

if TYPE_CHECKING:
    ModelChoiceField = forms.ModelChoiceField[GoodCauseReason]
else:
    ModelChoiceField = forms.ModelChoiceField

MOST_PEOPLE = 20


class ReasonChoiceField(ModelChoiceField):
    def label_from_instance(self, obj: GoodCauseReason) -> str:
        return obj.text


class ReasonForm(ResumableForm, forms.Form):
    """Good cause: one reason, and an explanation where the reason asks for one."""

    resumable_fields: tuple[str, ...] = ("reason", "explanation")

    reason = ReasonChoiceField(
        label=_("Why can’t you come at the scheduled time?"),
        queryset=GoodCauseReason.objects.none(),
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason that fits best.")},
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        help_text=_("Required if you chose “Other”. Otherwise optional."),
        required=False,
        max_length=EXPLANATION_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = GoodCauseReason.objects.in_force()  # type: ignore[attr-defined] # a model choice field

    def clean_explanation(self) -> str:
        explanation: str = self.cleaned_data["explanation"]
        if "\x00" in explanation:
            raise forms.ValidationError(_("Remove the unsupported characters."))
        return explanation

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        reason = cleaned.get("reason")
        if reason and reason.requires_explanation and not cleaned.get("explanation"):
            self.add_error("explanation", _("Explain in a few words why you can’t come."))
        return cleaned


class SelectTimeForm(forms.Form):
    """The selected time."""

    slot = forms.UUIDField(error_messages={"required": _("Choose a time."), "invalid": _("Choose a time.")})


class SearchForm(forms.Form):
    """The site, and the day or week to show. Invalid values mean the current site and its first free day."""

    site = forms.UUIDField(required=False)
    week = forms.DateField(required=False)
    day = forms.DateField(required=False)

    @property
    def day_of_week(self) -> date | None:
        """Any day of the week to show; None for the first week with a free time."""
        day: date | None = self.cleaned_data.get("day") or self.cleaned_data.get("week")
        return day


def read_public_ids(query: QueryDict) -> list[UUID]:
    """Return the ids of the other appointments in the address. Raises Http404 for anything else."""
    texts = query.getlist(WITH)
    if len(texts) >= MOST_PEOPLE:
        raise Http404
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise Http404 from error
