from django.contrib import admin

from policy.admin.read_only import ReadOnlyAdmin
from policy.models import FormType, FormTypeVersion


@admin.register(FormType)
class FormTypeAdmin(ReadOnlyAdmin):
    list_display = ("code", "title_en", "is_adoption", "contact_route")
    list_select_related = ("contact_route",)
    list_per_page = 50


@admin.register(FormTypeVersion)
class FormTypeVersionAdmin(ReadOnlyAdmin):
    list_display = ("form_type", "effective_at", "online_from", "scheduled_from", "is_verified", "source")
    list_select_related = ("form_type",)
    list_per_page = 50
