"""Enter an Online Access Code that was printed outside this portal. `letters.py` issues new ones."""

from datetime import datetime, time
from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.services.access_codes import enter_for_staff
from appointments.staff.forms import EnterCodeForm
from appointments.staff.refusals import refusals
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view
from portal.foundation.clock import agency_zone
from portal.foundation.refusals import NextPage, show_errors


@staff_case_view
def enter_access_code(staff_case: StaffCaseContext) -> HttpResponse:
    """Make a code from a printed letter work for the case."""
    staff_case.check_can_act()
    form = EnterCodeForm(staff_case.request.POST or None)
    show = partial(_show_form, staff_case, form)
    if form.is_valid():
        printed_at = datetime.combine(form.cleaned_data["printed_on"], time(), agency_zone())
        with refusals({NextPage.SAME: show_errors(form, show, field="code")}) as refused:
            enter_for_staff(
                actor=staff_case.user,
                case=staff_case.case,
                code=form.cleaned_data["code"],
                issued_at=printed_at,
            )
            return staff_case.redirect_to_case(_("The code now works for this case."))
        return refused.respond()
    return show(422 if form.is_bound else 200)


def _show_form(staff_case: StaffCaseContext, form: EnterCodeForm, _status: int) -> HttpResponse:
    return staff_case.render_form(
        form,
        title=_("Enter an Online Access Code"),
        intro=_(
            "Use this for a letter that was printed outside this portal. Earlier unused codes stop working."
        ),
        button=_("Enter the code"),
    )
