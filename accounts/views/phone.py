"""Confirm the phone number for text messages."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import queries
from accounts.forms.profile import PhoneCodeForm
from accounts.phone import format_phone
from accounts.refusals import refusals
from accounts.requests import SignedInRequest
from accounts.services import phone_codes
from portal.foundation.refusals import NextPage, Pages, show_errors


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_phone(request: SignedInRequest) -> HttpResponse:
    """Ask for the code and confirm the number. Redirect to the profile if there is nothing to confirm."""
    if not phone_codes.needs_phone_code(request.user):
        return redirect("profile")
    form = PhoneCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pages: Pages = {NextPage.SAME: show_errors(form, partial(_show_form, request, form), field="code")}
        with refusals(pages) as refused:
            phone_codes.confirm_phone(account=request.user, digits=form.cleaned_data["code"])
            messages.success(request, _("Your number is confirmed. We’ll text you from now on."))
            return redirect("profile")
        return refused.respond()
    return _show_form(request, form, 422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_phone_code(request: SignedInRequest) -> HttpResponse:
    """Send a new code, and return to the page that asks for it."""
    if request.method == "POST" and phone_codes.needs_phone_code(request.user):
        with refusals({NextPage.SAME: partial(_show_problems, request)}) as refused:
            phone_codes.resend_code(account=request.user)
            messages.success(request, _("A new code is on its way. Earlier codes no longer work."))
            return redirect("confirm_phone")
        return refused.respond()
    return redirect("confirm_phone")


def _show_problems(request: SignedInRequest, problems: list[str], status: int) -> HttpResponse:
    for problem in problems:
        messages.error(request, problem)
    return _show_form(request, PhoneCodeForm(), status)


def _show_form(request: SignedInRequest, form: PhoneCodeForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "phone": format_phone(request.user.phone),
        "code": queries.find_usable_phone_code(request.user),
    }
    return render(request, "accounts/confirm_phone.html", context, status=status)
