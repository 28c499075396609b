"""Pages of a bulk reschedule: a reason for each item, a time for each item, one review, one result."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest, representative_required
from appointments.booking.reschedules import GoodCause
from appointments.caseload.facts import BulkState
from appointments.caseload.forms.bulk import BulkItemsForm, BulkReasonsForm, HeldForm
from appointments.caseload.presenters.bulk import build_bulk
from appointments.caseload.queries import bulk_reschedules as queries
from appointments.caseload.services import bulk_reschedules
from appointments.models import BulkReschedule
from appointments.reschedule.forms import SelectTimeForm
from appointments.reschedule.refusals import JourneyPage, refusals
from appointments.reschedule.views.sites import read_sites
from appointments.reschedule.views.times import hold_selected, read_times
from portal.foundation.refusals import NextPage, Pages, go_to


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def state_reasons(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ask for good cause: one reason for all items, or a separate reason for any of them."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    state = queries.get_bulk_state(account=request.user, bulk=bulk)
    allowed = [row.appointment for row in state.items if row.appointment and row.can_be_rescheduled]
    if not allowed:
        return redirect("appointments:bulk", public_id)
    form = BulkReasonsForm(
        request.POST if request.method == "POST" else None,
        people=[(row.public_id, row.person.name) for row in allowed],
        reasons=queries.list_reasons(),
        initial=_build_initial(state),
    )
    if form.is_bound and form.is_valid():
        causes = [(row, GoodCause(*form.get_cause(row.public_id))) for row in allowed]
        bulk_reschedules.state_reasons(account=request.user, causes=causes)
        return redirect("appointments:bulk_continue", public_id)
    view = build_bulk(state)
    items = [
        (item, form.get_fields(item.appointment.public_id))
        for item in view.items
        if item.state.can_be_rescheduled
    ]
    return render(
        request,
        "appointments/caseload/bulk/reasons.html",
        {"bulk": bulk, "view": view, "form": form, "items": items},
        status=422 if form.is_bound else 200,
    )


@representative_required
@require_safe
def continue_bulk(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Redirect to the next step: the reasons, a time for the next item, or the review."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    return _redirect_to_next_step(queries.get_bulk_state(account=request.user, bulk=bulk))


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_time(request: SignedInRequest, public_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Show available times for one item and the times held for the others. POST holds the selected time."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    if request.method == "POST":
        return _hold_selected(request, bulk, appointment_id)
    return _show_times(request, bulk, appointment_id)


def _hold_selected(request: SignedInRequest, bulk: BulkReschedule, appointment_id: UUID) -> HttpResponse:
    appointment = queries.find_item_appointment(
        account=request.user, bulk=bulk, appointment_id=appointment_id
    )
    if appointment is None:
        return redirect("appointments:bulk", bulk.public_id)
    form = SelectTimeForm(request.POST)
    if not form.is_valid():
        return _show_times(request, bulk, appointment_id, [str(form.errors["slot"][0])], 422)
    show_review = go_to("appointments:bulk", bulk.public_id)
    pages: Pages = {
        NextPage.SAME: partial(_show_times, request, bulk, appointment_id),
        JourneyPage.ANSWER: show_review,
        NextPage.GONE: show_review,
    }
    with refusals([appointment], pages) as refused:
        hold_selected(request, [appointment], form)
        return redirect("appointments:bulk_continue", bulk.public_id)
    return refused.respond()


def _show_times(
    request: SignedInRequest,
    bulk: BulkReschedule,
    appointment_id: UUID,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    state = queries.get_bulk_state(account=request.user, bulk=bulk)
    row = state.find_item(appointment_id)
    if row is None or row.appointment is None or not row.can_be_rescheduled:
        return redirect("appointments:bulk", bulk.public_id)
    if row.draft is None:
        return redirect("appointments:bulk_reasons", bulk.public_id)
    view = build_bulk(state)
    current = view.get_item(row)
    context = {
        "bulk": bulk,
        "view": view,
        "current": current,
        "number": state.items.index(row) + 1,
        "next_item": view.find_next(current),
        "sites_path": reverse("appointments:bulk_sites", args=[bulk.public_id, appointment_id]),
        **read_times(request.GET, [row.appointment], state.rules, held=[row.seat] if row.seat else []),
        "problems": problems,
    }
    return render(request, "appointments/caseload/bulk/times.html", context, status=status)


@representative_required
@require_safe
def choose_site(request: SignedInRequest, public_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Show the sites near the current one of an item or a ZIP Code, each with its first time."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    state = queries.get_bulk_state(account=request.user, bulk=bulk)
    row = state.find_item(appointment_id)
    if row is None or row.appointment is None or not row.can_be_rescheduled:
        return redirect("appointments:bulk", bulk.public_id)
    times_path = reverse("appointments:bulk_times", args=[bulk.public_id, appointment_id])
    context = read_sites(request.GET, [row.appointment], state.rules, times_path=times_path)
    return render(
        request,
        "appointments/reschedule/sites.html",
        {**context, "name": row.appointment.person.name},
        status=422 if context["form"].errors else 200,
    )


@representative_required
@require_safe
def review(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show every item with its current state, and one button that confirms the ready ones."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is not None:
        return redirect("appointments:bulk_result", public_id)
    view = build_bulk(queries.get_bulk_state(account=request.user, bulk=bulk))
    return render(request, "appointments/caseload/bulk/review.html", {"bulk": bulk, "view": view})


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Extend every hold, and return to the page of the button."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if request.method == "POST" and bulk.finished_at is None:
        bulk_reschedules.extend_all(account=request.user, bulk=bulk)
        back = BulkItemsForm({"appointment": request.POST.getlist("back_to")})
        if back.is_valid():
            return redirect("appointments:bulk_times", public_id, back.cleaned_data["appointment"][0])
    return redirect("appointments:bulk", public_id)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_items(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Remove items and release their seats. Goes back to the caseload if none is left."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if request.method == "POST" and bulk.finished_at is None:
        form = BulkItemsForm({"appointment": request.POST.getlist("appointment")})
        if form.is_valid() or "all" in request.POST:
            public_ids = form.cleaned_data["appointment"] if form.is_valid() else None
            keys = queries.list_item_keys(bulk=bulk, public_ids=public_ids)
            bulk_reschedules.remove_items(account=request.user, bulk=bulk, appointment_ids=keys)
    if not queries.has_items(bulk):
        return redirect("appointments:caseload")
    return redirect("appointments:bulk", public_id)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Confirm the reservations that the review showed, each by itself. Repeating it gives the same result."""
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
@require_safe
def show_result(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the confirmation numbers, and for the other appointments the reason and the next step."""
    bulk = queries.get_bulk_or_404(user=request.user, public_id=public_id)
    if bulk.finished_at is None:
        return redirect("appointments:bulk", public_id)
    view = build_bulk(queries.get_bulk_state(account=request.user, bulk=bulk))
    return render(request, "appointments/caseload/bulk/result.html", {"bulk": bulk, "view": view})


def _redirect_to_next_step(state: BulkState) -> HttpResponse:
    public_id = state.bulk.public_id
    if any(row.needs_reason for row in state.items):
        return redirect("appointments:bulk_reasons", public_id)
    for row in state.items:
        if row.needs_time and row.appointment is not None:
            return redirect("appointments:bulk_times", public_id, row.appointment.public_id)
    return redirect("appointments:bulk", public_id)


def _build_initial(state: BulkState) -> dict[str, str]:
    """Return the reasons given so far as initial values of the form."""
    initial = {}
    for row in state.items:
        if row.appointment is not None and row.draft is not None:
            initial[f"reason-{row.appointment.public_id}"] = row.draft.reason.code
            initial[f"explanation-{row.appointment.public_id}"] = row.draft.explanation
    return initial
