"""Apply as a representative, see the stage of the application, and withdraw it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import queries
from accounts.forms.applications import ApplicationForm
from accounts.models import RepresentativeProfile, User
from accounts.presenters.applications import ApplicationView, build_application_view
from accounts.requests import SignedInRequest
from accounts.services import applications
from portal.foundation.clock import agency_today


@login_required
@require_GET
def show_application(request: SignedInRequest) -> HttpResponse:
    """Show the stage of the account's application. Without one, redirect to the form."""
    profile = _find_application_or_404(request)
    if profile is None:
        return redirect("accounts:apply_representative")
    return render(request, "accounts/representative.html", {"view": _build_view(profile)})


@login_required
@require_http_methods(["GET", "POST"])
def apply_representative(request: SignedInRequest) -> HttpResponse:
    """Submit an application, or correct one that is waiting or was rejected."""
    profile = _find_application_or_404(request)
    if profile is not None and not _build_view(profile).can_correct:
        return redirect("accounts:representative")
    if request.method == "GET":
        form = ApplicationForm(initial=_get_initial(profile))
        return _render_form(request, form, has_cases=queries.has_own_cases(request.user))
    form = ApplicationForm(request.POST)
    if not form.is_valid():
        return _render_form(request, form, status=422)
    details = applications.ApplicationDetails(**form.cleaned_data)
    try:
        applications.submit_application(account=request.user, details=details)
    except applications.AccountHasCases:
        return _render_form(request, form, has_cases=True, status=409)
    except applications.AccreditationEnded:
        form.add_error(
            "accreditation_expires_on", _("This date has passed. Enter today’s date or a later one.")
        )
        return _render_form(request, form, status=422)
    except applications.AlreadyDecided:
        messages.info(request, _("We already verified your details. Nothing was changed."))
    else:
        messages.success(request, _("We received your details and are checking them."))
    return redirect("accounts:representative")


@login_required
@require_http_methods(["GET", "POST"])
def withdraw_application(request: SignedInRequest) -> HttpResponse:
    """Ask for confirmation. A POST withdraws the application, and the account is a requestor's again."""
    profile = _find_application_or_404(request)
    if profile is None or not _build_view(profile).can_withdraw:
        return redirect("accounts:representative")
    if request.method == "GET":
        return render(request, "accounts/withdraw_application.html")
    try:
        applications.withdraw_application(account=request.user)
    except applications.AlreadyDecided:
        messages.info(request, _("We already decided your application. Nothing was changed."))
        return redirect("accounts:representative")
    messages.success(request, _("You withdrew your application. You can add your own cases again."))
    return redirect("appointments:list")


def _find_application_or_404(request: SignedInRequest) -> RepresentativeProfile | None:
    """Return the account's application, or None. Staff get a 404."""
    if request.user.kind == User.Kind.STAFF:
        raise Http404
    return queries.find_application(request.user)


def _build_view(profile: RepresentativeProfile) -> ApplicationView:
    return build_application_view(profile, today=agency_today())


def _get_initial(profile: RepresentativeProfile | None) -> dict[str, object]:
    if profile is None:
        return {}
    return {name: getattr(profile, name) for name in ApplicationForm.base_fields}


def _render_form(
    request: SignedInRequest, form: ApplicationForm, *, has_cases: bool = False, status: int = 200
) -> HttpResponse:
    # An account with cases cannot apply, so it gets no form, and none is kept in the session.
    context: dict[str, object] = {"has_cases": has_cases} | ({} if has_cases else {"form": form})
    return render(request, "accounts/apply_representative.html", context, status=status)
