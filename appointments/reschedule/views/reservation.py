"""A reservation: review it, confirm it, keep it longer, give it back. And the receipt."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from appointments.booking import reservations
from appointments.booking.decisions import decide_all
from appointments.models import Reschedule, Reservation, ReservedSeat
from appointments.reschedule import queries, services
from appointments.reschedule.presenters.answers import build_views
from appointments.reschedule.presenters.journey import present_people, present_receipts, present_reservation
from appointments.reschedule.queries import Group
from appointments.reschedule.refusals import NextPage, Page, go_to, refusals
from portal.foundation.clock import database_now


@login_required
@require_GET
def review(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show everyone's old and new time while the seats are held; else where the reservation led."""
    return _show_review(request, public_id, [], 200)


@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Move everyone or no one. Again, or twice at once: the same receipt. GET: the review."""
    seats_held = queries.get_reservation_to_act(user=request.user, public_id=public_id)
    if request.method == "GET":
        return redirect("appointments:review", public_id)
    group = _group_of(seats_held)
    pages: dict[NextPage, Page] = {
        NextPage.SAME: partial(_show_review, request, public_id),
        NextPage.RESERVATION: go_to("appointments:review", public_id),
        NextPage.REASON: go_to(group.reason_address),
        NextPage.GONE: go_to(group.answer_address),
        NextPage.ANSWER: go_to(group.answer_address),
    }
    if group.is_several:
        pages[NextPage.ANSWER] = partial(_show_ended, request, public_id)
    with refusals(group.appointments, pages) as refused:
        services.confirm_reservation(account=request.user, seats_held=seats_held)
        return redirect("appointments:reservation_receipt", public_id)
    return refused.respond()


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Keep the seats for another while, up to the ceiling."""
    seats_held = queries.get_reservation_to_act(user=request.user, public_id=public_id)
    review_page = go_to("appointments:review", public_id)
    if request.method == "POST":
        with refusals([], {NextPage.RESERVATION: review_page}):
            reservations.extend(account=request.user, seats_held=seats_held)
    return review_page([], 200)


@login_required
@require_http_methods(["GET", "POST"])
def release(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Give the seats back and return to the times."""
    seats_held = queries.get_reservation_to_act(user=request.user, public_id=public_id)
    if request.method == "POST":
        reservations.release(account=request.user, seats_held=seats_held)
    return redirect(_group_of(seats_held).times_address)


@login_required
@require_GET
def show_receipt(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show everyone's confirmation number, old and new time, and the notice to print."""
    return _show_receipt(
        request, queries.get_reschedules_of_reservation(user=request.user, public_id=public_id)
    )


@login_required
@require_GET
def show_receipt_of_reschedule(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the same for one move, also one that staff made."""
    return _show_receipt(request, queries.get_reschedule_or_404(user=request.user, public_id=public_id))


def _show_receipt(request: SignedInRequest, reschedules: Sequence[Reschedule]) -> HttpResponse:
    context = {
        "receipts": present_receipts(
            reschedules, queries.list_notices(user=request.user, reschedules=reschedules)
        ),
        "case": reschedules[0].to_appointment.series.person.case,
        "statement": reschedules[0].statement,
    }
    return render(request, "appointments/reschedule/receipt.html", context)


def _show_review(request: SignedInRequest, public_id: UUID, problems: list[str], status: int) -> HttpResponse:
    seats = queries.get_reservation(user=request.user, public_id=public_id)
    reservation = seats[0].reservation
    if reservation.state == Reservation.State.CONFIRMED:
        return redirect("appointments:reservation_receipt", public_id)
    now = database_now()
    if not reservation.is_live(now):
        return _show_ended(request, public_id, [], 410)
    group = _group_of(seats)
    drafts = queries.list_drafts(user=request.user, appointments=group.appointments)
    context = {
        "reservation": reservation,
        "held": present_reservation(seats, now=now),
        "group": group,
        "draft": drafts[0] if drafts else None,
        "problems": problems,
    }
    return render(request, "appointments/reschedule/review.html", context, status=status)


def _show_ended(request: SignedInRequest, public_id: UUID, _problems: list[str], status: int) -> HttpResponse:
    """No one was moved: who cannot be, and why; and one click to try the same time for all others."""
    seats = queries.get_reservation(user=request.user, public_id=public_id)
    group = _group_of(seats)
    decisions, rules = decide_all(group.appointments)
    people = present_people(build_views(group.appointments, decisions, rules))
    others = tuple(person.appointment for person in people.movable)
    context = {
        "held": present_reservation(seats, now=rules.now),
        "people": people,
        "group": group,
        "others": Group(others) if others else None,
        "first": seats[0].slot,
    }
    return render(request, "appointments/reschedule/ended.html", context, status=status)


def _group_of(seats: Sequence[ReservedSeat]) -> Group:
    return Group(tuple(seat.appointment for seat in seats))
