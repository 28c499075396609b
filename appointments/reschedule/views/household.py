"""A household moves together: reason, time, review and receipt for everyone at once."""

import contextlib
from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Case
from accounts.requests import SignedInRequest
from appointments.booking import household as households
from appointments.booking import queries
from appointments.booking.availability import find_household_week
from appointments.booking.decisions import decide_all
from appointments.booking.errors import (
    HeldBySomeoneElse,
    HoldEnded,
    HouseholdRefused,
    NotYours,
    ReasonMissing,
    SeatRefused,
    TooManyHolds,
)
from appointments.models import Appointment, Hold, Notice, RescheduleDraft, Site
from appointments.reschedule.forms import ReasonForm, SearchForm, SelectHouseholdTimeForm
from appointments.reschedule.presenters.answers import build_views
from appointments.reschedule.presenters.household import (
    HouseholdView,
    build_held,
    build_household,
    build_rescheduled,
    explain_household_seat_refusal,
)
from appointments.reschedule.presenters.refusals import explain_hold_limit, explain_other_holder
from appointments.reschedule.presenters.times import build_household_week, build_near_sites, build_sites
from appointments.reschedule.views.reason import initial_of


@login_required
@require_http_methods(["GET", "POST"])
def state_reason(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Says who can be moved, who not and why, and asks one reason for all who can."""
    case = queries.get_household_case_or_404(user=request.user, public_id=public_id)
    view = _tell(case)
    form = ReasonForm(request.POST or None, initial=_initial(request, case, view))
    is_whole = _is_as_shown(request, view)
    if request.method == "POST" and is_whole and len(view.movable) > 1 and form.is_valid():
        try:
            households.state_reason(account=request.user, appointments=view.appointments, **form.cleaned_data)
        except (HouseholdRefused, NotYours):
            return redirect("appointments:household_reason", public_id)
        return redirect("appointments:household_times", public_id)
    changed = _("Who can be moved has changed since you opened this page. Check the list.")
    problems = [] if is_whole else [changed]
    return _show_start(request, case, view, form, problems=problems)


@login_required
@require_http_methods(["GET", "POST"])
def choose_time(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Times that seat everyone, on one day at one site. POST holds the picked one for all."""
    case = queries.get_household_case_or_404(user=request.user, public_id=public_id)
    view = _tell(case)
    if len(view.movable) < 2 or not _all_stated(request, view):
        return redirect("appointments:household_reason", public_id)
    if request.method == "POST":
        return _hold_selected(request, case, view)
    return _show_week(request, case, view)


def _hold_selected(request: SignedInRequest, case: Case, view: HouseholdView) -> HttpResponse:
    form = SelectHouseholdTimeForm(request.POST, people=[row.public_id for row in _scheduled(case)])
    if not form.is_valid():
        if "slot" not in form.errors:
            return redirect("appointments:household_reason", case.public_id)
        return _show_week(request, case, view, problems=[str(form.errors["slot"][0])], status=422)
    slot = queries.get_slot_or_404(public_id=form.cleaned_data["slot"])
    people = [row for row in _scheduled(case) if row.public_id in form.cleaned_data["people"]]
    try:
        held = households.take(account=request.user, appointments=people, first=slot)
    except (HouseholdRefused, NotYours):
        # That page says who cannot be moved, and why; or the door is shut.
        return redirect("appointments:household_reason", case.public_id)
    except (SeatRefused, HeldBySomeoneElse, TooManyHolds) as refused:
        problems, status = _explain(refused, view)
        return _show_week(request, case, view, problems=problems, status=status)
    return redirect("appointments:household_review", held[0].household)


def _explain(
    refused: SeatRefused | HeldBySomeoneElse | TooManyHolds, view: HouseholdView
) -> tuple[list[str], int]:
    if isinstance(refused, TooManyHolds):
        return [explain_hold_limit(refused)], 429
    if isinstance(refused, HeldBySomeoneElse):
        return [explain_other_holder(refused, view.appointments[0])], 409
    return [explain_household_seat_refusal(cause, view.rules) for cause in refused.causes], 409


@login_required
@require_GET
def review(request: SignedInRequest, household: UUID) -> HttpResponse:
    """Everyone's old and new time while the seats are held; else where those holds led."""
    return _show_review(request, queries.get_household_holds_or_404(user=request.user, household=household))


@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest, household: UUID) -> HttpResponse:
    """Moves everyone or nobody. Again, or twice at once: the same receipt."""
    holds = queries.get_household_holds_or_404(user=request.user, household=household)
    if request.method == "GET":
        return redirect("appointments:household_review", household)
    case = holds[0].appointment.series.person.case
    try:
        households.confirm(account=request.user, holds=holds)
    except (HoldEnded, NotYours):
        return redirect("appointments:household_review", household)
    except HouseholdRefused:
        holds = queries.get_household_holds_or_404(user=request.user, household=household)
        return _show_ended(request, holds, status=409)
    except ReasonMissing:
        return redirect("appointments:household_reason", case.public_id)
    except SeatRefused as refused:
        rules = decide_all([holds[0].appointment])[1]
        problems = [explain_household_seat_refusal(cause, rules) for cause in refused.causes]
        return _show_review(request, holds, problems=problems, status=409)
    return redirect("appointments:household_receipt", household)


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, household: UUID) -> HttpResponse:
    """Keeps all seats for another while, up to the ceiling."""
    holds = queries.get_household_holds_or_404(user=request.user, household=household)
    if request.method == "POST":
        # Where one was lost, the review page says so and offers the time again.
        with contextlib.suppress(HoldEnded):
            households.extend(account=request.user, holds=holds)
    return redirect("appointments:household_review", household)


@login_required
@require_http_methods(["GET", "POST"])
def release(request: SignedInRequest, household: UUID) -> HttpResponse:
    """Gives all seats back and returns to the times."""
    holds = queries.get_household_holds_or_404(user=request.user, household=household)
    if request.method == "POST":
        households.release(account=request.user, holds=holds)
    return redirect("appointments:household_times", holds[0].appointment.series.person.case.public_id)


@login_required
@require_GET
def receipt(request: SignedInRequest, household: UUID) -> HttpResponse:
    """Everyone's confirmation number, old and new time, and the notices to print."""
    reschedules = queries.get_household_reschedules_or_404(user=request.user, household=household)
    notices = list(Notice.objects.for_account(request.user).filter(reschedule__in=reschedules))
    context = {
        "rescheduled": build_rescheduled(reschedules, notices),
        "statement": reschedules[0].statement,
        "case": reschedules[0].to_appointment.series.person.case,
    }
    return render(request, "appointments/reschedule/household/receipt.html", context)


def _tell(case: Case) -> HouseholdView:
    return build_household(_scheduled(case))


def _scheduled(case: Case) -> list[Appointment]:
    """Everyone's standing appointment. The case came through its door."""
    scheduled = Appointment.objects.filter(series__person__case=case, status=Appointment.Status.SCHEDULED)
    return list(scheduled.with_display_relations().order_by("series__person_id"))


def _is_as_shown(request: SignedInRequest, view: HouseholdView) -> bool:
    """Whether those who can be moved now are just those whom the page named when it was drawn."""
    shown = set(request.POST.getlist("people"))
    return request.method == "GET" or shown == {str(row.public_id) for row in view.appointments}


def _all_stated(request: SignedInRequest, view: HouseholdView) -> bool:
    drafts = RescheduleDraft.objects.filter(account=request.user, appointment__in=view.appointments)
    return drafts.count() == len(view.movable)


def _initial(request: SignedInRequest, case: Case, view: HouseholdView) -> dict[str, str]:
    drafts = RescheduleDraft.objects.select_related("reason").filter(
        account=request.user, appointment__in=view.appointments
    )
    return initial_of(drafts.order_by("-updated_at").first())


def _show_start(
    request: SignedInRequest, case: Case, view: HouseholdView, form: ReasonForm, *, problems: list[str]
) -> HttpResponse:
    status = 409 if problems else 422 if form.is_bound and form.errors else 200
    # Nobody alone moves together: then no form is drawn, and none is kept.
    context = {"case": case, "view": view, "problems": problems}
    if len(view.movable) > 1:
        context["form"] = form
    return render(request, "appointments/reschedule/household/reason.html", context, status=status)


def _show_week(
    request: SignedInRequest,
    case: Case,
    view: HouseholdView,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    search = SearchForm(request.POST if request.method == "POST" else request.GET)
    search.is_valid()
    present = view.appointments[0].slot.site
    site = queries.find_site(public_id=search.cleaned_data.get("site"), present=present)
    week = find_household_week(
        site, appointments=view.appointments, rules=view.rules, monday=search.day_of_week
    )
    context = {
        "case": case,
        "people": view.movable,
        "refused": view.refused,
        "week": build_household_week(week, search.cleaned_data.get("day")),
        "near": build_near_sites(site, present=present, mark=_("(your present site)")),
        "all_sites": lambda: build_sites(Site.objects.list_names()),
        "problems": problems or [],
    }
    return render(request, "appointments/reschedule/household/times.html", context, status=status)


def _show_review(
    request: SignedInRequest,
    holds: Sequence[Hold],
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    held = build_held(holds)
    if held.is_confirmed:
        return redirect("appointments:household_receipt", holds[0].household)
    if not held.is_live:
        return _show_ended(request, holds, status=410)
    drafts = RescheduleDraft.objects.select_related("reason").filter(
        account=request.user, appointment=holds[0].appointment
    )
    context = {
        "household": holds[0].household,
        "case": holds[0].appointment.series.person.case,
        "held": held,
        "draft": drafts.first(),
        "problems": problems or [],
    }
    return render(request, "appointments/reschedule/household/review.html", context, status=status)


def _show_ended(request: SignedInRequest, holds: Sequence[Hold], *, status: int) -> HttpResponse:
    """Nobody was moved: who cannot be, and why; and one click to try the same time for all others."""
    appointments = [hold.appointment for hold in holds]
    views = build_views(appointments, *decide_all(appointments))
    context = {
        "case": appointments[0].series.person.case,
        "held": build_held(holds),
        "first": holds[0].slot,
        "others": [view for view in views if view.answer.is_allowed],
        "refused": [view for view in views if not view.answer.is_allowed],
    }
    return render(request, "appointments/reschedule/household/ended.html", context, status=status)
