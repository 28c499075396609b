"""A client's page about the representatives of one case: invitations, requests and the passcode."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Case
from accounts.requests import SignedInRequest
from appointments.representation import queries
from appointments.representation.forms import InviteForm
from appointments.representation.presenters.endings import build_invitation_end_page
from appointments.representation.presenters.representations import build_invitations, build_representatives
from appointments.representation.refusals import refusals
from appointments.representation.services import invite as invitations
from appointments.representation.views.passcode import forget_passcode
from portal.foundation.refusals import NextPage, Pages, answer_404, show_errors, warn_and_go_to


@login_required
@require_safe
def show(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show who represents the client and what they did, who asks to, and who did before."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    forget_passcode(request)
    return _show(request, case, InviteForm())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Invite an address. The answer is the same for every address."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    if request.method != "POST":
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
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_invitation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ask before the invitation is canceled. POST cancels it."""
    invitation = queries.get_invitation_or_404(user=request.user, public_id=public_id)
    back = reverse("appointments:representative", args=[invitation.case.public_id])
    if request.method == "POST":
        invitations.cancel_invitation(account=request.user, invitation=invitation)
        messages.success(request, _("You canceled the invitation."))
        return redirect(back)
    if not queries.list_open_invitations(invitation.case).filter(pk=invitation.pk).exists():
        return redirect(back)
    context = {
        "view": build_invitation_end_page(invitation),
        "back": back,
        "back_label": _("Go back without changes"),
    }
    return render(request, "appointments/representation/end.html", context)


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
