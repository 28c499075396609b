"""Admin pages of the offices that people call."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policy.admin.undated import UndatedAdmin
from policy.models import ContactRoute
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.resumable_forms import ResumableForm


class ContactRouteForm(ResumableForm, forms.ModelForm):  # type: ignore[type-arg] # generic only in the stubs
    """Names, numbers and hours, in both languages."""

    class Meta:
        model = ContactRoute
        fields = (
            "code",
            "name_en",
            "name_es",
            "phone",
            "phone_abroad",
            "phone_tty",
            "hours_en",
            "hours_es",
            "takes_untimely_requests",
            "is_verified",
            "source",
        )
        labels = {
            "code": _("Code"),
            "name_en": _("Name in English"),
            "name_es": _("Name in Spanish"),
            "phone": _("Phone"),
            "phone_abroad": _("Phone from abroad"),
            "phone_tty": _("TTY"),
            "hours_en": _("Hours in English"),
            "hours_es": _("Hours in Spanish"),
            "takes_untimely_requests": _("Takes late requests"),
            "is_verified": pgettext_lazy("office", "Verified"),
            "source": _("Source"),
        }

    resumable_fields = Meta.fields


@admin.register(ContactRoute)
class ContactRouteAdmin(UndatedAdmin):
    """Not dated: an old phone number is useless. Printed notices keep the number of their day."""

    form = ContactRouteForm
    list_display = ("office_name", "phone_number", "late_requests", "verified")
    ordering = ("code",)
    fixed_fields = ("code",)

    @admin.display(description=_("Office"))
    def office_name(self, row: ContactRoute) -> str:
        return row.name

    @admin.display(description=_("Phone"))
    def phone_number(self, row: ContactRoute) -> str:
        return row.phone

    @admin.display(description=_("Takes late requests"))
    def late_requests(self, row: ContactRoute) -> str:
        return format_yes_or_no(is_true=row.takes_untimely_requests)

    @admin.display(description=pgettext_lazy("office", "Verified"))
    def verified(self, row: ContactRoute) -> str:
        return format_yes_or_no(is_true=row.is_verified)
