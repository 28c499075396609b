"""The list of appointments, and one of them with all that happened."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from appointments.booking.decisions import decide_all
from appointments.booking.queries import get_appointment_or_404
from appointments.models import Appointment, Notice, Reschedule
from appointments.notices.presenters.reschedules import build_reschedules
from appointments.reschedule.presenters.answers import build_views
from appointments.reschedule.queries import cases_without_appointment
from portal.foundation.clock import DatabaseNow

PAGE_SIZE = 10
CASES_ON_LIST = 5
_STANDING = Appointment.Status.SCHEDULED
_AHEAD_FIRST = Case(
    When(status=_STANDING, slot__starts_at__gt=DatabaseNow(), then=0),
    When(status=_STANDING, then=1),
    default=2,
)


@login_required
@require_GET
def list_appointments(request: SignedInRequest) -> HttpResponse:
    """Every appointment of the account, each with its answer: those ahead first, then those that passed.

    Beside them the newest cases that none of them leads to, for which no appointment stands.
    Representatives have their caseload instead.
    """
    if request.user.is_representative:
        return redirect("appointments:caseload")
    appointments = (
        Appointment.objects.for_account(request.user)
        .with_display_relations()
        .order_by(_AHEAD_FIRST, "slot__starts_at", "id")
    )
    page = Paginator(appointments, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    views = build_views(shown, *decide_all(shown)) if shown else []
    waiting = list(cases_without_appointment(request.user)[: CASES_ON_LIST + 1])
    context = {
        "page": page,
        "views": views,
        "cases": waiting[:CASES_ON_LIST],
        "has_more_cases": len(waiting) > CASES_ON_LIST,
    }
    return render(request, "appointments/reschedule/list.html", context)


@login_required
@require_GET
def show_appointment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One appointment: the answer with every reason, its moves, its notices."""
    appointment = get_appointment_or_404(user=request.user, public_id=public_id)
    [view] = build_views([appointment], *decide_all([appointment]))
    reschedules = Reschedule.objects.filter(series_id=appointment.series_id).select_related(
        "from_appointment__slot__site", "to_appointment__slot__site"
    )
    notices = Notice.objects.for_account(request.user).filter(
        appointment=appointment, reschedule__isnull=False
    )[:PAGE_SIZE]
    return render(
        request,
        "appointments/reschedule/detail.html",
        {"view": view, "reschedules": build_reschedules(reschedules[:PAGE_SIZE]), "notices": notices},
    )
