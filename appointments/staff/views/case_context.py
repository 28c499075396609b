"""What every staff page on a case has: who asks, the case, and how a page is shown."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import typed
from accounts.admin.asking import prepare_to_show
from accounts.models import Case, Representation, RepresentativeInvitation, User
from accounts.requests import SignedInRequest
from appointments.booking.errors import NotYours
from appointments.models import Appointment

# A view on a case: takes the desk, and what the address names besides.
StaffView = Callable[..., HttpResponse]


class StaffCaseContext:
    """One request of a member of staff about one case that the unit reads."""

    def __init__(self, site: AdminSite, request: HttpRequest, case: Case) -> None:
        self.site, self.case = site, case
        self.request: SignedInRequest = request  # type: ignore[assignment]
        self.user: User = self.request.user
        is_adoption = case.form_type.is_adoption
        self.may_act = self.user.powers.may_act(is_adoption=is_adoption)
        self.may_override = self.user.powers.may_override(is_adoption=is_adoption)

    def check_acting(self) -> None:
        """For what changes something. Raises NotYours where the unit reads the case and no more."""
        if not self.may_act:
            raise NotYours

    def find_appointment(self, public_id: UUID) -> Appointment:
        """An appointment of the case. Raises Http404."""
        rows = Appointment.objects.filter(series__person__case=self.case).with_display_relations()
        appointment = rows.filter(public_id=public_id).first()
        if appointment is None:
            raise Http404
        return appointment

    def find_acting(self, key: UUID) -> Representation | RepresentativeInvitation:
        """Who acts, acted, asks or is invited on the case. Raises Http404."""
        acting = Representation.objects.with_sides().filter(case=self.case, public_id=key).first()
        invited = RepresentativeInvitation.objects.filter(case=self.case, public_id=key)
        found = acting or invited.first()
        if found is None:
            raise Http404
        return found

    def show(self, template: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """A page from templates/admin/appointments/case/."""
        shown = {
            **self.site.each_context(self.request),
            "title": title,
            "staff_case": self,
            "case": self.case,
            **context,
        }
        name = f"admin/appointments/case/{template}"
        return TemplateResponse(self.request, name, shown, status=status)

    def ask(self, form: forms.Form, *, title: str, intro: str, button: str) -> HttpResponse:
        """A page with one form: what it does, what it asks, one button. Keeps what was typed."""
        status = prepare_to_show(self.request, form)
        return self.show("act.html", title, form=form, intro=intro, button=button, status=status)

    def go_to_case(self, said: str = "", *, level: int = messages.SUCCESS) -> HttpResponse:
        """Back to the page of the case, saying what happened."""
        typed.forget(self.request)
        if said:
            messages.add_message(self.request, level, said)
        return redirect("admin:accounts_case_change", self.case.pk)

    def refuse(self, why: str) -> HttpResponse:
        """Back to the page of the case, where nothing was changed."""
        return self.go_to_case(why, level=messages.WARNING)

    def show_not_acting(self) -> HttpResponse:
        """For members of a unit that reads the case and no more."""
        return self.refuse(_("Your unit reads this case but does not act on it. Nothing was changed."))
