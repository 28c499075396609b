"""Enter a paper Form G-28, and end a representation for the client or the representative who asked."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Representation, RepresentativeInvitation
from accounts.representation_states import OPEN_STATES
from appointments.booking.errors import AlreadyDone
from appointments.notices.facts import Side
from appointments.representation.services.end_by_staff import cancel_for, end_for
from appointments.representation.services.paper import enter_paper
from appointments.staff.forms import EndRepresentationForm, PaperForm
from appointments.staff.presenters.cases import build_invitation_line, build_representation_line
from appointments.staff.refusals import refusals
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view
from portal.foundation.refusals import NextPage, show_errors


@staff_case_view
def enter_paper_form(staff_case: StaffCaseContext) -> HttpResponse:
    """Start a representation from a paper Form G-28 that both sides signed."""
    staff_case.check_can_act()
    form = PaperForm(staff_case.request.POST or None)
    show = partial(_show_paper_form, staff_case, form)
    if form.is_valid():
        with refusals({NextPage.SAME: show_errors(form, show, field="email")}) as refused:
            enter_paper(actor=staff_case.user, case=staff_case.case, **form.cleaned_data)
            return staff_case.redirect_to_case(
                _("The representation is active. We notified the client and the representative.")
            )
        return refused.respond()
    return show(422 if form.is_bound else 200)


def _show_paper_form(staff_case: StaffCaseContext, form: PaperForm, _status: int) -> HttpResponse:
    return staff_case.render_form(
        form,
        title=_("Enter a paper Form G-28"),
        intro=_(
            "Use this if you have a form that both the client and the representative signed. It takes "
            "effect right away and replaces any current representative. We notify everyone."
        ),
        button=_("Enter the form"),
    )


@staff_case_view
def end_representation(staff_case: StaffCaseContext, key: UUID) -> HttpResponse:
    """End a representation, request or invitation for the side that asked.

    Only the client can ask to end an invitation that is not linked to a representative's account.
    """
    found = staff_case.get_representation_or_404(key)
    staff_case.check_can_act()
    if not _is_open(found):
        raise AlreadyDone
    form = EndRepresentationForm(
        staff_case.request.POST or None, initial={"seen": getattr(found, "status", "")}
    )
    if isinstance(found, RepresentativeInvitation):
        form.remove_side(Side.REPRESENTATIVE)
    if not form.is_valid():
        return _render_end_form(staff_case, form, found)
    entry = {"actor": staff_case.user, "entered": form.get_entered(), "note": form.cleaned_data["note"]}
    if isinstance(found, Representation):
        end_for(representation=found, seen=form.cleaned_data["seen"], **entry)
    else:
        cancel_for(invitation=found, **entry)
    return staff_case.redirect_to_case(_("It has ended. We notified everyone."))


def _render_end_form(
    staff_case: StaffCaseContext,
    form: EndRepresentationForm,
    found: Representation | RepresentativeInvitation,
) -> HttpResponse:
    if isinstance(found, Representation):
        line = build_representation_line(found)
    else:
        line = build_invitation_line(found)
    return staff_case.render_form(
        form,
        title=_("End: %(name)s") % {"name": line.name},
        intro=_(
            "First verify who is asking. %(name)s: %(what)s. Access to the case ends right away, and times "
            "on hold are released. We tell both sides who asked and how."
        )
        % {"name": line.name, "what": line.what},
        button=_("End it"),
    )


def _is_open(found: Representation | RepresentativeInvitation) -> bool:
    if isinstance(found, Representation):
        return found.status in OPEN_STATES
    return found.cancelled_at is None
