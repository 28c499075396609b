"""Forms of the reschedule journey."""

import unicodedata
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.booking.sites import SiteOrder
from appointments.reschedule.facts import PartOfDay, TimesSearch
from appointments.reschedule.queries import WITH
from policy.models import GoodCauseReason
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from portal.foundation.resumable_forms import ResumableForm
from portal.foundation.text_fields import ParagraphField
from portal.foundation.zip_codes import ZIP_CODE, Coordinates, find_zip_coordinates

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
        help_text=_("These are examples. If none fits, choose “Other” and explain."),
        queryset=GoodCauseReason.objects.none(),
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason that fits best.")},
    )
    explanation = ParagraphField(
        label=_("Explanation"),
        help_text=_("Required if you chose “Other”. Otherwise optional."),
        required=False,
        max_length=EXPLANATION_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = GoodCauseReason.objects.in_force()  # type: ignore[attr-defined] # a model choice field

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
    """Which times to show: the site, the part of the day, the weekday, and the day.

    `day` is the day to show. `near` is only where to begin: the page then opens at the first day from there
    on that has openings. Invalid values are ignored, and the page says so for `day`.
    """

    site = forms.UUIDField(required=False)
    part = forms.ChoiceField(required=False, choices=[(part, part) for part in PartOfDay])
    weekday = forms.TypedChoiceField(
        required=False, choices=[(day, day) for day in range(1, 8)], coerce=int, empty_value=None
    )
    day = forms.DateField(
        required=False, error_messages={"invalid": _("Enter a date as month, day, and year: 12/31/2026.")}
    )
    near = forms.DateField(required=False)
    # Where the list of near sites begins. The page of sites checks it.
    zip = forms.CharField(required=False)

    def get_search(self, **further: Any) -> TimesSearch:
        """Return the valid part of what was asked for. Call `is_valid` first."""
        return TimesSearch(
            part=self.cleaned_data.get("part") or "",
            weekday=self.cleaned_data.get("weekday"),
            day=self.cleaned_data.get("day"),
            near=self.cleaned_data.get("near"),
            **further,
        )


def read_public_ids(query: QueryDict) -> list[UUID]:
    """Return the ids of the other appointments in the address. Raises Http404 for anything else."""
    texts = query.getlist(WITH)
    if len(texts) >= MOST_PEOPLE:
        raise Http404
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise Http404 from error


class SiteSearchForm(forms.Form):
    """Where to look for sites. Without a ZIP Code it is near the current site."""

    zip = forms.CharField(
        label=_("ZIP Code"),
        help_text=_("5 digits. Leave it empty to search near your current site."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code", "size": 10}),
        error_messages={"max_length": _("Enter a 5-digit ZIP Code, like 85004.")},
    )
    within = forms.TypedChoiceField(
        label=_("Distance"),
        required=False,
        choices=[
            ("25", _("25 miles")),
            ("50", _("50 miles")),
            ("100", _("100 miles")),
            ("", _("Any distance")),
        ],
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose a distance from the list.")},
    )
    order = forms.TypedChoiceField(
        label=_("Show first"),
        required=False,
        choices=[(SiteOrder.NEAREST, _("Nearest sites")), (SiteOrder.EARLIEST, _("Earliest openings"))],
        coerce=SiteOrder,
        empty_value=SiteOrder.NEAREST,
        error_messages={"invalid_choice": _("Choose what to show first from the list.")},
    )
    # Where it is, if the ZIP Code is valid.
    point: Coordinates | None = None

    def clean_zip(self) -> str:
        """Return the first five digits, or "". Full-width digits and spaces are accepted."""
        text = "".join(unicodedata.normalize("NFKC", self.cleaned_data["zip"]).split())
        if not text:
            return ""
        if not ZIP_CODE.fullmatch(text):
            raise forms.ValidationError(_("Enter a 5-digit ZIP Code, like 85004."))
        self.point = find_zip_coordinates(text)
        if self.point is None:
            raise forms.ValidationError(
                _("We don’t know this ZIP Code. Check it, or choose a site near your current one.")
            )
        return text[:5]
