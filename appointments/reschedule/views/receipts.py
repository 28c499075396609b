"""Last step: the receipt of a completed move."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from appointments.booking.queries import find_notice_of_reschedule, get_reschedule_or_404
from appointments.notices.presenters.reschedules import build_reschedule


@login_required
@require_GET
def receipt(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Confirmation number, old and new time, the notice to print, and what to bring."""
    reschedule = get_reschedule_or_404(user=request.user, public_id=public_id)
    notice = find_notice_of_reschedule(user=request.user, reschedule=reschedule)
    return render(
        request,
        "appointments/reschedule/receipt.html",
        {"reschedule": reschedule, "view": build_reschedule(reschedule), "notice": notice},
    )
