"""Offices that people call."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policy.admin.undated import UndatedAdmin
from policy.models import ContactRoute
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.resumable_forms import ResumableForm


class ContactRouteForm(ResumableForm, forms.ModelForm):  # type: ignore[type-arg]
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
            "phone": _("Telephone"),
            "phone_abroad": _("Telephone from abroad"),
            "phone_tty": _("Text telephone (TTY)"),
            "hours_en": _("Hours in English"),
            "hours_es": _("Hours in Spanish"),
            "takes_untimely_requests": _("Takes untimely requests"),
            "is_verified": pgettext_lazy("office", "Verified"),
            "source": _("Source"),
        }

    resumable_fields = Meta.fields


@admin.register(ContactRoute)
class ContactRouteAdmin(UndatedAdmin):
    """Not dated: a number that is out of date helps nobody, and printed notices keep that of their day."""

    form = ContactRouteForm
    list_display = ("office_name", "telephone", "untimely", "verified")
    ordering = ("code",)
    fixed_fields = ("code",)

    @admin.display(description=_("Office"))
    def office_name(self, row: ContactRoute) -> str:
        return row.name

    @admin.display(description=_("Telephone"))
    def telephone(self, row: ContactRoute) -> str:
        return row.phone

    @admin.display(description=_("Takes untimely requests"))
    def untimely(self, row: ContactRoute) -> str:
        return format_yes_or_no(is_so=row.takes_untimely_requests)

    @admin.display(description=pgettext_lazy("office", "Verified"))
    def verified(self, row: ContactRoute) -> str:
        return format_yes_or_no(is_so=row.is_verified)
