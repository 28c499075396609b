"""Rules with a date: a new one is entered ahead of its time, corrected until it applies, and then history."""

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

WRITTEN = "%Y-%m-%dT%H:%M"


class AgencyDateTimeField(forms.DateTimeField):
    """An instant, entered and shown as the agency's clocks say it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WRITTEN)
        super().__init__(widget=widget, input_formats=[WRITTEN, "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(agency_zone()).replace(tzinfo=None) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        typed = super().to_python(value)
        if typed is None:
            return None
        instant = typed.replace(tzinfo=agency_zone())
        if not 2000 <= instant.year <= 2200:
            raise forms.ValidationError(_("Enter a year from 2000 to 2200."))
        if instant.utcoffset() != instant.replace(fold=1).utcoffset():
            raise forms.ValidationError(
                _("Clocks change at that moment, so the time does not exist or comes twice. Choose another.")
            )
        return instant


class PlainDurationField(forms.IntegerField):
    """A length of time as a whole number of `unit`, a timedelta of one minute, hour or day."""

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


class FutureForm(ResumableForm, forms.ModelForm):  # type: ignore[type-arg]
    """A rule that begins later than now, by the database's clock."""

    effective_at = AgencyDateTimeField(
        label=_("Applies from"),
        help_text=_("Date and hour at the agency (Eastern time). It must lie ahead."),
    )

    def clean_effective_at(self) -> datetime:
        begins: datetime = self.cleaned_data["effective_at"]
        if begins <= database_now():
            raise forms.ValidationError(
                _("This moment has passed. What applied in the past cannot be changed: choose a later one.")
            )
        return begins


class DatedAdmin(EditableAdmin):
    """What began is read-only for everyone; what lies ahead policy officers may correct or take back."""

    same_rule: tuple[str, ...] = ()  # the fields that rows which supersede each other share

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        began = Q(effective_at__lte=DatabaseNow())
        later = rows.filter(
            effective_at__gt=OuterRef("effective_at"), effective_at__lte=DatabaseNow()
        ).filter(**{field: OuterRef(field) for field in self.same_rule})
        annotated: QuerySet[Any] = rows.annotate(has_begun=is_so(began), is_superseded=self.over(later))
        return annotated

    def over(self, later: QuerySet[Any]) -> Any:
        """Whether a row no longer applies: a later one began."""
        return Exists(later)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change") and (obj is None or not _has_begun(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete") and obj is not None and not _has_begun(obj)

    def _may(self, request: HttpRequest, act: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{act}_{self.opts.model_name}")

    @admin.display(description=_("Today"))
    def today(self, row: Any) -> str:
        if not row.has_begun:
            return gettext("Lies ahead")
        return gettext("Over") if row.is_superseded else gettext("In force")

    @admin.display(description=_("Applies from"))
    def applies_from(self, row: Any) -> str:
        return format_agency_instant(row.effective_at)


def is_so(condition: Q) -> Case:
    """A condition as a column that is true or false."""
    yes, no = Value(value=True), Value(value=False)
    return Case(When(condition, then=yes), default=no, output_field=BooleanField())


def format_agency_instant(instant: datetime) -> str:
    """An instant as the agency's clocks say it, in figures."""
    local = instant.astimezone(agency_zone())
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


def _has_begun(row: Any) -> bool:
    """By the database's clock at this moment; the annotation of a list may be a moment old."""
    return row.pk is not None and row.effective_at <= database_now()
