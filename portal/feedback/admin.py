"""The list of feedback for policy officers, who keep the texts and rules."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.feedback.models import Feedback
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.admin.read_only import ReadOnlyAdmin


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """Newest first, read-only."""

    list_display = ("created_at", "page", "helpful", "language", "comment")
    ordering = ("-id",)

    @admin.display(description=_("Helpful"))
    def helpful(self, row: Feedback) -> str:
        return format_yes_or_no(is_true=row.is_helpful)
