"""Close a case."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Case
from appointments.staff.forms import CloseForm
from appointments.staff.services import close_case as closing
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view


@staff_case_view
def close_case(staff_case: StaffCaseContext) -> HttpResponse:
    """Close the case, or record that it was withdrawn."""
    staff_case.check_can_act()
    form = CloseForm(staff_case.request.POST or None)
    if not form.is_valid():
        return staff_case.render_form(
            form,
            title=_("Close case %(number)s") % {"number": staff_case.case.receipt_number},
            intro=_(
                "Appointments on a closed case cannot be rescheduled, online or by phone. Times that are on "
                "hold are released right away. You can’t reopen a closed case."
            ),
            button=_("Close the case"),
        )
    closing.close_case(
        actor=staff_case.user,
        case=staff_case.case,
        status=Case.Status(form.cleaned_data["status"]),
        note=form.cleaned_data["note"],
    )
    return staff_case.redirect_to_case(_("The case is closed."))
