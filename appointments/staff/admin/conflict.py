"""Conflicts with the scheduler of record: what it delivered, what stands here, and settling them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.scope import CaseRowsAdmin
from accounts.requests import SignedInRequest
from appointments.booking.errors import AlreadyDone, NotYours
from appointments.models import DeliveryConflict
from appointments.staff.admin.case_link import link_to_case
from appointments.staff.forms import NoteForm
from appointments.staff.presenters.case_page import format_utc
from appointments.staff.services.settle_conflict import settle_conflict
from portal.foundation.admin.titled_filter import titled
from portal.foundation.site_time import format_instant


class SettledFilter(admin.SimpleListFilter):
    """Settled or still open; open unless asked otherwise."""

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
    """The newest first."""

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

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        settle = self.admin_site.admin_view(self.settle)
        return [path("<int:object_id>/settle/", settle, name="conflict_settle"), *super().get_urls()]

    def settle(self, request: SignedInRequest, object_id: int) -> HttpResponse:
        """Asks for a note; POST settles."""
        conflict = self.get_object(request, str(object_id))
        if conflict is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))  # type: ignore[attr-defined, no-any-return]
        form = NoteForm(request.POST or None)
        if form.is_valid():
            self._settle(request, conflict, form.cleaned_data["note"])
            return redirect("admin:appointments_deliveryconflict_changelist")
        status = 422 if form.is_bound else 200
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Settle a conflict with the scheduler"),
            "form": form,
            "intro": gettext("%(kind)s. Here: %(here)s. There: %(there)s. Settling changes no appointment.")
            % {
                "kind": conflict.get_kind_display(),
                "here": self.here(conflict),
                "there": self.there(conflict),
            },
            "button": gettext("Settle"),
            "case": conflict.appointment.series.person.case,
        }
        template = "appointments/staff/case/act.html"
        return TemplateResponse(request, template, context, status=status)

    def _settle(self, request: SignedInRequest, conflict: DeliveryConflict, note: str) -> None:
        try:
            settle_conflict(actor=request.user, conflict=conflict, note=note)
        except NotYours:
            messages.warning(request, gettext("Your unit reads this case but does not act on it."))
        except AlreadyDone:
            messages.warning(request, gettext("Someone settled it already."))
        else:
            messages.success(request, gettext("The conflict is settled."))

    @admin.display(description=_("What"))
    def about(self, conflict: DeliveryConflict) -> str:
        return conflict.get_kind_display()

    @admin.display(description=_("Case"))
    def case_link(self, conflict: DeliveryConflict) -> str:
        return link_to_case(conflict.appointment.series.person.case)

    @admin.display(description=_("Here"))
    def here(self, conflict: DeliveryConflict) -> str:
        slot = conflict.appointment.slot
        return f"{format_instant(slot.starts_at, slot.site.tz)}, {slot.site.name}"

    @admin.display(description=_("At the scheduler"))
    def there(self, conflict: DeliveryConflict) -> str:
        slot = conflict.delivered_slot
        return f"{format_instant(slot.starts_at, slot.site.tz)}, {slot.site.name}"

    @admin.display(description=_("Delivered as of"))
    def delivered(self, conflict: DeliveryConflict) -> str:
        return format_utc(conflict.delivery.as_of)

    @admin.display(description=_("Scheduler’s number"))
    def reference(self, conflict: DeliveryConflict) -> str:
        return conflict.scheduler_reference

    @admin.display(description=_("Note"))
    def settled_note(self, conflict: DeliveryConflict) -> str:
        return conflict.note

    @admin.display(description=_("Settled"))
    def outcome(self, conflict: DeliveryConflict) -> str:
        if conflict.settled_at is None:
            address = reverse("admin:conflict_settle", args=[conflict.pk])
            return format_html('<a href="{}">{}</a>', address, gettext("Settle"))
        by = conflict.settled_by.name if conflict.settled_by else gettext("the scheduler’s next delivery")
        return gettext("%(instant)s by %(by)s") % {"instant": format_utc(conflict.settled_at), "by": by}
