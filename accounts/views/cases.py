"""Add a case to an account."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.cases import AddCaseForm
from accounts.models import User
from accounts.refusals import refusals
from accounts.requests import SignedInRequest
from accounts.services import access_codes
from portal.foundation.refusals import NextPage, show_errors


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_case(request: SignedInRequest) -> HttpResponse:
    """Add a case by receipt number and access code. All pairs that do not match get the same answer.

    Only requestors have their own cases, so other accounts get a 404 and no attempt is counted.
    """
    if request.user.kind != User.Kind.REQUESTOR:
        raise Http404
    form = AddCaseForm(request.POST or None)
    show = partial(_show_form, request, form)
    if not form.is_valid():
        return show(422 if form.is_bound else 200)
    with refusals({NextPage.SAME: show_errors(form, show)}) as refused:
        case = access_codes.add_case(account=request.user, **form.cleaned_data)
        messages.success(request, _("Case %(number)s was added.") % {"number": case.receipt_number})
        return redirect("appointments:list")
    return refused.respond()


def _show_form(request: SignedInRequest, form: AddCaseForm, status: int) -> HttpResponse:
    return render(request, "accounts/add_case.html", {"form": form}, status=status)
