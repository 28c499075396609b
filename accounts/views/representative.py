"""Apply as a representative, see the stage of the application, and withdraw it."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries
from accounts.forms.applications import ApplicationForm
from accounts.models import RepresentativeProfile, User
from accounts.presenters.applications import ApplicationView, build_application_view
from accounts.refusals import refusals
from accounts.requests import SignedInRequest
from accounts.services import applications
from portal.foundation.clock import agency_today
from portal.foundation.refusals import NextPage, Pages, show_errors, warn_and_go_to


@login_required
@require_safe
def show_application(request: SignedInRequest) -> HttpResponse:
    """Show the stage of the account's application. Without one, redirect to the form."""
    profile = _find_application_or_404(request)
    if profile is None:
        return redirect("accounts:apply_representative")
    return render(request, "accounts/representative.html", {"view": _build_view(profile)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply_representative(request: SignedInRequest) -> HttpResponse:
    """Submit an application, or correct one that is waiting or was rejected."""
    profile = _find_application_or_404(request)
    if profile is not None and not _build_view(profile).can_correct:
        return redirect("accounts:representative")
    if request.method != "POST":
        form = ApplicationForm(initial=_get_initial(profile))
        return _show_form(request, form, 200)
    form = ApplicationForm(request.POST)
    if not form.is_valid():
        return _show_form(request, form, 422)
    pages: Pages = {
        NextPage.SAME: show_errors(
            form, partial(_show_form, request, form), field="accreditation_expires_on"
        ),
        NextPage.BACK: warn_and_go_to(request, "accounts:representative"),
    }
    with refusals(pages) as refused:
        details = applications.ApplicationDetails(**form.cleaned_data)
        applications.submit_application(account=request.user, details=details)
        messages.success(request, _("We received your details and are checking them."))
        return redirect("accounts:representative")
    return refused.respond()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_application(request: SignedInRequest) -> HttpResponse:
    """Ask for confirmation. A POST withdraws the application, and the account is a requestor's again."""
    profile = _find_application_or_404(request)
    if profile is None or not _build_view(profile).can_withdraw:
        return redirect("accounts:representative")
    if request.method != "POST":
        return render(request, "accounts/withdraw_application.html")
    with refusals({NextPage.BACK: warn_and_go_to(request, "accounts:representative")}) as refused:
        applications.withdraw_application(account=request.user)
        messages.success(request, _("You withdrew your application. You can add your own cases again."))
        return redirect("appointments:list")
    return refused.respond()


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


def _show_form(request: SignedInRequest, form: ApplicationForm, status: int) -> HttpResponse:
    # An account with cases cannot apply, so it gets no form, and none is kept in the session.
    has_cases = queries.has_own_cases(request.user)
    context: dict[str, object] = {"has_cases": has_cases} | ({} if has_cases else {"form": form})
    return render(request, "accounts/apply_representative.html", context, status=status)
