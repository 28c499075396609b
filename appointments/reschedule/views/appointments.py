"""Show the account's appointments: the list, and one of them with its history."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from appointments.booking.decisions import decide_all
from appointments.booking.queries import get_appointment_or_404
from appointments.notices.presenters.reschedules import build_reschedules
from appointments.reschedule import queries
from appointments.reschedule.presenters.answers import build_views

PAGE_SIZE = 10
CASES_ON_LIST = 5


@login_required
@require_GET
def list_appointments(request: SignedInRequest) -> HttpResponse:
    """Show the account's appointments, and its newest cases without a scheduled one.

    Representatives are redirected to their caseload.
    """
    if request.user.is_representative:
        return redirect("appointments:caseload")
    appointments = queries.list_appointments(user=request.user)
    page = Paginator(appointments, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    cases = list(queries.list_cases_without_appointment(user=request.user)[: CASES_ON_LIST + 1])
    context = {
        "page": page,
        "views": build_views(shown, *decide_all(shown)) if shown else [],
        "cases": cases[:CASES_ON_LIST],
        "has_more_cases": len(cases) > CASES_ON_LIST,
    }
    return render(request, "appointments/reschedule/list.html", context)


@login_required
@require_GET
def show_appointment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show one appointment: whether it can be rescheduled and why not, its reschedules and its notices."""
    appointment = get_appointment_or_404(user=request.user, public_id=public_id)
    [view] = build_views([appointment], *decide_all([appointment]))
    reschedules = queries.list_reschedules_of_series(appointment)[:PAGE_SIZE]
    context = {
        "view": view,
        "reschedules": build_reschedules(reschedules),
        "notices": queries.list_notices_of_appointment(user=request.user, appointment=appointment)[
            :PAGE_SIZE
        ],
    }
    return render(request, "appointments/reschedule/detail.html", context)
