"""Cases: the staff's search, the page of one case, and the pages of what staff do on it."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from accounts.admin.scope import list_visible_cases
from accounts.models import Case
from appointments.booking.case_search import search_cases
from appointments.booking.errors import NotYours
from appointments.models import Appointment, Reschedule
from appointments.staff.admin import access_code, call, case_acts, letters, representation
from appointments.staff.admin.staff_case_context import StaffCaseContext, StaffView
from appointments.staff.presenters.case_page import build_case
from portal.foundation.admin.read_only import ReadOnlyAdmin
from portal.foundation.admin.titled_filter import titled


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Whoever is not of a unit that reads the case finds no case here, by whatever address."""

    list_display = ("number", "form_code", "people_names", "filed", "state")
    list_filter = (titled("status", _("status")),)
    list_select_related = ("form_type",)
    ordering = ("receipt_number",)
    search_fields = ("receipt_number",)
    search_help_text = _(
        "Receipt number (its beginning is enough), three letters or more of a person’s name, or a "
        "confirmation number."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return list_visible_cases(request).select_related("form_type").prefetch_related("people")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        return (search_cases(queryset, search_term) if search_term else queryset), False

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        start, reschedule = "<int:case_id>/", "<int:case_id>/appointments/<uuid:appointment_id>/"
        pages: dict[str, tuple[str, StaffView]] = {
            "close": (f"{start}close/", case_acts.close),
            "mark": (f"{reschedule}staff-only/", case_acts.mark_staff_only),
            "lift": (f"{reschedule}staff-only/lift/", case_acts.lift_staff_only),
            "issue_code": (f"{start}access-code/", partial(letters.issue, letter=letters.ACCESS_CODE)),
            "enter_code": (f"{start}access-code/enter/", access_code.enter),
            "enter_paper": (f"{start}representation/", representation.enter),
            "end_representation": (f"{start}representation/<uuid:key>/end/", representation.end),
            "issue_passcode": (
                f"{start}representation/passcode/",
                partial(letters.issue, letter=letters.PASSCODE),
            ),
            "call": (f"{reschedule}reschedule/", call.state_reason),
            "call_times": (f"{reschedule}reschedule/times/", call.choose_time),
            "call_review": (f"{reschedule}reschedule/review/", call.review),
            "call_done": (f"{reschedule}rescheduled/", call.show_reschedule),
        }
        return [
            *(
                path(address, self._behind_authority(view), name=f"case_{name}")
                for name, (address, view) in pages.items()
            ),
            *super().get_urls(),
        ]

    def _behind_authority(self, view: StaffView) -> Any:
        def enter(request: HttpRequest, case_id: int, **kwargs: Any) -> HttpResponse:
            case = self.get_object(request, str(case_id))
            if case is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, str(case_id))  # type: ignore[attr-defined, no-any-return]
            staff_case = StaffCaseContext(self.admin_site, request, case)
            try:
                return view(staff_case, **kwargs)
            except NotYours:
                return staff_case.show_not_acting()

        return self.admin_site.admin_view(enter)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        case = self.get_object(request, object_id)
        if case is None or request.method != "GET":
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        staff_case = StaffCaseContext(self.admin_site, request, case)
        return staff_case.show("page.html", case.receipt_number, view=build_case(case, request.GET))

    def name_of(self, row: Model) -> str:
        return str(row.receipt_number) if isinstance(row, Case) else str(row)

    def rows_with_history(self, row: Model) -> list[Model]:
        case = Case.objects.get(pk=row.pk)
        appointments = Appointment.objects.filter(series__person__case=case)
        reschedules = Reschedule.objects.filter(series__person__case=case)
        acting = [*case.representations.all(), *case.invitations.all()]
        return [case, *case.people.all(), *acting, *appointments, *reschedules]

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
