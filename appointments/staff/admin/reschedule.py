"""The list of reschedules."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.scope import CaseRowsAdmin
from appointments.models import Reschedule
from appointments.notices.presenters.reschedules import build_reschedule
from appointments.staff.admin.case_link import link_to_case
from appointments.staff.presenters.cases import build_staff_reschedule_view
from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.admin.titled_filter import titled


@admin.register(Reschedule)
class RescheduleAdmin(CaseRowsAdmin):
    """Newest first. To act, staff open the page of the case."""

    case_path = "series__person__case"
    list_display = (
        "confirmation",
        "case_link",
        "rescheduled",
        "from_when",
        "to_when",
        "by_channel",
        "does_count",
    )
    list_filter = (titled("channel", _("channel")),)
    ordering = ("-id",)
    fields = (*list_display, "who", "reason_given", "explanation", "staff_note", "limits_set_aside")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reschedule]:
        return (
            super()
            .get_queryset(request)
            .select_related("from_appointment__slot__site", "to_appointment__slot__site", "actor")
            .select_related("series__person__case", "statement__reason")
        )

    @admin.display(description=_("Confirmation number"))
    def confirmation(self, reschedule: Reschedule) -> str:
        return reschedule.confirmation_number

    @admin.display(description=_("Case"))
    def case_link(self, reschedule: Reschedule) -> str:
        return link_to_case(reschedule.series.person.case)

    @admin.display(description=_("Rescheduled"))
    def rescheduled(self, reschedule: Reschedule) -> str:
        return build_reschedule(reschedule).rescheduled_at

    @admin.display(description=_("From"))
    def from_when(self, reschedule: Reschedule) -> str:
        return build_reschedule(reschedule).old.when

    @admin.display(description=_("To"))
    def to_when(self, reschedule: Reschedule) -> str:
        return build_reschedule(reschedule).new.when

    @admin.display(description=_("Channel"))
    def by_channel(self, reschedule: Reschedule) -> str:
        return reschedule.get_channel_display()

    @admin.display(description=_("Counts toward the limit"))
    def does_count(self, reschedule: Reschedule) -> str:
        return format_yes_or_no(is_true=reschedule.counts)

    @admin.display(description=_("Rescheduled by"))
    def who(self, reschedule: Reschedule) -> str:
        return build_staff_reschedule_view(reschedule).actor

    @admin.display(description=_("Reason"))
    def reason_given(self, reschedule: Reschedule) -> str:
        return build_staff_reschedule_view(reschedule).reason

    @admin.display(description=_("Explanation"))
    def explanation(self, reschedule: Reschedule) -> str:
        return build_staff_reschedule_view(reschedule).explanation

    @admin.display(description=_("Staff note"))
    def staff_note(self, reschedule: Reschedule) -> str:
        return reschedule.note

    @admin.display(description=_("Limits overridden"))
    def limits_set_aside(self, reschedule: Reschedule) -> str:
        return ", ".join(build_staff_reschedule_view(reschedule).overridden)
