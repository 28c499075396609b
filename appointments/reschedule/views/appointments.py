"""Show the account's appointments: the list, and one of them with its history."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from appointments.booking.decisions import decide_all
from appointments.booking.queries import get_appointment_or_404
from appointments.booking.sites import list_site_hours
from appointments.models import Appointment, PlaceAndTime
from appointments.notices.calendar import build_web_links
from appointments.notices.presenters.reschedules import build_place, build_reschedules
from appointments.notices.presenters.site_facts import build_site_facts
from appointments.reschedule import queries
from appointments.reschedule.presenters.answers import build_views
from appointments.reschedule.presenters.visits import (
    build_cards,
    build_past,
    describe_outcome,
    format_place_of,
    list_offices,
    list_sources,
)

PAGE_SIZE = 10
CASES_ON_LIST = 5


@login_required
@require_safe
def list_appointments(request: SignedInRequest) -> HttpResponse:
    """Show what comes, a card for each case, then what is past, and the newest cases without an appointment.

    Representatives are redirected to their caseload.
    """
    if request.user.is_representative:
        return redirect("appointments:caseload")
    page = Paginator(queries.list_upcoming_case_ids(user=request.user), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    past_page = Paginator(queries.list_past(user=request.user), PAGE_SIZE).get_page(request.GET.get("past"))
    past = list(past_page)
    cases = list(queries.list_cases_without_appointment(user=request.user)[: CASES_ON_LIST + 1])
    context = {
        "page": page,
        "past_page": past_page,
        "past": build_past(past, queries.get_replacements(past)),
        "is_past_open": "past" in request.GET,
        "cases": cases[:CASES_ON_LIST],
        "has_more_cases": len(cases) > CASES_ON_LIST,
        **_build_upcoming(list(page)),
    }
    return render(request, "appointments/reschedule/list.html", context)


def _build_upcoming(case_ids: list[int]) -> dict[str, Any]:
    if not case_ids:
        return {"cards": [], "offices": [], "sources": []}
    appointments = queries.list_upcoming(case_ids=case_ids)
    views = build_views(appointments, *decide_all(appointments))
    cards = build_cards(case_ids, views)
    return {"cards": cards, "offices": list_offices(cards), "sources": list_sources(cards)}


@login_required
@require_safe
def show_appointment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show one appointment: whether it can be rescheduled and why not, its reschedules and its notices."""
    appointment = get_appointment_or_404(user=request.user, public_id=public_id)
    decisions, rules = decide_all([appointment])
    [view] = build_views([appointment], decisions, rules)
    slot = appointment.slot
    is_replaced = appointment.status == Appointment.Status.SUPERSEDED
    replacement = queries.get_replacements([appointment]).get(appointment.pk) if is_replaced else None
    reschedules = queries.list_reschedules_of_series(appointment)[:PAGE_SIZE]
    context = {
        "view": view,
        "place": build_place(slot),
        "outcome": describe_outcome(appointment),
        "replacement": replacement,
        "replaced_by": format_place_of(replacement) if replacement else "",
        "reschedules": build_reschedules(reschedules),
        "notices": queries.list_notices_of_appointment(user=request.user, appointment=appointment)[
            :PAGE_SIZE
        ],
    }
    if appointment.status == Appointment.Status.SCHEDULED:
        context["calendar_links"] = build_web_links(PlaceAndTime.of_slot(slot))
        context["site_facts"] = build_site_facts(slot.site, list_site_hours(slot.site), now=rules.now)
    return render(request, "appointments/reschedule/detail.html", context)
