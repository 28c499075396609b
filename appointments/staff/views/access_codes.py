"""Enter an Online Access Code that was printed outside this portal. `letters.py` issues new ones."""

from datetime import datetime, time

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.services.access_codes import CaseHasAccount, InvalidPrintedCode, enter_for_staff
from appointments.staff.forms import EnterCodeForm
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view
from portal.foundation.clock import agency_zone


@staff_case_view
def enter_access_code(staff_case: StaffCaseContext) -> HttpResponse:
    """Make a code from a printed letter work for the case."""
    staff_case.check_can_act()
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
        except CaseHasAccount:
            return staff_case.redirect_unchanged(
                _("This case is already linked to an account and needs no code.")
            )
        except InvalidPrintedCode:
            form.add_error(
                "code",
                _(
                    "You cannot enter this code. Check its 16 characters, and check that the letter is less "
                    "than 90 days old. Each code can be entered only once."
                ),
            )
        else:
            return staff_case.redirect_to_case(_("The code now works for this case."))
    return staff_case.render_form(
        form,
        title=_("Enter an Online Access Code"),
        intro=_(
            "Use this for a letter that was printed outside this portal. Earlier unused codes stop working."
        ),
        button=_("Enter the code"),
    )
