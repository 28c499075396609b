"""A sitting, page by page: a reason for each pick, a time for each, one review, one result."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest, representative_required
from appointments.booking import queries
from appointments.booking.reschedules import GoodCause
from appointments.caseload.forms import BulkItemsForm, BulkReasonsForm, HeldForm
from appointments.caseload.presenters.bulk import BulkItemView, BulkView, build_bulk
from appointments.caseload.services import bulk_reschedules
from appointments.caseload.services.bulk_reschedules import BulkItemState, BulkState
from appointments.models import Appointment, BulkReschedule
from appointments.reschedule.forms import SelectTimeForm
from appointments.reschedule.refusals import NextPage, Page, go_to, refusals
from appointments.reschedule.views.weeks import hold_picked, read_week
from policy.models import GoodCauseReason


@representative_required
@require_http_methods(["GET", "POST"])
def state_reasons(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One form for all reasons: one for all, and an own one for each pick that wants it."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    now = bulk_reschedules.get_bulk_state(account=request.user, bulk=bulk)
    movable = [row.appointment for row in now.items if row.appointment is not None and row.can_be_rescheduled]
    if not movable:
        return redirect("appointments:bulk", public_id)
    form = BulkReasonsForm(
        request.POST if request.method == "POST" else None,
        people=[(row.public_id, row.series.person.name) for row in movable],
        reasons=list(GoodCauseReason.objects.in_force()),
        initial=_given(now),
    )
    if form.is_bound and form.is_valid():
        causes = [(row, GoodCause(*form.cause_of(row.public_id))) for row in movable]
        bulk_reschedules.state_reasons(account=request.user, causes=causes)
        return redirect("appointments:bulk_continue", public_id)
    view = build_bulk(now)
    items = [
        (told, form.fields_of(told.view.appointment.public_id))
        for told in view.items
        if told.now.can_be_rescheduled
    ]
    return render(
        request,
        "appointments/caseload/bulk/reasons.html",
        {"bulk": bulk, "view": view, "form": form, "items": items},
        status=422 if form.is_bound else 200,
    )


@representative_required
@require_GET
def continue_bulk(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Leads to what is still missing: a reason, then a time for the next pick, then the review."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    return _redirect_to_next_step(bulk_reschedules.get_bulk_state(account=request.user, bulk=bulk))


@representative_required
@require_http_methods(["GET", "POST"])
def choose_time(request: SignedInRequest, public_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Free times for one pick, beside the times that are held for the others. POST holds the picked one."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    if request.method == "POST":
        return _hold_selected(request, bulk, appointment_id)
    return _show_times(request, bulk, appointment_id)


def _hold_selected(request: SignedInRequest, bulk: BulkReschedule, appointment_id: UUID) -> HttpResponse:
    picked = bulk.items.filter(appointment__public_id=appointment_id)
    if not picked.exists():
        return redirect("appointments:bulk_continue", bulk.public_id)
    appointment = (
        Appointment.objects.for_account(request.user)
        .select_related("slot__site", "series__person__case")
        .filter(public_id=appointment_id)
        .first()
    )
    if appointment is None:
        return redirect("appointments:bulk", bulk.public_id)
    form = SelectTimeForm(request.POST)
    if not form.is_valid():
        return _show_times(request, bulk, appointment_id, [str(form.errors["slot"][0])], 422)
    leads_on = go_to("appointments:bulk", bulk.public_id)
    pages: dict[NextPage, Page] = {
        NextPage.SAME: partial(_show_times, request, bulk, appointment_id),
        NextPage.ANSWER: leads_on,
        NextPage.GONE: leads_on,
    }
    with refusals([appointment], pages) as refused:
        hold_picked(request, [appointment], form)
        return redirect("appointments:bulk_continue", bulk.public_id)
    return refused.respond()


def _show_times(
    request: SignedInRequest,
    bulk: BulkReschedule,
    appointment_id: UUID,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    now = bulk_reschedules.get_bulk_state(account=request.user, bulk=bulk)
    row = _find(now, appointment_id)
    if row is None or row.appointment is None or not row.can_be_rescheduled:
        return redirect("appointments:bulk", bulk.public_id)
    if row.draft is None:
        return redirect("appointments:bulk_reasons", bulk.public_id)
    view = build_bulk(now)
    current = next(told for told in view.items if told.now is row)
    context = {
        "bulk": bulk,
        "view": view,
        "current": current,
        "number": now.items.index(row) + 1,
        "next_one": _next_one(view, current),
        **read_week(request, [row.appointment], now.rules),
        "problems": problems,
    }
    return render(request, "appointments/caseload/bulk/times.html", context, status=status)


@representative_required
@require_GET
def review(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """All picks as they stand, and one button for those that can be moved now."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    view = build_bulk(bulk_reschedules.get_bulk_state(account=request.user, bulk=bulk))
    return render(request, "appointments/caseload/bulk/review.html", {"bulk": bulk, "view": view})


@representative_required
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Keeps every held seat for another while, and returns to where the button was."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if request.method == "POST" and bulk.finished_at is None:
        bulk_reschedules.extend_all(account=request.user, bulk=bulk)
        back = BulkItemsForm({"appointment": request.POST.getlist("back_to")})
        if back.is_valid():
            return redirect("appointments:bulk_times", public_id, back.cleaned_data["appointment"][0])
    return redirect("appointments:bulk", public_id)


@representative_required
@require_http_methods(["GET", "POST"])
def remove_items(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Takes picks out of the sitting and gives their seats back. Without any left: the caseload."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if request.method == "POST" and bulk.finished_at is None:
        form = BulkItemsForm({"appointment": request.POST.getlist("appointment")})
        items = bulk.items.all()
        if form.is_valid():
            items = items.filter(appointment__public_id__in=form.cleaned_data["appointment"])
        if form.is_valid() or "all" in request.POST:
            keys = list(items.values_list("appointment_id", flat=True))
            bulk_reschedules.remove_items(account=request.user, bulk=bulk, appointment_ids=keys)
    if not bulk.items.exists():
        return redirect("appointments:caseload")
    return redirect("appointments:bulk", public_id)


@representative_required
@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Moves what the review showed as held, each by itself. Again, or twice at once: the same result."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if request.method == "POST" and bulk.finished_at is None:
        form = HeldForm({"reservation": request.POST.getlist("reservation")})
        if not (form.is_valid() and form.cleaned_data["reservation"]):
            return redirect("appointments:bulk", public_id)
        bulk_reschedules.confirm_all(
            account=request.user, bulk=bulk, reservation_ids=form.cleaned_data["reservation"]
        )
    return redirect("appointments:bulk_result", public_id)


@representative_required
@require_GET
def show_result(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Which were moved, with their numbers, and which not, why, and what to do next."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is None:
        return redirect("appointments:bulk", public_id)
    view = build_bulk(bulk_reschedules.get_bulk_state(account=request.user, bulk=bulk))
    return render(request, "appointments/caseload/bulk/result.html", {"bulk": bulk, "view": view})


def _redirect_to_next_step(now: BulkState) -> HttpResponse:
    public_id = now.bulk.public_id
    if any(row.needs_reason for row in now.items):
        return redirect("appointments:bulk_reasons", public_id)
    for row in now.items:
        if row.needs_time and row.appointment is not None:
            return redirect("appointments:bulk_times", public_id, row.appointment.public_id)
    return redirect("appointments:bulk", public_id)


def _find(now: BulkState, appointment_id: UUID) -> BulkItemState | None:
    rows = (row for row in now.items if row.appointment and row.appointment.public_id == appointment_id)
    return next(rows, None)


def _next_one(view: BulkView, current: BulkItemView) -> BulkItemView | None:
    """The next pick after this one that wants a time, for whoever skips this one."""
    later = view.items[view.items.index(current) + 1 :]
    return next((told for told in later if told.now.needs_time), None)


def _given(now: BulkState) -> dict[str, str]:
    """The reasons given so far."""
    given = {}
    for row in now.items:
        if row.appointment is not None and row.draft is not None:
            given[f"reason-{row.appointment.public_id}"] = row.draft.reason.code
            given[f"explanation-{row.appointment.public_id}"] = row.draft.explanation
    return given
