"""Add a case to an account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.cases import AddCaseForm
from accounts.models import User
from accounts.presenters.codes import describe_lockout
from accounts.requests import SignedInRequest
from accounts.services import access_codes
from accounts.services.codes import CodeRejected, TooManyAttempts


@login_required
@require_http_methods(["GET", "POST"])
def add_case(request: SignedInRequest) -> HttpResponse:
    """Add a case by receipt number and access code. All pairs that do not match get the same answer.

    Only requestors have their own cases, so other accounts get a 404 and no attempt is counted.
    """
    if request.user.kind != User.Kind.REQUESTOR:
        raise Http404
    form = AddCaseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = access_codes.add_case(account=request.user, **form.cleaned_data)
            except TooManyAttempts as lockout:
                status = 429
                form.add_error(None, describe_lockout(lockout.wait))
            except CodeRejected:
                form.add_error(
                    None,
                    _(
                        "We couldn’t add a case with this receipt number and code. Check both on your"
                        " Account Access Notice. Codes work once and expire after 90 days."
                    ),
                )
            else:
                messages.success(request, _("Case %(number)s was added.") % {"number": case.receipt_number})
                return redirect("appointments:list")
    return render(request, "accounts/add_case.html", {"form": form}, status=status)
