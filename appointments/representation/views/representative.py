"""A client's page about the representatives of one case: invitations, requests and the passcode."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Case
from accounts.requests import SignedInRequest
from accounts.services.passcodes import create_for_client
from appointments.representation import queries
from appointments.representation.forms import InviteForm
from appointments.representation.presenters.representations import build_invitations, build_representatives
from appointments.representation.refusals import refusals
from appointments.representation.services import invite as invitations
from portal.foundation.clock import agency_zone
from portal.foundation.refusals import NextPage, Pages, answer_404, show_errors, warn_and_go_to
from portal.foundation.site_time import format_day
from portal.foundation.text_normalization import group_characters


@login_required
@require_GET
def show(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show who represents the client and what they did, who asks to, and who did before."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    return _show(request, case, InviteForm())


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Invite an address. The answer is the same for every address."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    if request.method == "GET":
        return redirect("appointments:representative", public_id)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _show(request, case, form, 422)
    pages = _build_next_pages(request, public_id)
    pages[NextPage.SAME] = show_errors(form, partial(_show, request, case, form), field="email")
    with refusals(pages) as refused:
        invitations.invite(account=request.user, case=case, email=form.cleaned_data["email"])
        messages.success(
            request,
            _(
                "Invitation sent. If this address belongs to a verified representative, they see it when "
                "they sign in."
            ),
        )
        return redirect("appointments:representative", public_id)
    return refused.respond()


@login_required
@require_http_methods(["GET", "POST"])
def cancel_invitation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    invitation = queries.get_invitation_or_404(user=request.user, public_id=public_id)
    if request.method == "POST":
        invitations.cancel_invitation(account=request.user, invitation=invitation)
        messages.success(request, _("You canceled the invitation."))
    return redirect("appointments:representative", invitation.case.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def make_passcode(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Generate a passcode and show it on this one page. It cannot be shown again."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    if request.method == "GET":
        return redirect("appointments:representative", public_id)
    with refusals(_build_next_pages(request, public_id)) as refused:
        code, row = create_for_client(account=request.user, case=case)
        context = {
            "case": case,
            "code": group_characters(code),
            "works_until": format_day(row.expires_at, agency_zone().key),
        }
        return render(request, "appointments/representation/passcode.html", context)
    return refused.respond()


def _build_next_pages(request: SignedInRequest, public_id: UUID) -> Pages:
    back = warn_and_go_to(request, "appointments:representative", public_id)
    return {NextPage.BACK: back, NextPage.GONE: answer_404}


def _show(request: SignedInRequest, case: Case, form: InviteForm, status: int = 200) -> HttpResponse:
    found = queries.get_representatives_of_case(
        case, page=request.GET.get("page"), invitations_page=request.GET.get("invited")
    )
    context = {
        "case": case,
        "in_force": build_representatives(found.in_force, found.reschedules),
        "has_effect": found.has_effect,
        "requests": build_representatives(found.requests, found.reschedules),
        "ended": build_representatives(found.ended, found.reschedules),
        "invitations": build_invitations(found.invitations),
        "invitations_page": found.invitations,
        "page": found.ended,
    }
    if not case.closed_at:
        # A closed case takes no invitations, so there is no form to show or to keep.
        context["form"] = form
    return render(request, "appointments/representation/representative.html", context, status=status)
