from django.contrib import admin

from policy.admin.read_only import ReadOnlyAdmin
from policy.models import ContactRoute


@admin.register(ContactRoute)
class ContactRouteAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_en", "phone", "takes_untimely_requests", "is_verified")
    list_per_page = 50
