"""Adding a case to an account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import AddCaseForm
from accounts.models import User
from accounts.presenters.codes import describe_when_to_try_again
from accounts.requests import SignedInRequest
from accounts.services.access_codes import add_case
from accounts.services.codes import CodeRejected, TooManyAttempts


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """Asks for receipt number and access code; one answer for every pair that does not fit.

    Only a requestor has cases of its own: for others there is no such page, and no try counts.
    """
    if request.user.kind != User.Kind.REQUESTOR:
        raise Http404
    form = AddCaseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = add_case(account=request.user, **form.cleaned_data)
            except TooManyAttempts as locked:
                status = 429
                form.add_error(None, describe_when_to_try_again(locked.wait))
            except CodeRejected:
                form.add_error(
                    None,
                    _(
                        "We could not add a case with this receipt number and code. Check both against "
                        "your Account Access Notice. A code works once, for 90 days."
                    ),
                )
            else:
                messages.success(request, _("Case %(number)s was added.") % {"number": case.receipt_number})
                return redirect("appointments:list")
    return render(request, "accounts/add_case.html", {"form": form}, status=status)
