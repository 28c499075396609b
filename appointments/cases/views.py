"""The list of a client's cases, the page of one case, and the case history."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from appointments.cases import queries
from appointments.cases.presenters.case import build_people, build_representative_in_force
from appointments.cases.presenters.history import build_history
from appointments.reschedule.queries import list_own_cases

CASES_PAGE_SIZE = 20


@login_required
@require_safe
def list_cases(request: SignedInRequest) -> HttpResponse:
    """Show the cases of the account, newest first. Send representatives to their list of clients."""
    if request.user.is_representative:
        return redirect("appointments:clients")
    page = Paginator(list_own_cases(user=request.user), CASES_PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "appointments/cases/list.html", {"page": page})


@login_required
@require_safe
def show_case(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the people with their appointments and notices, the representative, and the latest history."""
    case = queries.get_case_or_404(user=request.user, public_id=public_id)
    found = queries.get_case_page(case, reader=request.user, page=request.GET.get("page"))
    context = {
        "case": case,
        "page": found.people,
        "people": build_people(
            list(found.people),
            appointments=found.appointments,
            decisions=found.decisions,
            rules=found.rules,
            notices=found.notices,
        ),
        "representative": build_representative_in_force(found.representation),
        "can_reschedule_together": found.can_reschedule_together,
        "events": build_history(found.entries, request.user),
        "has_more_events": found.has_more_entries,
    }
    return render(request, "appointments/cases/case.html", context)


@login_required
@require_safe
def show_history(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the whole case history, newest first."""
    case = queries.get_case_or_404(user=request.user, public_id=public_id)
    found = queries.get_history_page(case, reader=request.user, page=request.GET.get("page"))
    events = build_history(found.entries, request.user)
    context = {"case": case, "page": found.page, "events": events}
    return render(request, "appointments/cases/history.html", context)
