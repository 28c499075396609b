"""The list of conflicts with the scheduler of record. `views/conflicts.py` settles one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.scope import CaseRowsAdmin
from appointments.models import DeliveryConflict
from appointments.staff.admin.case_link import link_to_case
from appointments.staff.presenters.conflicts import build_conflict_view
from portal.foundation.admin.titled_filter import titled


class SettledFilter(admin.SimpleListFilter):
    """Open conflicts, settled ones, or both."""

    title = _("settled")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Open")), ("yes", _("Settled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("yes", "no"):
            return queryset.filter(settled_at__isnull=self.value() == "no")
        return queryset


@admin.register(DeliveryConflict)
class DeliveryConflictAdmin(CaseRowsAdmin):
    """Newest first."""

    case_path = "appointment__series__person__case"
    list_display = ("about", "case_link", "here", "there", "delivered", "outcome")
    list_filter = (SettledFilter, titled("kind", _("kind of conflict")))
    ordering = ("-id",)
    fields = (*list_display, "reference", "settled_note")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeliveryConflict]:
        return (
            super()
            .get_queryset(request)
            .select_related("delivery", "delivered_slot__site", "settled_by", "appointment__slot__site")
            .select_related("appointment__series__person__case__form_type")
        )

    @admin.display(description=_("Conflict"))
    def about(self, conflict: DeliveryConflict) -> str:
        return build_conflict_view(conflict).kind

    @admin.display(description=_("Case"))
    def case_link(self, conflict: DeliveryConflict) -> str:
        return link_to_case(conflict.appointment.case)

    @admin.display(description=_("In this portal"))
    def here(self, conflict: DeliveryConflict) -> str:
        return build_conflict_view(conflict).here

    @admin.display(description=_("At the scheduler"))
    def there(self, conflict: DeliveryConflict) -> str:
        return build_conflict_view(conflict).there

    @admin.display(description=_("Delivered as of"))
    def delivered(self, conflict: DeliveryConflict) -> str:
        return build_conflict_view(conflict).delivered_as_of

    @admin.display(description=_("Scheduler’s number"))
    def reference(self, conflict: DeliveryConflict) -> str:
        return conflict.scheduler_reference

    @admin.display(description=_("Note"))
    def settled_note(self, conflict: DeliveryConflict) -> str:
        return conflict.note

    @admin.display(description=_("Settled"))
    def outcome(self, conflict: DeliveryConflict) -> str:
        address = reverse("admin:conflict_settle", args=[conflict.pk])
        link = format_html('<a href="{}">{}</a>', address, gettext("Settle"))
        return build_conflict_view(conflict).settled or link
