from django.contrib import admin

from policy.admin.read_only import ReadOnlyAdmin
from policy.models import GoodCauseReason


@admin.register(GoodCauseReason)
class GoodCauseReasonAdmin(ReadOnlyAdmin):
    list_display = ("code", "text_en", "text_es", "requires_explanation", "effective_at", "ended_at")
    list_per_page = 50
