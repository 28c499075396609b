"""A client's page of one case: who represents me, who asks to, whom I invite, and the passcode to hand on."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Case, Representation
from accounts.representation_states import ENDED_STATES, list_state_values
from accounts.requests import SignedInRequest
from accounts.services.passcodes import create_for_client
from appointments.booking import queries
from appointments.representation.presenters.representations import build_invitations, build_representatives
from appointments.representation.services import invite as invitations
from appointments.reschedule.forms import InviteForm
from appointments.reschedule.refusals import NextPage, Page, answer_404, refusals, warn_and_go_to
from portal.foundation.clock import agency_zone
from portal.foundation.site_time import format_day
from portal.foundation.text_normalization import group_characters

PAGE_SIZE = 10


@login_required
@require_GET
def show(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who acts on the case, since when, and what they did; who asks; who acted before."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    return _show(request, case, InviteForm())


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Invites an address. What the page says is the same for every address."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    if request.method == "GET":
        return redirect("appointments:representative", public_id)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _show(request, case, form, status=422)
    pages = _leads_on(request, public_id) | {NextPage.SAME: partial(_show_with_errors, request, case, form)}
    with refusals([], pages) as refused:
        invitations.invite(account=request.user, case=case, email=form.cleaned_data["email"])
        messages.success(
            request,
            _("If a verified representative has this address, they see your invitation when they sign in."),
        )
        return redirect("appointments:representative", public_id)
    return refused.respond()


@login_required
@require_http_methods(["GET", "POST"])
def cancel_invitation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The invitation is open no longer."""
    invitation = queries.get_invitation_or_404(user=request.user, public_id=public_id)
    if request.method == "POST":
        invitations.cancel_invitation(account=request.user, invitation=invitation)
        messages.success(request, _("The invitation is no longer open."))
    return redirect("appointments:representative", invitation.case.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def make_passcode(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A new passcode, shown on this page and never again."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    if request.method == "GET":
        return redirect("appointments:representative", public_id)
    with refusals([], _leads_on(request, public_id)) as refused:
        code, row = create_for_client(account=request.user, case=case)
        context = {
            "case": case,
            "code": group_characters(code),
            "works_until": format_day(row.expires_at, agency_zone().key),
        }
        return render(request, "appointments/representation/passcode.html", context)
    return refused.respond()


def _leads_on(request: SignedInRequest, public_id: UUID) -> dict[NextPage, Page]:
    back = warn_and_go_to(request, "appointments:representative", public_id)
    return {NextPage.ANSWER: back, NextPage.GONE: answer_404}


def _show_with_errors(
    request: SignedInRequest, case: Case, form: InviteForm, problems: list[str], status: int
) -> HttpResponse:
    for problem in problems:
        form.add_error("email", problem)
    return _show(request, case, form, status=status)


def _show(request: SignedInRequest, case: Case, form: InviteForm, *, status: int = 200) -> HttpResponse:
    of_case = Representation.objects.open().filter(case=case)
    rows = list(of_case.with_sides())
    scheduled = set(of_case.with_valid_verification().values_list("pk", flat=True))
    in_force = [row for row in rows if row.status == Representation.Status.IN_FORCE]
    asking = [
        row
        for row in rows
        if row.pk in scheduled
        and row.status == Representation.Status.REQUESTED
        and row.origin == Representation.Origin.PASSCODE
    ]
    ended = (
        Representation.objects.with_sides()
        .known_to_client()
        .filter(case=case, status__in=list_state_values(ENDED_STATES))
    )
    page = Paginator(ended.order_by("-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    open_ones = invitations.open_invitations(case)
    invited = Paginator(open_ones, PAGE_SIZE).get_page(request.GET.get("invited"))
    views = build_representatives([*in_force, *asking, *page])
    # Nobody is invited to a closed case: then no form is drawn, and none is kept.
    asked = {} if case.closed_at else {"form": form}
    return render(
        request,
        "appointments/representation/representative.html",
        {
            **asked,
            "case": case,
            "acting": views[: len(in_force)],
            "has_effect": all(row.pk in scheduled for row in in_force),
            "asking": views[len(in_force) : len(in_force) + len(asking)],
            "ended": views[len(in_force) + len(asking) :],
            "invitations": build_invitations(invited),
            "invited": invited,
            "page": page,
        },
        status=status,
    )
