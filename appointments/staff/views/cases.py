"""Show one case to staff."""

from django.http import HttpResponse

from appointments.staff.presenters.cases import build_staff_case_view
from appointments.staff.queries.cases import get_case_facts
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view


@staff_case_view
def show_case(staff_case: StaffCaseContext) -> HttpResponse:
    """Show the people, appointments, representatives, notices and codes of a case."""
    facts = get_case_facts(case=staff_case.case, page_numbers=staff_case.request.GET)
    return staff_case.render("page.html", staff_case.case.receipt_number, view=build_staff_case_view(facts))
