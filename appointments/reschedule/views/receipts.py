"""Last step: the receipt of a completed move."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from appointments.booking.queries import find_notice_of_move, get_move
from appointments.notices.presenters.reschedules import tell_move


@login_required
@require_GET
def receipt(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Confirmation number, old and new time, the notice to print, and what to bring."""
    move = get_move(user=request.user, public_id=public_id)
    notice = find_notice_of_move(user=request.user, move=move)
    return render(
        request, "appointments/reschedule/receipt.html", {"move": move, "story": tell_move(move), "notice": notice}
    )
