"""Admin pages of form types, and of the dated rows that say from when each can be rescheduled online."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policy.admin.dated import SOURCE_HELP, AgencyDateTimeField, DatedAdmin, FutureForm, format_agency_instant
from policy.admin.undated import UndatedAdmin
from policy.models import FormType, FormTypeVersion
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.resumable_forms import ResumableForm


class FormTypeForm(ResumableForm, forms.ModelForm):  # type: ignore[type-arg] # generic only in the stubs
    """A form for titles and office. It cannot change whether the form is an adoption form."""

    class Meta:
        model = FormType
        fields = ("code", "title_en", "title_es", "is_adoption", "contact_route")
        labels = {
            "code": _("Form"),
            "title_en": _("Title in English"),
            "title_es": _("Title in Spanish"),
            "is_adoption": _("Adoption form"),
            "contact_route": _("Office to call"),
        }

    resumable_fields = Meta.fields


@admin.register(FormType)
class FormTypeAdmin(UndatedAdmin):
    """Every form that can lead to an appointment."""

    form = FormTypeForm
    list_display = ("form_code", "form_title", "adoption_form", "office")
    list_select_related = ("contact_route",)
    ordering = ("code",)
    fixed_fields = ("code", "is_adoption")

    @admin.display(description=_("Form"))
    def form_code(self, row: FormType) -> str:
        return row.code

    @admin.display(description=_("Title"))
    def form_title(self, row: FormType) -> str:
        return row.title

    @admin.display(description=_("Adoption form"))
    def adoption_form(self, row: FormType) -> str:
        return format_yes_or_no(is_true=row.is_adoption)

    @admin.display(description=_("Office to call"))
    def office(self, row: FormType) -> str:
        return row.contact_route.name


class FormTypeVersionForm(FutureForm):
    """A form for when online rescheduling begins, and for which appointments."""

    online_from = AgencyDateTimeField(
        label=_("Online rescheduling begins"),
        required=False,
        help_text=_("If empty, appointments for this form can’t be rescheduled online."),
    )
    scheduled_from = AgencyDateTimeField(
        label=_("Only appointments made on or after"),
        required=False,
        help_text=_("If empty, it does not matter when the appointment was made."),
    )

    class Meta:
        model = FormTypeVersion
        fields = (
            "form_type",
            "effective_at",
            "online_from",
            "scheduled_from",
            "is_verified",
            "source",
            "source_es",
            "source_url",
        )
        labels = {
            "form_type": _("Form"),
            "effective_at": _("Applies from"),
            "online_from": _("Online rescheduling begins"),
            "scheduled_from": _("Only appointments made on or after"),
            "is_verified": pgettext_lazy("version", "Verified"),
            "source": _("Source"),
            "source_es": _("Source in Spanish"),
            "source_url": _("Address of the source"),
        }
        help_texts = SOURCE_HELP

    resumable_fields = Meta.fields


@admin.register(FormTypeVersion)
class FormTypeVersionAdmin(DatedAdmin):
    """For each form, the newest row that has begun applies."""

    form = FormTypeVersionForm
    list_display = (
        "form_code",
        "applies_from",
        "current_status",
        "online",
        "made_from",
        "verified",
        "source_text",
    )
    list_select_related = ("form_type",)
    ordering = ("form_type_id", "-effective_at")
    same_rule = ("form_type_id",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            # No links next to the list that would add or change another row in a separate window.
            for shortcut in ("can_add_related", "can_change_related", "can_view_related"):
                setattr(field.widget, shortcut, False)
        return field

    @admin.display(description=_("Form"))
    def form_code(self, row: FormTypeVersion) -> str:
        return row.form_type.code

    @admin.display(description=_("Online rescheduling begins"))
    def online(self, row: FormTypeVersion) -> str:
        return format_agency_instant(row.online_from) if row.online_from else str(_("not available online"))

    @admin.display(description=_("Only appointments made on or after"))
    def made_from(self, row: FormTypeVersion) -> str | None:
        return format_agency_instant(row.scheduled_from) if row.scheduled_from else None

    @admin.display(description=pgettext_lazy("version", "Verified"))
    def verified(self, row: FormTypeVersion) -> str:
        return format_yes_or_no(is_true=row.is_verified)

    @admin.display(description=_("Source"))
    def source_text(self, row: FormTypeVersion) -> str:
        return row.source
