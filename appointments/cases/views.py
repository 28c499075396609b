"""The list of a client's cases, the page of one case, and the case history."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from appointments.cases import queries
from appointments.cases.presenters.case import build_people, build_representative_in_force
from appointments.cases.presenters.history import build_history
from appointments.reschedule.queries import list_own_cases

CASES_PAGE_SIZE = 20
HISTORY_ON_CASE_PAGE = 5
HISTORY_PAGE_SIZE = 20


@login_required
@require_GET
def list_cases(request: SignedInRequest) -> HttpResponse:
    """Show the cases of the account, newest first. Send representatives to their list of clients."""
    if request.user.is_representative:
        return redirect("appointments:clients")
    page = Paginator(list_own_cases(user=request.user), CASES_PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "appointments/cases/list.html", {"page": page})


@login_required
@require_GET
def show_case(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the people with their appointments and notices, the representative, and the latest history."""
    case = queries.get_case_or_404(user=request.user, public_id=public_id)
    found = queries.get_people_of_case(case, reader=request.user, page=request.GET.get("page"))
    in_force = queries.find_representation_in_force(case)
    keys = list(queries.list_history_keys(case, request.user)[: HISTORY_ON_CASE_PAGE + 1])
    entries = queries.get_history_entries(keys[:HISTORY_ON_CASE_PAGE])
    context = {
        "case": case,
        "page": found.page,
        "people": build_people(
            list(found.page),
            appointments=found.appointments,
            decisions=found.decisions,
            rules=found.rules,
            notices=found.notices,
        ),
        "representative": build_representative_in_force(in_force),
        "can_reschedule_together": queries.can_reschedule_together(case),
        "events": build_history(entries, request.user),
        "has_more_events": len(keys) > HISTORY_ON_CASE_PAGE,
    }
    return render(request, "appointments/cases/case.html", context)


@login_required
@require_GET
def show_history(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the whole case history, newest first."""
    case = queries.get_case_or_404(user=request.user, public_id=public_id)
    keys = queries.list_history_keys(case, request.user)
    page = Paginator(keys, HISTORY_PAGE_SIZE).get_page(request.GET.get("page"))
    entries = queries.get_history_entries(page)
    context = {"case": case, "page": page, "events": build_history(entries, request.user)}
    return render(request, "appointments/cases/history.html", context)
