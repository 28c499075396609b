"""Settle a conflict with the scheduler of record."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from appointments.models import DeliveryConflict
from appointments.staff.forms import NoteForm
from appointments.staff.presenters.conflicts import build_conflict_view
from appointments.staff.queries.cases import find_conflict
from appointments.staff.refusals import refusals
from appointments.staff.services.settle_conflict import settle_conflict as settle
from portal.foundation.admin.missing_rows import redirect_missing
from portal.foundation.refusals import NextPage, warn_and_go_to


def settle_conflict(request: HttpRequest, object_id: int) -> HttpResponse:
    """Show the conflict and a form for a note. POST settles it."""
    signed_in: SignedInRequest = request  # type: ignore[assignment] # admin_view admits signed-in staff only
    conflict = find_conflict(user=signed_in.user, conflict_id=object_id)
    if conflict is None:
        return redirect_missing(request)
    form = NoteForm(request.POST or None)
    if not form.is_valid():
        return _render_form(signed_in, conflict, form)
    back = warn_and_go_to(request, "admin:appointments_deliveryconflict_changelist")
    with refusals({NextPage.BACK: back}) as refused:
        settle(actor=signed_in.user, conflict=conflict, note=form.cleaned_data["note"])
        messages.success(request, _("The conflict is settled."))
        return redirect("admin:appointments_deliveryconflict_changelist")
    return refused.respond()


def _render_form(request: SignedInRequest, conflict: DeliveryConflict, form: forms.Form) -> HttpResponse:
    status = 422 if form.is_bound else 200
    view = build_conflict_view(conflict)
    context = {
        **admin.site.each_context(request),
        "title": _("Settle a conflict with the scheduler"),
        "form": form,
        "intro": _(
            "%(kind)s. In this portal: %(here)s. At the scheduler: %(there)s. Settling does not change the "
            "appointment."
        )
        % {"kind": view.kind, "here": view.here, "there": view.there},
        "button": _("Settle"),
        "case": conflict.appointment.case,
    }
    return TemplateResponse(request, "appointments/staff/case/act.html", context, status=status)
