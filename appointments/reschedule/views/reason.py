"""First step: the reason."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from appointments.booking import drafts, reschedule_acts
from appointments.booking.decisions import decide_all
from appointments.booking.errors import NotYours, Refused
from appointments.booking.queries import get_appointment_or_404
from appointments.models import Appointment, RescheduleDraft
from appointments.reschedule.forms import ReasonForm
from appointments.reschedule.presenters.answers import build_views


@login_required
@require_http_methods(["GET", "POST"])
def state_reason(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks why the person cannot come."""
    appointment = get_appointment_or_404(user=request.user, public_id=public_id)
    decisions, rules = decide_all([appointment])
    form = ReasonForm(request.POST or None, initial=_initial(request, appointment))
    if request.method == "POST" and form.is_valid():
        try:
            reschedule_acts.state_reason(account=request.user, appointment=appointment, **form.cleaned_data)
        except (Refused, NotYours):
            return redirect("appointments:detail", public_id)
        return redirect("appointments:times", public_id)
    if not decisions[appointment.pk].is_allowed:
        return redirect("appointments:detail", public_id)
    [view] = build_views([appointment], decisions, rules)
    return render(
        request,
        "appointments/reschedule/reason.html",
        {"form": form, "view": view},
        status=422 if form.is_bound else 200,
    )


def _initial(request: SignedInRequest, appointment: Appointment) -> dict[str, str]:
    return initial_of(drafts.find(account=request.user, appointment=appointment))


def initial_of(draft: RescheduleDraft | None) -> dict[str, str]:
    """What was stated before, for the form."""
    return {"reason": draft.reason.code, "explanation": draft.explanation} if draft else {}
