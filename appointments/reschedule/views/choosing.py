"""Choose the people to reschedule, state the reason, and choose a time, which is then held."""

from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from appointments.booking.decisions import decide_all
from appointments.models import ReservedSeat
from appointments.reschedule import queries, services
from appointments.reschedule.forms import ReasonForm, SelectTimeForm, read_public_ids
from appointments.reschedule.presenters.answers import build_views
from appointments.reschedule.presenters.journey import describe_short_deadline, present_people
from appointments.reschedule.queries import WITH, Group
from appointments.reschedule.refusals import JourneyPage, refusals
from appointments.reschedule.views.times import hold_selected, read_times
from policy.queries import RulesInForce
from portal.foundation.refusals import NextPage, Pages, go_to


@login_required
@require_safe
def choose_people(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show who on a case can reschedule, and who can't and why; continue with the selected people."""
    case = queries.get_adoption_case_or_404(user=request.user, public_id=public_id)
    scheduled = queries.list_scheduled(case)
    people = present_people(build_views(scheduled, *decide_all(scheduled)))
    problems = []
    if "choose" in request.GET:
        wanted = set(request.GET.getlist(WITH))
        movable = [person.appointment for person in people.movable]
        chosen = [row for row in movable if str(row.public_id) in wanted]
        if chosen:
            return redirect(Group(tuple(chosen)).reason_address)
        problems = [_("Select at least one person.")]
    context = {"case": case, "people": people, "problems": problems}
    return render(request, "appointments/reschedule/people.html", context, status=422 if problems else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def state_reason(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ask why these people can't come, and save the reason."""
    group = _get_group(request, public_id)
    decisions, rules = decide_all(group.appointments)
    movable = [row for row in group.appointments if decisions[row.pk].is_allowed]
    form = ReasonForm(request.POST or None, initial=_build_initial(request, group))
    if request.method == "POST" and form.is_valid():
        with refusals(group.appointments, _build_pages(group)) as refused:
            # The next page names the people who can no longer reschedule. Save the reason of the others.
            services.state_reason(
                account=request.user, appointments=movable or group.appointments, **form.cleaned_data
            )
            return _go_on_from_reason(request, group, rules)
        return refused.respond()
    if len(movable) < len(group.appointments):
        return redirect(group.answer_address)
    context = {
        "form": form,
        "group": group,
        "people": build_views(group.appointments, decisions, rules),
    }
    status = 422 if form.is_bound else 200
    return render(request, "appointments/reschedule/reason.html", context, status=status)


def _go_on_from_reason(request: SignedInRequest, group: Group, rules: RulesInForce) -> HttpResponse:
    """Return to the review of a hold that is still live, or else continue with the times."""
    held = _list_live_seats(request, group, rules)
    if held:
        return redirect("appointments:review", held[0].reservation.public_id)
    return redirect(group.times_address)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_time(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show a calendar of one site, and the times of one day that seat everyone. POST holds one of them."""
    if request.method != "POST":
        return _show_times(request, public_id, [], 200)
    form = SelectTimeForm(request.POST)
    if not form.is_valid():
        return _show_times(request, public_id, [str(form.errors["slot"][0])], 422)
    group = queries.get_group_keys_or_404(
        user=request.user, public_id=public_id, others=read_public_ids(request.GET)
    )
    pages = _build_pages(group) | {NextPage.SAME: partial(_show_times, request, public_id)}
    with refusals(group.appointments, pages) as refused:
        [seat, *_others] = hold_selected(request, group.appointments, form)
        return redirect("appointments:review", seat.reservation.public_id)
    return refused.respond()


def _show_times(request: SignedInRequest, public_id: UUID, problems: list[str], status: int) -> HttpResponse:
    group = _get_group(request, public_id)
    decisions, rules = decide_all(group.appointments)
    if not all(decision.is_allowed for decision in decisions.values()):
        return redirect(group.answer_address)
    drafts = queries.list_drafts(user=request.user, appointments=group.appointments)
    if len(drafts) < len(group.appointments):
        return redirect(group.reason_address)
    held = _list_live_seats(request, group, rules)
    context = {
        "group": group,
        "people": build_views(group.appointments, decisions, rules),
        "has_hold": bool(held),
        "deadline": describe_short_deadline(group.appointments, rules),
        "problems": problems,
        "sites_path": reverse("appointments:sites", args=[public_id]),
        **read_times(request.GET, group.appointments, rules, further=group.fields, held=held),
    }
    return render(request, "appointments/reschedule/times.html", context, status=status)


def _list_live_seats(request: SignedInRequest, group: Group, rules: RulesInForce) -> list[ReservedSeat]:
    return queries.list_live_seats(user=request.user, appointments=group.appointments, now=rules.now)


def _get_group(request: SignedInRequest, public_id: UUID) -> Group:
    others = read_public_ids(request.GET)
    return queries.get_group_or_404(user=request.user, public_id=public_id, others=others)


def _build_pages(group: Group) -> Pages:
    answer_page = go_to(group.answer_address)
    return {JourneyPage.ANSWER: answer_page, NextPage.GONE: answer_page}


def _build_initial(request: SignedInRequest, group: Group) -> dict[str, str]:
    drafts = queries.list_drafts(user=request.user, appointments=group.appointments)
    return {"reason": drafts[0].reason.code, "explanation": drafts[0].explanation} if drafts else {}
