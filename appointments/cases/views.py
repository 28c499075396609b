"""The list of the own cases, and one case: its people, who acts on it, and everything that happened."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from appointments.booking.queries import get_case_or_404
from appointments.cases.presenters.case import build_acting, build_people
from appointments.cases.presenters.history import build_events
from appointments.cases.queries import list_events
from appointments.models import Appointment
from appointments.reschedule.queries import list_own_cases

CASES_PAGE_SIZE = 20
PEOPLE_PAGE_SIZE = 10
EVENTS_ON_CASE = 5
EVENTS_PAGE_SIZE = 20


@login_required
@require_GET
def list_cases(request: SignedInRequest) -> HttpResponse:
    """Every case of the account, the newest first. Representatives have their clients instead."""
    if request.user.is_representative:
        return redirect("appointments:clients")
    page = Paginator(list_own_cases(user=request.user), CASES_PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "appointments/cases/list.html", {"page": page})


@login_required
@require_GET
def show_case(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The people with their appointments and notices, who acts, and what happened last."""
    case = get_case_or_404(user=request.user, public_id=public_id)
    page = Paginator(case.people.order_by("id"), PEOPLE_PAGE_SIZE).get_page(request.GET.get("page"))
    scheduled = Appointment.objects.filter(series__person__case=case, status=Appointment.Status.SCHEDULED)
    events = list(list_events(case, request.user)[: EVENTS_ON_CASE + 1])
    context = {
        "case": case,
        "page": page,
        "people": build_people(list(page), request.user),
        "acting": build_acting(case),
        "can_reschedule_together": case.form_type.is_adoption and scheduled.count() > 1,
        "events": build_events(events[:EVENTS_ON_CASE], case, request.user),
        "has_more_events": len(events) > EVENTS_ON_CASE,
    }
    return render(request, "appointments/cases/case.html", context)


@login_required
@require_GET
def show_history(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Everything that happened on the case, newest first."""
    case = get_case_or_404(user=request.user, public_id=public_id)
    page = Paginator(list_events(case, request.user), EVENTS_PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"case": case, "page": page, "events": build_events(page, case, request.user)}
    return render(request, "appointments/cases/history.html", context)
