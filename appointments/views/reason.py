"""First step: the reason. Nothing that was typed is lost, also when the session ended meanwhile."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from appointments.access import get_appointment
from appointments.forms import ReasonForm
from appointments.models import RescheduleDraft
from appointments.presenters.answers import tell_stories
from appointments.services import reschedule
from appointments.services.decide import decide_all

TYPED_WHILE_SIGNED_OUT = "typed_reason"


@require_http_methods(["GET", "POST"])
def state_reason(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks why the person cannot come. Signed out: keeps what was typed in the session, then signs in."""
    if request.method == "POST" and not request.user.is_authenticated:
        return keep_typed_and_sign_in(request, public_id)
    return _state_reason(cast("SignedInRequest", request), public_id)


def keep_typed_and_sign_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leads to the sign-in and back here, where what was typed for this appointment or case still stands."""
    request.session[TYPED_WHILE_SIGNED_OUT] = {
        "appointment": str(public_id),
        "reason": request.POST.get("reason", "")[:40],
        "explanation": request.POST.get("explanation", "")[:4000],
    }
    return redirect_to_login(request.path)


def typed_while_signed_out(request: HttpRequest, public_id: UUID) -> dict[str, str] | None:
    """What `keep_typed_and_sign_in` kept for this appointment or case."""
    typed: dict[str, str] = request.session.get(TYPED_WHILE_SIGNED_OUT, {})
    if typed.get("appointment") != str(public_id):
        return None
    return {"reason": typed["reason"], "explanation": typed["explanation"]}


@login_required
def _state_reason(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    appointment = get_appointment(user=request.user, public_id=public_id)
    decisions, rules = decide_all([appointment])
    form = ReasonForm(request.POST or None, initial=_initial(request, public_id))
    if request.method == "POST" and form.is_valid():
        reschedule.state_reason(account=request.user, appointment=appointment, **form.cleaned_data)
        request.session.pop(TYPED_WHILE_SIGNED_OUT, None)
        return redirect("appointments:times", public_id)
    if not decisions[appointment.pk].is_allowed:
        return redirect("appointments:detail", public_id)
    [story] = tell_stories([appointment], decisions, rules)
    return render(
        request,
        "appointments/reason.html",
        {"form": form, "story": story},
        status=422 if form.is_bound else 200,
    )


def _initial(request: SignedInRequest, public_id: UUID) -> dict[str, str]:
    if typed := typed_while_signed_out(request, public_id):
        return typed
    draft = (
        RescheduleDraft.objects.select_related("reason")
        .filter(account=request.user, appointment__public_id=public_id)
        .first()
    )
    return initial_of(draft)


def initial_of(draft: RescheduleDraft | None) -> dict[str, str]:
    """What was stated before, for the form."""
    return {"reason": draft.reason.code, "explanation": draft.explanation} if draft else {}
