"""Representations: entering a paper Form G-28, and ending one for the side that asked."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Representation, RepresentativeInvitation
from accounts.representation_states import OPEN_STATES
from appointments.booking.errors import AlreadyDone, CaseIsClosed, NotInGoodStanding
from appointments.notices.facts import Side
from appointments.representation.services.end_by_staff import cancel_for, end_for
from appointments.representation.services.paper import enter_paper
from appointments.staff.admin.staff_case_context import StaffCaseContext
from appointments.staff.forms import EndForm, PaperForm
from appointments.staff.presenters.case_page import build_acting, build_invited


def enter(staff_case: StaffCaseContext) -> HttpResponse:
    """Takes a paper Form G-28 that both sides signed: in force at once."""
    staff_case.check_acting()
    form = PaperForm(staff_case.request.POST or None)
    if form.is_valid():
        try:
            enter_paper(actor=staff_case.user, case=staff_case.case, **form.cleaned_data)
        except CaseIsClosed:
            return staff_case.refuse(_("The case is closed. Nothing was changed."))
        except AlreadyDone:
            return staff_case.refuse(_("This representative acts on the case already. Nothing was changed."))
        except NotInGoodStanding:
            form.add_error(
                "email",
                _(
                    "No verified representative’s account has this address, or the accreditation has ended. "
                    "Check the address, or have the account verified first."
                ),
            )
        else:
            return staff_case.go_to_case(_("The representation is in force. Both sides are told."))
    return staff_case.ask(
        form,
        title=_("Enter a paper Form G-28"),
        intro=_(
            "For a form that the client and the representative both signed. It is in force at once; whoever "
            "represented the client until now no longer does, and is told."
        ),
        button=_("Enter the form"),
    )


def end(staff_case: StaffCaseContext, key: UUID) -> HttpResponse:
    """Ends what is open for the side that asked. Of an invitation that reached nobody that is the client."""
    found = staff_case.find_acting(key)
    staff_case.check_acting()
    if not _is_open(found):
        return _show_ended_error(staff_case)
    form = EndForm(staff_case.request.POST or None, initial={"seen": getattr(found, "status", "")})
    if isinstance(found, RepresentativeInvitation):
        form.leave_out(Side.REPRESENTATIVE)
    if not form.is_valid():
        told = build_acting(found) if isinstance(found, Representation) else build_invited(found)
        return staff_case.ask(
            form,
            title=_("End: %(name)s") % {"name": told.name},
            intro=_(
                "%(name)s: %(what)s. Access to the case ends at once, and any time that is held is given "
                "back. Both sides are told who asked, and how. First make sure who is asking."
            )
            % {"name": told.name, "what": told.what},
            button=_("End it"),
        )
    asked = {"actor": staff_case.user, "entered": form.entered(), "note": form.cleaned_data["note"]}
    try:
        if isinstance(found, Representation):
            end_for(representation=found, seen=form.cleaned_data["seen"], **asked)
        else:
            cancel_for(invitation=found, **asked)
    except AlreadyDone:
        return _show_ended_error(staff_case)
    return staff_case.go_to_case(_("It has ended. Both sides are told."))


def _is_open(found: Representation | RepresentativeInvitation) -> bool:
    if isinstance(found, Representation):
        return found.status in OPEN_STATES
    return found.cancelled_at is None


def _show_ended_error(staff_case: StaffCaseContext) -> HttpResponse:
    return staff_case.refuse(_("It was answered or ended meanwhile. Nothing was changed now."))
