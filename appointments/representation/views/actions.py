"""The steps that either side takes: accept, decline, revoke, withdraw. Each is one POST."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Representation
from accounts.requests import SignedInRequest
from appointments.booking import queries
from appointments.representation.services import answer, leave
from appointments.reschedule.refusals import NextPage, Page, answer_404, refusals, warn_and_go_to

Act = Callable[..., Representation]


@login_required
@require_http_methods(["GET", "POST"])
def accept(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The representation comes into force; the one before it ends."""
    return _take(request, public_id, answer.accept, _("The representation is in force."))


@login_required
@require_http_methods(["GET", "POST"])
def decline(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The request comes to nothing."""
    return _take(request, public_id, answer.decline, _("The request is declined."))


@login_required
@require_http_methods(["GET", "POST"])
def revoke(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The client ends it; access is gone when this returns."""
    return _take(
        request, public_id, leave.revoke, _("The representation has ended. Nobody acts under it any more.")
    )


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The representative ends it, or takes the request back."""
    return _take(request, public_id, leave.withdraw, _("You withdrew."))


def _take(request: SignedInRequest, public_id: UUID, act: Act, done: str) -> HttpResponse:
    representation = queries.get_representation_or_404(user=request.user, public_id=public_id)
    back = reverse("appointments:representative", args=[representation.case.public_id])
    if representation.representative_id == request.user.pk:
        back = reverse("appointments:clients")
    if request.method == "POST":
        pages: dict[NextPage, Page] = {
            NextPage.ANSWER: warn_and_go_to(request, back),
            NextPage.GONE: answer_404,
        }
        with refusals([], pages) as refused:
            act(account=request.user, representation=representation)
            messages.success(request, done)
            return redirect(back)
        return refused.respond()
    return redirect(back)
