"""Accept, decline, revoke and withdraw: one POST each, from either side."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Representation, User
from accounts.requests import SignedInRequest
from appointments.representation import queries
from appointments.representation.presenters import results
from appointments.representation.refusals import refusals
from appointments.representation.services import answer, leave
from portal.foundation.refusals import NextPage, Pages, answer_404, warn_and_go_to

Service = Callable[..., Representation]
Describe = Callable[[Representation, User], str]


@login_required
@require_http_methods(["GET", "POST"])
def accept(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, answer.accept, results.describe_accepted)


@login_required
@require_http_methods(["GET", "POST"])
def decline(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, answer.decline, results.describe_declined)


@login_required
@require_http_methods(["GET", "POST"])
def revoke(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, leave.revoke, results.describe_revoked)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, leave.withdraw, results.describe_withdrawn)


def _act(request: SignedInRequest, public_id: UUID, service: Service, describe: Describe) -> HttpResponse:
    """Run the service, say what it did, and go back to the page of this side."""
    representation = queries.get_representation_or_404(user=request.user, public_id=public_id)
    back = reverse("appointments:representative", args=[representation.case.public_id])
    if representation.representative_id == request.user.pk:
        back = reverse("appointments:clients")
    if request.method == "POST":
        pages: Pages = {
            NextPage.BACK: warn_and_go_to(request, back),
            NextPage.GONE: answer_404,
        }
        with refusals(pages) as refused:
            row = service(account=request.user, representation=representation)
            messages.success(request, describe(row, request.user))
            return redirect(back)
        return refused.respond()
    return redirect(back)
