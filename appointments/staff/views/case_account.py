"""Remove a case from an account, or give it back to the account that lost it."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Case
from appointments.staff.forms import NoteForm
from appointments.staff.services import case_account
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view


@staff_case_view
def detach_case(staff_case: StaffCaseContext) -> HttpResponse:
    """Remove the case from the account that has or lost it."""
    return _decide(
        staff_case,
        case_account.detach_case,
        title=_("Remove the case from the account"),
        intro=_(
            "The account can no longer see the case. This also ends the representations, invitations and "
            "holds that it began. The account gets a notice, without your reason."
        ),
        button=_("Remove from the account"),
        done=_("The case is no longer in the account."),
    )


@staff_case_view
def keep_case(staff_case: StaffCaseContext) -> HttpResponse:
    """Give the case back to the account that lost it by a delivery."""
    return _decide(
        staff_case,
        case_account.keep_case,
        title=_("Give the case back to the account"),
        intro=_("The account can see and reschedule again. It gets a notice, without your reason."),
        button=_("Give back to the account"),
        done=_("The case is in the account again."),
    )


def _decide(
    staff_case: StaffCaseContext,
    act: Callable[..., Case],
    *,
    title: str,
    intro: str,
    button: str,
    done: str,
) -> HttpResponse:
    staff_case.check_can_act()
    form = NoteForm(staff_case.request.POST or None)
    if not form.is_valid():
        return staff_case.render_form(form, title=title, intro=intro, button=button)
    act(actor=staff_case.user, case=staff_case.case, note=form.cleaned_data["note"])
    return staff_case.redirect_to_case(done)
