"""Third step: review what is held, and confirm it."""

import contextlib
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from appointments.booking import drafts, queries, reschedule_acts
from appointments.booking import hold as holds
from appointments.booking.decisions import decide
from appointments.booking.errors import HoldEnded, NotYours, ReasonMissing, Refused, SeatRefused
from appointments.models import Hold, Reschedule
from appointments.notices.presenters.reschedules import build_place
from appointments.reschedule.presenters.refusals import explain_seat_refusal
from portal.foundation.clock import database_now
from portal.foundation.site_time import format_time


@login_required
@require_GET
def review(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Old and new side by side while the seat is held; else where that hold led."""
    hold = queries.get_hold_or_404(user=request.user, public_id=public_id)
    if hold.household:
        return redirect("appointments:household_review", hold.household)
    return _show(request, hold)


@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Makes the move. Again, or twice at once: the same receipt. A GET, as after signing in: the review."""
    hold = queries.get_hold_to_change_or_404(user=request.user, public_id=public_id)
    if request.method == "GET":
        return redirect("appointments:review", public_id)
    try:
        reschedule = reschedule_acts.confirm(account=request.user, hold=hold)
    except HoldEnded:
        return redirect("appointments:review", public_id)
    except (Refused, NotYours):
        return redirect("appointments:detail", hold.appointment.public_id)
    except ReasonMissing:
        return redirect("appointments:reason", hold.appointment.public_id)
    except SeatRefused as refused:
        hold = queries.get_hold_or_404(user=request.user, public_id=public_id)
        _decision, rules = decide(hold.appointment)
        problems = [explain_seat_refusal(cause, rules) for cause in refused.causes]
        return _show(request, hold, problems=problems, status=409)
    return redirect("appointments:receipt", reschedule.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Keeps the seat for another while, up to the ceiling."""
    hold = queries.get_hold_to_change_or_404(user=request.user, public_id=public_id)
    if request.method == "POST":
        # Where it lapsed, the review page says so and offers the seat again.
        with contextlib.suppress(HoldEnded):
            holds.extend(account=request.user, hold=hold)
    return redirect("appointments:review", public_id)


@login_required
@require_http_methods(["GET", "POST"])
def release(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Gives the seat back and returns to the times."""
    hold = queries.get_hold_to_change_or_404(user=request.user, public_id=public_id)
    if request.method == "POST":
        holds.release(account=request.user, hold=hold)
    return redirect("appointments:times", hold.appointment.public_id)


def _show(
    request: SignedInRequest, hold: Hold, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    if hold.state == Hold.State.CONFIRMED:
        return redirect("appointments:receipt", Reschedule.objects.get(hold=hold).public_id)
    now = database_now()
    context = {
        "hold": hold,
        "appointment": hold.appointment,
        "old": build_place(hold.appointment.slot),
        "new": build_place(hold.slot),
    }
    if not hold.is_live(now):
        return render(request, "appointments/reschedule/hold_ended.html", context, status=410)
    context |= {
        "draft": drafts.find(account=request.user, appointment=hold.appointment),
        "expires": format_time(hold.expires_at, hold.slot.site.tz),
        "seconds_left": int((hold.expires_at - now).total_seconds()),
        "can_extend": hold.expires_at < hold.ceiling_at,
        "problems": problems or [],
    }
    return render(request, "appointments/reschedule/review.html", context, status=status)
