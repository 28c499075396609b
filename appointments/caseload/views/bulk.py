"""A sitting, page by page: a reason for each pick, a time for each, one review, one result."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import typed
from accounts.requests import SignedInRequest, for_representatives
from appointments.booking import queries
from appointments.caseload.forms import HeldForm, PicksForm, SittingReasonsForm
from appointments.models import Appointment, Sitting
from appointments.caseload.presenters.bulk import PickStory, SittingStory, tell_sitting
from appointments.caseload.services import bulk_reschedules as sittings
from appointments.booking.reschedules import GoodCause
from appointments.booking.errors import NotYours, Refused
from appointments.caseload.services.bulk_reschedules import PickNow, SittingNow
from appointments.reschedule.views.weeks import NotHeld, read_week, try_to_hold
from policy.models import GoodCauseReason


@for_representatives
@require_http_methods(["GET", "POST"])
def state_reasons(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One form for all reasons: one for all, and an own one for each pick that wants it."""
    sitting = queries.get_sitting(user=request.user, public_id=public_id)
    if sitting.finished_at is not None:
        return redirect("appointments:sitting_result", public_id)
    now = sittings.read_sitting(account=request.user, sitting=sitting)
    movable = [row.appointment for row in now.picks if row.appointment is not None and row.can_be_moved]
    if not movable:
        return redirect("appointments:sitting", public_id)
    form = SittingReasonsForm(
        request.POST if request.method == "POST" else None,
        people=[(row.public_id, row.chain.person.name) for row in movable],
        reasons=list(GoodCauseReason.objects.in_force()),
        initial=_given(now) | typed.recall(request),
    )
    if form.is_bound and form.is_valid():
        causes = [(row, GoodCause(*form.cause_of(row.public_id))) for row in movable]
        sittings.state_reasons(account=request.user, causes=causes)
        typed.forget(request)
        return redirect("appointments:sitting_go_on", public_id)
    story = tell_sitting(now)
    picks = [
        (told, form.fields_of(told.story.appointment.public_id))
        for told in story.picks
        if told.now.can_be_moved
    ]
    return render(
        request,
        "appointments/caseload/bulk/reasons.html",
        {"sitting": sitting, "story": story, "form": form, "picks": picks},
        status=422 if form.is_bound else 200,
    )


@for_representatives
@require_GET
def go_on(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Leads to what is still missing: a reason, then a time for the next pick, then the review."""
    sitting = queries.get_sitting(user=request.user, public_id=public_id)
    if sitting.finished_at is not None:
        return redirect("appointments:sitting_result", public_id)
    return _go_on(sittings.read_sitting(account=request.user, sitting=sitting))


@for_representatives
@require_http_methods(["GET", "POST"])
def choose_time(request: SignedInRequest, public_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Free times for one pick, beside the times that are held for the others. POST holds the picked one."""
    sitting = queries.get_sitting(user=request.user, public_id=public_id)
    if sitting.finished_at is not None:
        return redirect("appointments:sitting_result", public_id)
    if request.method == "POST":
        return _hold_picked(request, sitting, appointment_id)
    return _show_times(request, sitting, appointment_id)


def _hold_picked(request: SignedInRequest, sitting: Sitting, appointment_id: UUID) -> HttpResponse:
    picked = sitting.picks.filter(appointment__public_id=appointment_id)
    if not picked.exists():
        return redirect("appointments:sitting_go_on", sitting.public_id)
    appointment = (
        Appointment.objects.for_account(request.user)
        .select_related("chain__person")
        .filter(public_id=appointment_id)
        .first()
    )
    if appointment is None:
        return redirect("appointments:sitting", sitting.public_id)
    try:
        held = try_to_hold(request, appointment)
    except (Refused, NotYours):
        return redirect("appointments:sitting", sitting.public_id)
    if isinstance(held, NotHeld):
        return _show_times(request, sitting, appointment_id, problems=held.problems, status=held.status)
    return redirect("appointments:sitting_go_on", sitting.public_id)


def _show_times(
    request: SignedInRequest,
    sitting: Sitting,
    appointment_id: UUID,
    *,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    now = sittings.read_sitting(account=request.user, sitting=sitting)
    row = _find(now, appointment_id)
    if row is None or row.appointment is None or not row.can_be_moved:
        return redirect("appointments:sitting", sitting.public_id)
    if row.draft is None:
        return redirect("appointments:sitting_reasons", sitting.public_id)
    story = tell_sitting(now)
    current = next(told for told in story.picks if told.now is row)
    context = {
        "sitting": sitting,
        "story": story,
        "current": current,
        "number": now.picks.index(row) + 1,
        "next_one": _next_one(story, current),
        **read_week(request, row.appointment, now.rules),
        "problems": problems,
    }
    return render(request, "appointments/caseload/bulk/times.html", context, status=status)


@for_representatives
@require_GET
def review(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """All picks as they stand, and one button for those that can be moved now."""
    sitting = queries.get_sitting(user=request.user, public_id=public_id)
    if sitting.finished_at is not None:
        return redirect("appointments:sitting_result", public_id)
    story = tell_sitting(sittings.read_sitting(account=request.user, sitting=sitting))
    return render(request, "appointments/caseload/bulk/review.html", {"sitting": sitting, "story": story})


@for_representatives
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Keeps every held seat for another while, and returns to where the button was."""
    sitting = queries.get_sitting(user=request.user, public_id=public_id)
    if request.method == "POST" and sitting.finished_at is None:
        sittings.extend_all(account=request.user, sitting=sitting)
        back = PicksForm({"appointment": request.POST.getlist("back_to")})
        if back.is_valid():
            return redirect("appointments:sitting_times", public_id, back.cleaned_data["appointment"][0])
    return redirect("appointments:sitting", public_id)


@for_representatives
@require_http_methods(["GET", "POST"])
def put_back(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Takes picks out of the sitting and gives their seats back. Without any left: the caseload."""
    sitting = queries.get_sitting(user=request.user, public_id=public_id)
    if request.method == "POST" and sitting.finished_at is None:
        form = PicksForm({"appointment": request.POST.getlist("appointment")})
        picks = sitting.picks.all()
        if form.is_valid():
            picks = picks.filter(appointment__public_id__in=form.cleaned_data["appointment"])
        if form.is_valid() or "all" in request.POST:
            keys = list(picks.values_list("appointment_id", flat=True))
            sittings.put_back(account=request.user, sitting=sitting, appointment_ids=keys)
    if not sitting.picks.exists():
        return redirect("appointments:caseload")
    return redirect("appointments:sitting", public_id)


@for_representatives
@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Moves what the review showed as held, each by itself. Again, or twice at once: the same result."""
    sitting = queries.get_sitting(user=request.user, public_id=public_id)
    if request.method == "POST" and sitting.finished_at is None:
        form = HeldForm({"hold": request.POST.getlist("hold")})
        if not (form.is_valid() and form.cleaned_data["hold"]):
            return redirect("appointments:sitting", public_id)
        sittings.confirm_all(account=request.user, sitting=sitting, hold_ids=form.cleaned_data["hold"])
    return redirect("appointments:sitting_result", public_id)


@for_representatives
@require_GET
def show_result(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Which were moved, with their numbers, and which not, why, and what to do next."""
    sitting = queries.get_sitting(user=request.user, public_id=public_id)
    if sitting.finished_at is None:
        return redirect("appointments:sitting", public_id)
    story = tell_sitting(sittings.read_sitting(account=request.user, sitting=sitting))
    return render(request, "appointments/caseload/bulk/result.html", {"sitting": sitting, "story": story})


def _go_on(now: SittingNow) -> HttpResponse:
    public_id = now.sitting.public_id
    if any(row.wants_reason for row in now.picks):
        return redirect("appointments:sitting_reasons", public_id)
    for row in now.picks:
        if row.wants_time and row.appointment is not None:
            return redirect("appointments:sitting_times", public_id, row.appointment.public_id)
    return redirect("appointments:sitting", public_id)


def _find(now: SittingNow, appointment_id: UUID) -> PickNow | None:
    rows = (row for row in now.picks if row.appointment and row.appointment.public_id == appointment_id)
    return next(rows, None)


def _next_one(story: SittingStory, current: PickStory) -> PickStory | None:
    """The next pick after this one that wants a time, for whoever skips this one."""
    later = story.picks[story.picks.index(current) + 1 :]
    return next((told for told in later if told.now.wants_time), None)


def _given(now: SittingNow) -> dict[str, str]:
    """The reasons given so far."""
    given = {}
    for row in now.picks:
        if row.appointment is not None and row.draft is not None:
            given[f"reason-{row.appointment.public_id}"] = row.draft.reason.code
            given[f"explanation-{row.appointment.public_id}"] = row.draft.explanation
    return given
