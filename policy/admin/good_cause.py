"""The dated catalogue of reasons. A reason in force is ended by a date, and not otherwise changed."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from policy.admin.dated import AgencyDateTimeField, DatedAdmin, FutureForm, format_agency_instant, is_so
from policy.models import GoodCauseReason
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.clock import DatabaseNow, database_now
from portal.foundation.resumable_forms import ResumableForm

LABELS = {
    "code": _("Code"),
    "text_en": _("Text in English"),
    "text_es": _("Text in Spanish"),
    "requires_explanation": _("Needs an explanation"),
    "position": _("Place in the list"),
    "effective_at": _("Applies from"),
    "ended_at": _("Ends"),
    "source": _("Source"),
}


def clean_end(form: Any) -> datetime | None:
    """An end that lies ahead, or none. Raises ValidationError."""
    ends: datetime | None = form.cleaned_data["ended_at"]
    if ends is not None and ends <= database_now():
        raise forms.ValidationError(
            _("This moment has passed. People may have given the reason since: choose a later one.")
        )
    return ends


class ReasonVersionForm(FutureForm):
    """A reason that begins later, with its texts in both languages."""

    ended_at = AgencyDateTimeField(
        label=_("Ends"), required=False, help_text=_("Empty: until someone enters an end.")
    )

    class Meta:
        model = GoodCauseReason
        fields = tuple(LABELS)
        labels = LABELS
        help_texts = {
            "code": _("Capital letters, digits and underscores, such as ILLNESS."),
            "source": _("The rule or decision that says so, with its date."),
        }

    resumable_fields = Meta.fields

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).upper()
        if not code.replace("_", "").isalnum() or not code.isascii():
            raise forms.ValidationError(_("Use capital letters, digits and underscores only."))
        return code

    def clean_ended_at(self) -> datetime | None:
        return clean_end(self)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("effective_at"), cleaned.get("ended_at")
        if begins and ends and ends <= begins:
            self.add_error("ended_at", _("It must end after it begins."))
        return cleaned


class EndReasonForm(ResumableForm, forms.ModelForm):  # type: ignore[type-arg]
    """The end of a reason that people may choose today."""

    ended_at = AgencyDateTimeField(
        label=_("Ends"),
        required=False,
        help_text=_("Date and hour at the agency (Eastern time). It must lie ahead. Empty: it goes on."),
    )

    class Meta:
        model = GoodCauseReason
        fields = ("ended_at",)
        labels = LABELS

    resumable_fields = Meta.fields

    def clean_ended_at(self) -> datetime | None:
        return clean_end(self)


@admin.register(GoodCauseReason)
class GoodCauseReasonAdmin(DatedAdmin):
    """In the order in which people are offered them."""

    form = ReasonVersionForm
    list_display = ("reason_code", "said", "today", "applies_from", "ends", "explained")
    ordering = ("position", "id")

    def over(self, later: QuerySet[Any]) -> Any:
        return is_so(Q(ended_at__lte=DatabaseNow()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and self._is_in_force(obj):
            return self._may(request, "change")
        return super().has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = EndReasonForm if obj is not None and self._is_in_force(obj) else ReasonVersionForm
        return super().get_form(request, obj, change, form=form, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return tuple(LABELS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is not None and self._is_in_force(obj):
            return tuple(name for name in LABELS if name != "ended_at")
        return ()

    def _is_in_force(self, row: GoodCauseReason) -> bool:
        return row.is_in_force(database_now())

    @admin.display(description=_("Code"))
    def reason_code(self, row: GoodCauseReason) -> str:
        return row.code

    @admin.display(description=_("Reason"))
    def said(self, row: GoodCauseReason) -> str:
        return row.text

    @admin.display(description=_("Ends"))
    def ends(self, row: GoodCauseReason) -> str | None:
        return format_agency_instant(row.ended_at) if row.ended_at else None

    @admin.display(description=_("Needs an explanation"))
    def explained(self, row: GoodCauseReason) -> str:
        return format_yes_or_no(is_so=row.requires_explanation)
