"""Dismiss the note about an expired hold."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from appointments.overview.queries import get_dismissable_hold_or_404
from portal.foundation.safe_redirects import get_safe_next

# The session key of the instant until which expired holds were dismissed.
DISMISSED_UNTIL = "holds_dismissed_until"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss_hold(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show no more notes about this hold and those that expired before it, until the next sign-in."""
    reservation = get_dismissable_hold_or_404(user=request.user, public_id=public_id)
    if request.method != "POST":
        return redirect("appointments:review", public_id)
    before = get_dismissed_until(request)
    if before is None or before < reservation.expires_at:
        request.session[DISMISSED_UNTIL] = reservation.expires_at.isoformat()
    return redirect(get_safe_next(request))


def get_dismissed_until(request: HttpRequest) -> datetime | None:
    """Return the instant until which the account dismissed expired holds in this session, or None."""
    kept = request.session.get(DISMISSED_UNTIL)
    return datetime.fromisoformat(kept) if kept else None
