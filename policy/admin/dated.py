"""Admin classes for dated rules: entered in advance, corrected until they apply, and read-only after that."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.foundation.admin.editable import EditableAdmin
from portal.foundation.clock import DatabaseNow, agency_zone, database_now
from portal.foundation.resumable_forms import ResumableForm

INPUT_FORMAT = "%Y-%m-%dT%H:%M"
SOURCE_HELP = {
    "source": _("The rule or decision that this follows, with its date. Refusals show it."),
    "source_es": _("If empty, Spanish pages show the English text."),
    "source_url": _("Where it was published, such as https://www.example.gov/rule. Can be empty."),
}


class AgencyDateTimeField(forms.DateTimeField):
    """An instant that is entered and shown in the agency's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INPUT_FORMAT)
        super().__init__(widget=widget, input_formats=[INPUT_FORMAT, "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(agency_zone()).replace(tzinfo=None) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        entered = super().to_python(value)
        if entered is None:
            return None
        instant = entered.replace(tzinfo=agency_zone())
        if not 2000 <= instant.year <= 2200:
            raise forms.ValidationError(_("Enter a year from 2000 to 2200."))
        if instant.utcoffset() != instant.replace(fold=1).utcoffset():
            raise forms.ValidationError(
                _("The clocks change at that time, so it does not exist or occurs twice. Choose another.")
            )
        return instant


class PlainDurationField(forms.IntegerField):
    """A duration as a whole number of `unit`, a timedelta of one minute, hour or day."""

    def __init__(self, *, unit: Any, **kwargs: Any) -> None:
        self.unit = unit
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not hasattr(value, "total_seconds"):
            return value
        return f"{value / self.unit:g}"

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else number * self.unit


class FutureForm(ResumableForm, forms.ModelForm):  # type: ignore[type-arg] # generic only in the stubs
    """A rule that begins later than now, by the database's clock."""

    effective_at = AgencyDateTimeField(
        label=_("Applies from"),
        help_text=_("Date and time at the agency (Eastern time). It must be in the future."),
    )

    def clean_effective_at(self) -> datetime:
        begins: datetime = self.cleaned_data["effective_at"]
        if begins <= database_now():
            raise forms.ValidationError(
                _("This time has passed. Rules for the past cannot be changed. Choose a later time.")
            )
        return begins


class DatedAdmin(EditableAdmin):
    """Rows that policy officers can change or delete until they begin. After that they are read-only."""

    same_rule: tuple[str, ...] = ()  # fields that a row and its successor have in common

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        began = Q(effective_at__lte=DatabaseNow())
        later = rows.filter(
            effective_at__gt=OuterRef("effective_at"), effective_at__lte=DatabaseNow()
        ).filter(**{field: OuterRef(field) for field in self.same_rule})
        annotated: QuerySet[Any] = rows.annotate(
            has_begun=build_boolean(began), is_superseded=self.build_superseded(later)
        )
        return annotated

    def build_superseded(self, later: QuerySet[Any]) -> Any:
        """Return the condition that a row no longer applies, because a later one has begun."""
        return Exists(later)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change") and (obj is None or not _has_begun(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete") and obj is not None and not _has_begun(obj)

    def _may(self, request: HttpRequest, act: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{act}_{self.opts.model_name}")

    @admin.display(description=_("Status"))
    def current_status(self, row: Any) -> str:
        if not row.has_begun:
            return gettext("Upcoming")
        return gettext("No longer in force") if row.is_superseded else gettext("In force")

    @admin.display(description=_("Applies from"))
    def applies_from(self, row: Any) -> str:
        return format_agency_instant(row.effective_at)


def build_boolean(condition: Q) -> Case:
    """Return the condition as a column that is true or false."""
    yes, no = Value(value=True), Value(value=False)
    return Case(When(condition, then=yes), default=no, output_field=BooleanField())


def format_agency_instant(instant: datetime) -> str:
    """Format an instant in the agency's time zone, in figures."""
    local = instant.astimezone(agency_zone())
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


def _has_begun(row: Any) -> bool:
    """Return whether the row has begun, by the database's clock. The annotation of a list may be outdated."""
    return row.pk is not None and row.effective_at <= database_now()
