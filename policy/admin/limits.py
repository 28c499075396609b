from django.contrib import admin

from policy.admin.read_only import ReadOnlyAdmin
from policy.models import PolicyVersion


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    list_display = (
        "effective_at",
        "online_cutoff",
        "reschedule_cap",
        "horizon",
        "hold_length",
        "hold_ceiling",
    )
    list_per_page = 50
