"""Second step: a time. Picking one holds the seat."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from appointments.booking import drafts, queries
from appointments.booking.decisions import decide
from appointments.booking.errors import NotYours, Refused
from appointments.reschedule.views.weeks import NotHeld, read_week, try_to_hold


@login_required
@require_http_methods(["GET", "POST"])
def choose_time(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Free times of one site on one day. POST holds the picked one and goes on to the review."""
    if request.method == "POST":
        return _hold_selected(request, public_id)
    return _show_week(request, public_id)


def _hold_selected(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    appointment = queries.get_appointment_to_change_or_404(user=request.user, public_id=public_id)
    try:
        held = try_to_hold(request, appointment)
    except (Refused, NotYours):
        return redirect("appointments:detail", public_id)
    if isinstance(held, NotHeld):
        return _show_week(request, public_id, problems=held.problems, status=held.status)
    return redirect("appointments:review", held.public_id)


def _show_week(
    request: SignedInRequest,
    public_id: UUID,
    *,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    appointment = queries.get_appointment_or_404(user=request.user, public_id=public_id)
    decision, rules = decide(appointment)
    if not decision.is_allowed:
        return redirect("appointments:detail", appointment.public_id)
    if drafts.find(account=request.user, appointment=appointment) is None:
        return redirect("appointments:reason", appointment.public_id)
    week = read_week(request, appointment, rules)
    return render(
        request,
        "appointments/reschedule/times.html",
        {"appointment": appointment, **week, "problems": problems},
        status=status,
    )
