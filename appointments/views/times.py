"""Second step: a time. Picking one holds the seat."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from appointments import access
from appointments.availability import find_week
from appointments.forms import PickTimeForm, SearchForm
from appointments.models import RescheduleDraft, Site
from appointments.presenters.refusals import (
    explain_hold_limit,
    explain_other_holder,
    explain_seat_refusal,
)
from appointments.presenters.times import tell_near_sites, tell_sites, tell_week
from appointments.services import hold
from appointments.services.decide import decide
from appointments.services.refusals import HeldBySomeoneElse, NotYours, Refused, SeatRefused, TooManyHolds


@login_required
@require_http_methods(["GET", "POST"])
def choose_time(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Free times of one site in one week. POST holds the picked one and goes on to the review."""
    if request.method == "POST":
        return _hold_picked(request, public_id)
    return _show_week(request, public_id)


def _hold_picked(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    appointment = access.get_appointment_to_act(user=request.user, public_id=public_id)
    form = PickTimeForm(request.POST)
    if not form.is_valid():
        return _show_week(request, public_id, problems=[str(form.errors["slot"][0])], status=422)
    slot = access.get_slot(public_id=form.cleaned_data["slot"])
    try:
        held = hold.take(account=request.user, appointment=appointment, slot=slot)
    except (Refused, NotYours):
        return redirect("appointments:detail", public_id)
    except SeatRefused as refused:
        rules = decide(appointment)[1]
        problems = [explain_seat_refusal(cause, rules) for cause in refused.causes]
        return _show_week(request, public_id, problems=problems, status=409)
    except HeldBySomeoneElse as refused:
        problem = explain_other_holder(refused, appointment)
        return _show_week(request, public_id, problems=[problem], status=409)
    except TooManyHolds as refused:
        return _show_week(request, public_id, problems=[explain_hold_limit(refused)], status=429)
    return redirect("appointments:review", held.public_id)


def _show_week(
    request: SignedInRequest,
    public_id: UUID,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    appointment = access.get_appointment(user=request.user, public_id=public_id)
    decision, rules = decide(appointment)
    if not decision.is_allowed:
        return redirect("appointments:detail", appointment.public_id)
    if not RescheduleDraft.objects.filter(account=request.user, appointment=appointment).exists():
        return redirect("appointments:reason", appointment.public_id)
    search = SearchForm(request.POST if request.method == "POST" else request.GET)
    search.is_valid()
    present = appointment.slot.site
    site = access.find_site(public_id=search.cleaned_data.get("site"), present=present)
    week = find_week(site, appointment=appointment, rules=rules, monday=search.cleaned_data.get("week"))
    return render(
        request,
        "appointments/times.html",
        {
            "appointment": appointment,
            "week": tell_week(week),
            "near": tell_near_sites(site, present=present, mark=_("(your present site)")),
            "all_sites": lambda: tell_sites(Site.objects.list_names()),
            "problems": problems or [],
        },
        status=status,
    )
