"""The helper of the views on one case: find the case, say what the unit may do, and answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.models import Case, Representation, RepresentativeInvitation, User
from accounts.requests import SignedInRequest
from appointments.booking.errors import NotYours
from appointments.models import Appointment
from appointments.staff.queries import cases
from appointments.staff.refusals import refusals
from portal.foundation.admin.missing_rows import redirect_missing
from portal.foundation.refusals import NextPage, warn_and_go_to

P = ParamSpec("P")


class StaffCaseContext:
    """One request by an account of staff about one case that a unit of the account reads."""

    def __init__(self, request: SignedInRequest, case: Case) -> None:
        self.request, self.case = request, case
        self.user: User = request.user
        is_adoption = case.form_type.is_adoption
        self.can_act = self.user.powers.can_act(is_adoption=is_adoption)
        self.can_override = self.user.powers.can_override(is_adoption=is_adoption)

    def check_can_act(self) -> None:
        """Raises NotYours if the unit reads the case but does not act on it."""
        if not self.can_act:
            raise NotYours

    def get_appointment_or_404(self, public_id: UUID) -> Appointment:
        """Return an appointment of the case with what pages show of it."""
        appointment = cases.find_appointment(case=self.case, public_id=public_id)
        if appointment is None:
            raise Http404
        return appointment

    def get_representation_or_404(self, public_id: UUID) -> Representation | RepresentativeInvitation:
        """Return a representation or an invitation of the case, open or ended."""
        found = cases.find_representation(case=self.case, public_id=public_id)
        if found is None:
            raise Http404
        return found

    def render(self, template: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """Return a page from templates/appointments/staff/case/."""
        shown = {
            **admin.site.each_context(self.request),
            "title": title,
            "staff_case": self,
            "case": self.case,
            **context,
        }
        name = f"appointments/staff/case/{template}"
        return TemplateResponse(self.request, name, shown, status=status)

    def render_form(self, form: forms.Form, *, title: str, intro: str, button: str) -> HttpResponse:
        """Return a page with one form and one button. Status 422 if the form has errors."""
        status = 422 if form.is_bound else 200
        return self.render("act.html", title, form=form, intro=intro, button=button, status=status)

    def redirect_to_case(self, message: str = "", *, level: int = messages.SUCCESS) -> HttpResponse:
        """Return to the page of the case, with a message about what was done."""
        if message:
            messages.add_message(self.request, level, message)
        return redirect("admin:accounts_case_change", self.case.pk)

    def redirect_unchanged(self, reason: str) -> HttpResponse:
        """Return to the page of the case, with a warning that says why nothing was changed."""
        return self.redirect_to_case(reason, level=messages.WARNING)


def staff_case_view(
    view: Callable[Concatenate[StaffCaseContext, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Pass the case of the address to the view. A case that the account's units do not read is missing.

    A refusal that the view does not answer leads back to the page of the case, which says why.
    """

    @wraps(view)
    def with_case(request: HttpRequest, /, case_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        signed_in: SignedInRequest = request  # type: ignore[assignment] # admin_view admits signed-in staff only
        case = cases.find_case(user=signed_in.user, case_id=case_id)
        if case is None:
            return redirect_missing(request)
        staff_case = StaffCaseContext(signed_in, case)
        back = warn_and_go_to(request, "admin:accounts_case_change", case.pk)
        with refusals({NextPage.BACK: back}) as refused:
            return view(staff_case, *args, **kwargs)
        return refused.respond()

    return with_case
