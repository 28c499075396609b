"""Delete an account: an explanation, a fresh proof of identity, and one explicit confirmation."""

from functools import partial

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.profile import DeleteAccountForm
from accounts.requests import SignedInRequest
from accounts.services.deletion import find_obstacle
from appointments.account_deletion.presenters import explain_obstacle
from appointments.account_deletion.refusals import refusals
from appointments.account_deletion.services import delete_account
from portal.foundation.refusals import NextPage


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest) -> HttpResponse:
    """Explain what deletion means. Ask for a fresh proof of identity before the confirmation."""
    obstacle = find_obstacle(request.user)
    if obstacle is not None:
        return _show_obstacle(request, [explain_obstacle(obstacle)], 200)
    if request.method != "POST" and "sure" not in request.GET:
        return render(request, "accounts/delete.html")
    answer: HttpResponse = reauthentication_required(_confirm)(request)
    return answer


def _confirm(request: SignedInRequest) -> HttpResponse:
    form = DeleteAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals({NextPage.SAME: partial(_show_obstacle, request)}) as refused:
            delete_account(account=request.user)
            logout(request)
            messages.success(request, _("Your account has been deleted."))
            return redirect("home")
        return refused.respond()
    status = 422 if form.is_bound else 200
    return render(request, "accounts/delete_confirm.html", {"form": form}, status=status)


def _show_obstacle(request: SignedInRequest, reasons: list[str], status: int) -> HttpResponse:
    return render(request, "accounts/delete_refused.html", {"reason": reasons[0]}, status=status)
