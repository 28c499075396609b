"""The list of caseload downloads, for auditors."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from appointments.models import CaseloadExport
from portal.foundation.admin.read_only import ReadOnlyAdmin
from portal.foundation.clock import agency_zone
from portal.foundation.site_time import format_instant


@admin.register(CaseloadExport)
class CaseloadExportAdmin(ReadOnlyAdmin):
    """Newest first. Only units that read the audit history see it."""

    list_display = ("exported", "who", "what", "rows")
    ordering = ("-id",)
    fields = list_display
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseloadExport]:
        return super().get_queryset(request).select_related("account")

    @admin.display(description=_("Downloaded"))
    def exported(self, export: CaseloadExport) -> str:
        return format_instant(export.exported_at, agency_zone().key)

    @admin.display(description=_("File"))
    def what(self, export: CaseloadExport) -> str:
        return export.get_kind_display()

    @admin.display(description=_("Appointments downloaded"))
    def rows(self, export: CaseloadExport) -> int:
        return export.row_count

    @admin.display(description=_("Who"))
    def who(self, export: CaseloadExport) -> str:
        return f"{export.account.name} ({export.account.email})"
