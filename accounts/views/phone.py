"""Confirming the number for text messages with the code that was texted to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.forms import PhoneCodeForm
from accounts.phone import format_phone
from accounts.presenters.codes import describe_when_to_try_again
from accounts.requests import SignedInRequest
from accounts.services import phone_codes
from accounts.services.phone_codes import CodeSpent, CodeWrong, TooManyCodes


@login_required
@require_http_methods(["GET", "POST"])
def confirm_phone(request: SignedInRequest) -> HttpResponse:
    """Asks for the code. Where nothing waits to be confirmed, the profile says how things stand."""
    if not phone_codes.is_requested(request.user):
        return redirect("profile")
    form = PhoneCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phone_codes.confirm(account=request.user, digits=form.cleaned_data["code"])
        except CodeWrong as wrong:
            form.add_error("code", _describe_wrong(wrong.tries_left))
        except CodeSpent:
            form.add_error("code", _("You don’t have a valid code. Request a new one below."))
        else:
            messages.success(request, _("Your number is confirmed. We’ll text you from now on."))
            return redirect("profile")
    return _show(request, form, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def send_phone_code(request: SignedInRequest) -> HttpResponse:
    """Sends a new code, and leads back to the page that asks for it."""
    if request.method == "POST" and phone_codes.is_requested(request.user):
        try:
            phone_codes.send_again(account=request.user)
        except TooManyCodes as locked:
            messages.error(request, describe_when_to_try_again(locked.wait))
            return _show(request, PhoneCodeForm(), status=429)
        messages.success(request, _("A new code is on its way. Earlier codes no longer work."))
    return redirect("confirm_phone")


def _show(request: SignedInRequest, form: PhoneCodeForm, *, status: int) -> HttpResponse:
    said = {
        "form": form,
        "phone": format_phone(request.user.phone),
        "code": phone_codes.find_live(request.user),
    }
    return render(request, "accounts/confirm_phone.html", said, status=status)


def _describe_wrong(tries_left: int) -> str:
    text = ngettext(
        "That code is wrong. You can try %(number)d more time.",
        "That code is wrong. You can try %(number)d more times.",
        tries_left,
    )
    return text % {"number": tries_left}
