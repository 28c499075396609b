"""The steps that either side takes: accept, decline, revoke, withdraw. Each is one POST."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Representation
from accounts.requests import SignedInRequest
from appointments.booking import queries
from appointments.booking.errors import AlreadyDone, NotInGoodStanding, NotYours
from appointments.representation.services import answer, leave

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
    if request.method == "POST":
        try:
            act(account=request.user, representation=representation)
        except AlreadyDone:
            messages.warning(request, _("It was answered or ended meanwhile. Nothing was changed now."))
        except NotInGoodStanding:
            messages.error(
                request,
                _("The representative is not verified, or the accreditation has ended. Nothing was changed."),
            )
        except NotYours as gone:
            raise Http404 from gone
        else:
            messages.success(request, done)
    if representation.representative_id == request.user.pk:
        return redirect("appointments:clients")
    return redirect("appointments:representative", representation.case.public_id)
