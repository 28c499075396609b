"""Admin pages of the dated good-cause reasons. A reason in force can only be given an end."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from policy.admin.dated import (
    AgencyDateTimeField,
    DatedAdmin,
    FutureForm,
    build_boolean,
    format_agency_instant,
)
from policy.models import GoodCauseReason
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.clock import DatabaseNow, database_now
from portal.foundation.resumable_forms import ResumableForm

LABELS = {
    "code": _("Code"),
    "text_en": _("Text in English"),
    "text_es": _("Text in Spanish"),
    "requires_explanation": _("Requires an explanation"),
    "position": _("Position in the list"),
    "effective_at": _("Applies from"),
    "ended_at": _("Ends"),
    "source": _("Source"),
}


def clean_end(form: Any) -> datetime | None:
    """Return the end, or None if the field is empty. Raises ValidationError if it is not in the future."""
    ends: datetime | None = form.cleaned_data["ended_at"]
    if ends is not None and ends <= database_now():
        raise forms.ValidationError(
            _("This time has passed, and people may have given the reason since then. Choose a later time.")
        )
    return ends


class ReasonVersionForm(FutureForm):
    """A form for a reason that begins in the future, with its texts in both languages."""

    ended_at = AgencyDateTimeField(
        label=_("Ends"),
        required=False,
        help_text=_("If empty, it stays in force until you enter an end."),
    )

    class Meta:
        model = GoodCauseReason
        fields = tuple(LABELS)
        labels = LABELS
        help_texts = {
            "code": _("Capital letters, digits and underscores, such as ILLNESS."),
            "source": _("The rule or decision that this follows, with its date."),
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
            self.add_error("ended_at", _("The end must be after the beginning."))
        return cleaned


class EndReasonForm(ResumableForm, forms.ModelForm):  # type: ignore[type-arg] # generic only in the stubs
    """The end of a reason that people may choose today."""

    ended_at = AgencyDateTimeField(
        label=_("Ends"),
        required=False,
        help_text=_(
            "Date and time at the agency (Eastern time). It must be in the future. "
            "If empty, the reason stays in force."
        ),
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
    """Reasons in the order in which people see them."""

    form = ReasonVersionForm
    list_display = (
        "reason_code",
        "reason_text",
        "current_status",
        "applies_from",
        "ends_at",
        "needs_explanation",
    )
    ordering = ("position", "id")

    def build_superseded(self, later: QuerySet[Any]) -> Any:
        return build_boolean(Q(ended_at__lte=DatabaseNow()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and self._is_in_force(obj):
            return self._may(request, "change")
        return super().has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
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
    def reason_text(self, row: GoodCauseReason) -> str:
        return row.text

    @admin.display(description=_("Ends"))
    def ends_at(self, row: GoodCauseReason) -> str | None:
        return format_agency_instant(row.ended_at) if row.ended_at else None

    @admin.display(description=_("Requires an explanation"))
    def needs_explanation(self, row: GoodCauseReason) -> str:
        return format_yes_or_no(is_true=row.requires_explanation)
