"""Becoming a representative: giving the papers, seeing where the application stands, withdrawing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.application_forms import ApplicationForm
from accounts.models import RepresentativeProfile, User
from accounts.presenters.applications import build_application
from accounts.requests import SignedInRequest
from accounts.services.applications import (
    AccreditationEnded,
    AlreadyDecided,
    HasOwnCases,
    Papers,
    submit,
    withdraw,
)
from portal.foundation.clock import agency_today


@login_required
@require_GET
def show_status(request: SignedInRequest) -> HttpResponse:
    """Waiting, verified, or refused with the reason and the next step."""
    profile = _own_application(request)
    if profile is None:
        return redirect("accounts:apply_representative")
    view = build_application(profile, today=agency_today())
    return render(request, "accounts/representative.html", {"view": view})


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: SignedInRequest) -> HttpResponse:
    """Asks for the papers, also to correct them while they wait or after they were refused."""
    profile = _own_application(request)
    if profile is not None and not build_application(profile, today=agency_today()).can_correct:
        return redirect("accounts:representative")
    if request.method == "GET":
        form = ApplicationForm(initial=_papers_of(profile))
        return _ask(request, form, has_cases=request.user.cases.exists())
    form = ApplicationForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        submit(account=request.user, papers=Papers(**form.cleaned_data))
    except HasOwnCases:
        return _ask(request, form, has_cases=True, status=409)
    except AccreditationEnded:
        form.add_error("accreditation_expires_on", _("This day has passed. Enter a day that lies ahead."))
        return _ask(request, form, status=422)
    except AlreadyDecided:
        messages.info(request, _("Your details were verified meanwhile. Nothing was changed."))
    else:
        messages.success(request, _("We have your details and are checking them."))
    return redirect("accounts:representative")


@login_required
@require_http_methods(["GET", "POST"])
def withdraw_application(request: SignedInRequest) -> HttpResponse:
    """Asks once more; a POST makes the account a requestor's again."""
    profile = _own_application(request)
    if profile is None or not build_application(profile, today=agency_today()).can_withdraw:
        return redirect("accounts:representative")
    if request.method == "GET":
        return render(request, "accounts/withdraw_application.html")
    try:
        withdraw(account=request.user)
    except AlreadyDecided:
        messages.info(request, _("Your application was decided meanwhile. Nothing was changed."))
        return redirect("accounts:representative")
    messages.success(request, _("Your application is withdrawn. You can add cases of your own again."))
    return redirect("appointments:list")


def _own_application(request: SignedInRequest) -> RepresentativeProfile | None:
    """The account's own application, or None. For staff there is no such page: Http404."""
    if request.user.kind == User.Kind.STAFF:
        raise Http404
    return RepresentativeProfile.objects.filter(user=request.user).first()


def _papers_of(profile: RepresentativeProfile | None) -> dict[str, object]:
    if profile is None:
        return {}
    return {name: getattr(profile, name) for name in ApplicationForm.base_fields}


def _ask(
    request: SignedInRequest, form: ApplicationForm, *, has_cases: bool = False, status: int = 200
) -> HttpResponse:
    # Who has cases cannot apply: then no form is drawn, and none is kept.
    context: dict[str, object] = {"has_cases": has_cases} | ({} if has_cases else {"form": form})
    return render(request, "accounts/apply_representative.html", context, status=status)
