"""Review, confirm, extend and release a reservation, and show its receipt."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from appointments.booking import reservations
from appointments.booking.decisions import PastReschedules, decide_all, get_all_past_reschedules
from appointments.booking.queries import find_appointments_elsewhere
from appointments.booking.sites import list_site_hours
from appointments.models import Reschedule, Reservation, ReservedSeat
from appointments.notices.presenters.reschedules import build_place
from appointments.notices.presenters.site_facts import build_site_facts
from appointments.reschedule import queries, services
from appointments.reschedule.presenters.answers import build_views
from appointments.reschedule.presenters.journey import present_people, present_receipts, present_reservation
from appointments.reschedule.queries import Group
from appointments.reschedule.refusals import JourneyPage, refusals
from policy.queries import get_rules
from portal.foundation.clock import database_now
from portal.foundation.refusals import NextPage, Pages, go_to
from portal.foundation.safe_redirects import get_safe_next


@login_required
@require_safe
def review(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the current and new times while the seats are held; later the receipt or that the hold ended."""
    return _show_review(request, public_id, [], 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Reschedule everyone or no one. A repeated POST leads to the same receipt, GET to the review."""
    seats_held = queries.get_reservation_keys_or_404(user=request.user, public_id=public_id)
    if request.method != "POST":
        return redirect("appointments:review", public_id)
    group = _build_group(seats_held)
    pages: Pages = {
        NextPage.SAME: partial(_show_review, request, public_id),
        JourneyPage.RESERVATION: go_to("appointments:review", public_id),
        JourneyPage.REASON: go_to(group.reason_address),
        NextPage.GONE: go_to(group.answer_address),
        JourneyPage.ANSWER: go_to(group.answer_address),
    }
    if group.is_several:
        pages[JourneyPage.ANSWER] = partial(_show_ended, request, public_id)
    with refusals(group.appointments, pages) as refused:
        services.confirm_reservation(account=request.user, seats_held=seats_held)
        return redirect("appointments:reservation_receipt", public_id)
    return refused.respond()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Hold the seats longer, up to the ceiling."""
    seats_held = queries.get_reservation_keys_or_404(user=request.user, public_id=public_id)
    review_page = go_to("appointments:review", public_id)
    if request.method == "POST":
        with refusals([], {JourneyPage.RESERVATION: review_page}):
            reservations.extend(account=request.user, seats_held=seats_held)
    return review_page([], 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Release the seats and return to the times, or to the page in `next`."""
    seats_held = queries.get_reservation_keys_or_404(user=request.user, public_id=public_id)
    if request.method == "POST":
        reservations.release(account=request.user, seats_held=seats_held)
        if "next" in request.POST:
            messages.success(request, _("We released the time. Your appointment hasn’t changed."))
            return redirect(get_safe_next(request))
    return redirect(_build_group(seats_held).times_address)


@login_required
@require_safe
def show_receipt(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show each person's confirmation number, new and previous time, and the notice to print."""
    return _show_receipt(
        request, queries.get_reschedules_of_reservation_or_404(user=request.user, public_id=public_id)
    )


@login_required
@require_safe
def show_receipt_of_reschedule(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the same for one reschedule, including one that staff made."""
    return _show_receipt(request, queries.get_reschedule_or_404(user=request.user, public_id=public_id))


def _show_receipt(request: SignedInRequest, reschedules: Sequence[Reschedule]) -> HttpResponse:
    # Everyone of a reservation comes to one site.
    site = reschedules[0].to_appointment.slot.site
    context = {
        "receipts": present_receipts(
            reschedules, queries.list_notices(user=request.user, reschedules=reschedules)
        ),
        "case": reschedules[0].to_appointment.case,
        "statement": reschedules[0].statement,
        "site_facts": build_site_facts(site, list_site_hours(site), now=database_now()),
    }
    return render(request, "appointments/reschedule/receipt.html", context)


def _show_review(request: SignedInRequest, public_id: UUID, problems: list[str], status: int) -> HttpResponse:
    seats = queries.get_reservation_or_404(user=request.user, public_id=public_id)
    reservation = seats[0].reservation
    if reservation.state == Reservation.State.CONFIRMED:
        return redirect("appointments:reservation_receipt", public_id)
    rules = get_rules(form_type_ids=[])
    if not reservation.is_live(rules.now):
        return _show_ended(request, public_id, [], 410)
    group = _build_group(seats)
    drafts = queries.list_drafts(user=request.user, appointments=group.appointments)
    elsewhere = find_appointments_elsewhere(
        account=request.user, slots=[seat.slot for seat in seats], moving=group.appointments
    )
    context = {
        "reservation": reservation,
        "held": present_reservation(seats, past=_get_past(group), rules=rules),
        "group": group,
        "times": group.build_times_address(seats[0].slot),
        "draft": drafts[0] if drafts else None,
        "elsewhere": [build_place(row.slot) for row in elsewhere],
        "problems": problems,
    }
    return render(request, "appointments/reschedule/review.html", context, status=status)


def _show_ended(request: SignedInRequest, public_id: UUID, _problems: list[str], status: int) -> HttpResponse:
    """Show that no one was rescheduled, who can't and why, and a button to hold the time for the others."""
    seats = queries.get_reservation_or_404(user=request.user, public_id=public_id)
    group = _build_group(seats)
    decisions, rules = decide_all(group.appointments)
    people = present_people(build_views(group.appointments, decisions, rules))
    others = tuple(person.appointment for person in people.movable)
    context = {
        "held": present_reservation(seats, past=_get_past(group), rules=rules),
        "people": people,
        "group": group,
        "others": Group(others) if others else None,
        "times": Group(others).build_times_address(seats[0].slot) if others else "",
        "first": seats[0].slot,
    }
    return render(request, "appointments/reschedule/ended.html", context, status=status)


def _get_past(group: Group) -> dict[int, PastReschedules]:
    return get_all_past_reschedules(appointment.series for appointment in group.appointments)


def _build_group(seats: Sequence[ReservedSeat]) -> Group:
    return Group(tuple(seat.appointment for seat in seats))
