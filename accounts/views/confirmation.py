"""The page after sign-up: it says where the link was sent, and sends it again."""

from allauth.account.internal.constants import LoginStageKey
from allauth.account.internal.flows.email_verification import send_verification_email_at_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.mail_limits import TooMuchMail, count_mail, get_seconds_until_resend


@require_http_methods(["GET", "HEAD", "POST"])
def show_link_sent(request: HttpRequest) -> HttpResponse:
    """Show the address that waits for confirmation in this session. A POST sends the link to it again.

    Gives the same answers to someone who signed up with an address that already has an account.
    """
    waiting = _find_waiting_login(request)
    if request.method != "POST":
        return _render_page(request, waiting)
    wait = _try_to_resend(request, waiting) if waiting else 0
    if not wait:
        return redirect("account_email_verification_sent")
    text = ngettext(
        "We just sent a link. Wait %(seconds)d second, then try again.",
        "We just sent a link. Wait %(seconds)d seconds, then try again.",
        wait,
    )
    messages.error(request, text % {"seconds": wait})
    return _render_page(request, waiting, status=429)


def _try_to_resend(request: HttpRequest, login: Login) -> int:
    """Send the link again, and return 0; or return how many seconds to wait."""
    email = _get_email(login)
    wait = get_seconds_until_resend(request, email=email)
    if not wait:
        try:
            count_mail(request, email=email)
        except TooMuchMail as limited:
            return limited.wait
        send_verification_email_at_login(request, login)
    return wait


def _find_waiting_login(request: HttpRequest) -> Login | None:
    stage = LoginStageController.enter(request, LoginStageKey.VERIFY_EMAIL.value)
    return stage.login if stage else None


def _get_email(login: Login) -> str:
    return str(login.email or (login.user.email if login.user else ""))


def _render_page(request: HttpRequest, login: Login | None, *, status: int = 200) -> HttpResponse:
    email = _get_email(login) if login else ""
    context = {"email": email, "wait": get_seconds_until_resend(request, email=email) if email else 0}
    return render(request, "account/verification_sent.html", context, status=status)
