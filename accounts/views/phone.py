"""Confirm the phone number for text messages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import queries
from accounts.forms.profile import PhoneCodeForm
from accounts.phone import format_phone
from accounts.presenters.codes import describe_lockout
from accounts.requests import SignedInRequest
from accounts.services import phone_codes
from accounts.services.phone_codes import NoUsablePhoneCode, TooManyPhoneCodes, WrongPhoneCode


@login_required
@require_http_methods(["GET", "POST"])
def confirm_phone(request: SignedInRequest) -> HttpResponse:
    """Ask for the code and confirm the number. Redirect to the profile if there is nothing to confirm."""
    if not phone_codes.needs_phone_code(request.user):
        return redirect("profile")
    form = PhoneCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phone_codes.confirm_phone(account=request.user, digits=form.cleaned_data["code"])
        except WrongPhoneCode as wrong:
            form.add_error("code", _describe_wrong_code(wrong.tries_left))
        except NoUsablePhoneCode:
            form.add_error("code", _("You don’t have a valid code. Request a new one below."))
        else:
            messages.success(request, _("Your number is confirmed. We’ll text you from now on."))
            return redirect("profile")
    return _render_form(request, form, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def send_phone_code(request: SignedInRequest) -> HttpResponse:
    """Send a new code, and return to the page that asks for it."""
    if request.method == "POST" and phone_codes.needs_phone_code(request.user):
        try:
            phone_codes.resend_code(account=request.user)
        except TooManyPhoneCodes as locked:
            messages.error(request, describe_lockout(locked.wait))
            return _render_form(request, PhoneCodeForm(), status=429)
        messages.success(request, _("A new code is on its way. Earlier codes no longer work."))
    return redirect("confirm_phone")


def _render_form(request: SignedInRequest, form: PhoneCodeForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "phone": format_phone(request.user.phone),
        "code": queries.find_usable_phone_code(request.user),
    }
    return render(request, "accounts/confirm_phone.html", context, status=status)


def _describe_wrong_code(tries_left: int) -> str:
    text = ngettext(
        "That code is wrong. You can try %(number)d more time.",
        "That code is wrong. You can try %(number)d more times.",
        tries_left,
    )
    return text % {"number": tries_left}
