"""Online Access Codes: entering one that was printed elsewhere. `letters.py` issues them."""

from datetime import datetime, time

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.services.access_codes import CaseTaken, CodeRefused, enter_for_staff
from appointments.staff.admin.staff_case_context import StaffCaseContext
from appointments.staff.forms import EnterCodeForm
from portal.foundation.clock import agency_zone


def enter(staff_case: StaffCaseContext) -> HttpResponse:
    """Takes a code that the case has on paper already."""
    staff_case.check_acting()
    form = EnterCodeForm(staff_case.request.POST or None)
    if form.is_valid():
        printed_at = datetime.combine(form.cleaned_data["printed_on"], time(), agency_zone())
        try:
            enter_for_staff(
                actor=staff_case.user,
                case=staff_case.case,
                code=form.cleaned_data["code"],
                issued_at=printed_at,
            )
        except CaseTaken:
            return staff_case.refuse(_("The case belongs to an account already and needs no code."))
        except CodeRefused:
            form.add_error(
                "code",
                _(
                    "This code cannot be entered. Check its sixteen characters, and that the letter is less "
                    "than 90 days old. A code can be entered only once."
                ),
            )
        else:
            return staff_case.go_to_case(_("The code works for this case from now on."))
    return staff_case.ask(
        form,
        title=_("Enter an Online Access Code"),
        intro=_("For a letter that was printed outside this portal. Codes that were not used stop working."),
        button=_("Enter the code"),
    )
