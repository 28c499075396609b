"""Accept a request with one POST. Decline, end and withdraw ask first: of whom, what ends, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Representation, User
from accounts.representation_states import Action
from accounts.requests import SignedInRequest
from appointments.booking.errors import AlreadyDone
from appointments.representation import queries
from appointments.representation.forms import EndForm
from appointments.representation.presenters import results
from appointments.representation.presenters.endings import find_end_page
from appointments.representation.refusals import refusals
from appointments.representation.services import answer, leave
from portal.foundation.refusals import NextPage, Pages, answer_404, warn_and_go_to


@dataclass(frozen=True, slots=True)
class Ending:
    """One way to end a representation or a request: its action, its service and the message afterwards."""

    action: Action
    service: Callable[..., Representation]
    describe: Callable[[Representation, User], str]


DECLINE = Ending(Action.DECLINE, answer.decline, results.describe_declined)
REVOKE = Ending(Action.REVOKE, leave.revoke, results.describe_revoked)
WITHDRAW = Ending(Action.WITHDRAW, leave.withdraw, results.describe_withdrawn)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Accept the request, say what that did, and go back to the page of this side."""
    representation = queries.get_representation_or_404(user=request.user, public_id=public_id)
    back = _get_back_address(request, representation)
    if request.method == "POST":
        with refusals(_build_pages(request, back)) as refused:
            row = answer.accept(account=request.user, representation=representation)
            messages.success(request, results.describe_accepted(row, request.user))
            return redirect(back)
        return refused.respond()
    return redirect(back)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _confirm_and_end(request, public_id, DECLINE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _confirm_and_end(request, public_id, REVOKE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _confirm_and_end(request, public_id, WITHDRAW)


def _confirm_and_end(request: SignedInRequest, public_id: UUID, ending: Ending) -> HttpResponse:
    """Show what ends and ask why. POST ends it, says so, and goes back to the page of this side."""
    representation = queries.get_representation_or_404(user=request.user, public_id=public_id)
    back = _get_back_address(request, representation)
    form = EndForm(request.POST if request.method == "POST" else None)
    with refusals(_build_pages(request, back)) as refused:
        if form.is_valid():
            row = ending.service(
                account=request.user, representation=representation, reason=form.cleaned_data["reason"]
            )
            messages.success(request, ending.describe(row, request.user))
            return redirect(back)
        view = find_end_page(representation, ending.action, request.user)
        if view is None:
            raise AlreadyDone
        context = {"view": view, "form": form, "back": back, "back_label": _("Go back without changes")}
        status = 422 if form.is_bound else 200
        return render(request, "appointments/representation/end.html", context, status=status)
    return refused.respond()


def _get_back_address(request: SignedInRequest, representation: Representation) -> str:
    if representation.representative_id == request.user.pk:
        return reverse("appointments:clients")
    return reverse("appointments:representative", args=[representation.case.public_id])


def _build_pages(request: SignedInRequest, back: str) -> Pages:
    return {NextPage.BACK: warn_and_go_to(request, back), NextPage.GONE: answer_404}
