"""The list of cases, with the search by receipt number, name and confirmation number."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin.scope import list_visible_cases
from accounts.models import Case
from appointments.booking.case_search import search_cases
from appointments.staff.queries.cases import list_rows_with_history
from appointments.staff.views.cases import show_case
from portal.foundation.admin.missing_rows import redirect_missing
from portal.foundation.admin.read_only import ReadOnlyAdmin
from portal.foundation.admin.titled_filter import titled


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Cases that a unit of the account reads. `appointments/staff/urls.py` has the pages of one case."""

    list_display = ("number", "form_code", "people_names", "filed", "state")
    list_filter = (titled("status", _("status")),)
    list_select_related = ("form_type",)
    ordering = ("receipt_number",)
    search_fields = ("receipt_number",)
    search_help_text = _(
        "Receipt number (the first characters are enough), at least three letters of a person’s name, or a "
        "confirmation number."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return list_visible_cases(request).select_related("form_type").prefetch_related("people")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        return (search_cases(cases=queryset, words=search_term) if search_term else queryset), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show our page of the case instead of Django's form."""
        if not object_id.isdecimal() or request.method not in ("GET", "HEAD"):
            return redirect_missing(request)
        return show_case(request, int(object_id))

    def name_of(self, row: Model) -> str:
        return str(row.receipt_number) if isinstance(row, Case) else str(row)

    def rows_with_history(self, row: Model) -> list[Model]:
        return list_rows_with_history(row.pk)

    @admin.display(description=_("Receipt number"))
    def number(self, case: Case) -> str:
        return case.receipt_number

    @admin.display(description=_("Form"))
    def form_code(self, case: Case) -> str:
        return case.form_type.code

    @admin.display(description=_("People"))
    def people_names(self, case: Case) -> str:
        return ", ".join(person.name for person in case.people.all())

    @admin.display(description=_("Filed"))
    def filed(self, case: Case) -> str:
        return case.get_filing_channel_display()

    @admin.display(description=_("Status"))
    def state(self, case: Case) -> str:
        return case.get_status_display()
