"""Moving an appointment for a caller: reason, time, review, done. The service decides at the last step."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import typed
from appointments.booking.queries import find_site, find_slot
from appointments.staff.admin.staff_case_context import Desk
from appointments.staff.forms import CallForm, ReviewForm
from appointments.booking.availability import find_week
from appointments.reschedule.forms import SearchForm
from appointments.models import Appointment, Move, RescheduleDraft, Site, Slot
from appointments.staff.presenters import calls
from appointments.reschedule.presenters.answers import tell_stories
from appointments.staff.presenters.case_page import tell_call
from appointments.notices.presenters.reschedules import tell_place
from appointments.reschedule.presenters.times import tell_near_sites, tell_sites, tell_week
from appointments.staff.services import staff_call, staff_reschedule
from appointments.booking.reschedules import GoodCause
from appointments.booking.decisions import decide_all
from appointments.booking.errors import NoteMissing, ReasonMissing, Refused, SeatRefused
from portal.foundation.site_time import in_site_zone
from policy.services.rules import read_rules


def state_reason(desk: Desk, appointment_id: UUID) -> HttpResponse:
    """First step: why the caller cannot come, and a note. Kept until the move is made."""
    appointment = desk.find_appointment(appointment_id)
    desk.prove_acting()
    prospect = staff_call.foresee(appointment=appointment)
    if prospect.never:
        return _already_moved(desk, appointment) or desk.refuse(
            " ".join(calls.say_what_forbids(prospect, appointment))
        )
    draft = staff_call.find_note(actor=desk.user, appointment=appointment)
    form = CallForm(desk.request.POST or None, initial=_as_typed(draft) | typed.recall(desk.request))
    if form.is_valid():
        try:
            staff_call.note_call(actor=desk.user, appointment=appointment, **form.cleaned_data)
        except Refused as refused:
            return _refuse(desk, appointment, refused)
        typed.forget(desk.request)
        return redirect("admin:case_call_times", desk.case.pk, appointment_id)
    [story] = tell_stories([appointment], *decide_all([appointment]))
    return desk.show(
        "call_reason.html",
        _("Move for a caller: the reason"),
        form=form,
        story=story,
        limit_reached=calls.say_limit_reached(prospect, appointment),
        status=422 if form.is_bound else 200,
    )


def choose_time(desk: Desk, appointment_id: UUID) -> HttpResponse:
    """Second step: the free times of a site on a day, as the public sees them."""
    appointment = desk.find_appointment(appointment_id)
    desk.prove_acting()
    if staff_call.find_note(actor=desk.user, appointment=appointment) is None:
        return _already_moved(desk, appointment) or _to("case_call", desk, appointment)
    return _show_times(desk, appointment)


def review(desk: Desk, appointment_id: UUID) -> HttpResponse:
    """Third step: old and new side by side, and what the move means. POST makes it."""
    appointment = desk.find_appointment(appointment_id)
    desk.prove_acting()
    form = ReviewForm(desk.request.POST if desk.request.method == "POST" else desk.request.GET)
    slot = find_slot(public_id=form.cleaned_data["slot"]) if form.is_valid() else None
    draft = staff_call.find_note(actor=desk.user, appointment=appointment)
    if draft is None:
        return _already_moved(desk, appointment, slot) or _to("case_call", desk, appointment)
    if slot is None:
        return _show_times(desk, appointment, problems=[_("Choose a time.")], status=422)
    if desk.request.method == "POST":
        return _make_move(desk, appointment, slot, draft, override=form.cleaned_data["override"])
    return _show_review(desk, appointment, slot, draft)


def show_move(desk: Desk, appointment_id: UUID) -> HttpResponse:
    """Last step: the confirmation number to read out, and what was told to whom."""
    appointment = desk.find_appointment(appointment_id)
    move = _move_from(appointment)
    if move is None:
        return desk.go_to_case()
    return desk.show(
        "call_done.html",
        _("The appointment is moved"),
        call=tell_call(move),
        notices=move.notices.select_related("addressee").order_by("id"),
    )


def _make_move(
    desk: Desk, appointment: Appointment, slot: Slot, draft: RescheduleDraft, *, override: bool
) -> HttpResponse:
    try:
        staff_reschedule.move_for_caller(
            actor=desk.user,
            appointment=appointment,
            slot=slot,
            good_cause=GoodCause(reason=draft.reason, explanation=draft.explanation),
            note=draft.note,
            override=staff_reschedule.OVERRIDABLE if override else frozenset(),
        )
    except ReasonMissing:
        return _to("case_call", desk, appointment, _("The reason is no longer offered. Choose another one."))
    except NoteMissing:
        return _to("case_call", desk, appointment, _("Write a note that says why a limit is set aside."))
    except SeatRefused as refused:
        rules = read_rules(form_type_ids=[])
        problems = calls.say_why_no_seat(refused, rules)
        return _show_times(desk, appointment, refused=slot, problems=problems, status=409)
    except Refused as refused:
        return _refuse(desk, appointment, refused, slot)
    return _to("case_call_done", desk, appointment)


def _refuse(desk: Desk, appointment: Appointment, refused: Refused, slot: Slot | None = None) -> HttpResponse:
    """The move that someone made meanwhile, or the page of the case, which says why nothing was done."""
    rules = read_rules(form_type_ids=[desk.case.form_type_id])
    why = " ".join(calls.say_why_refused(refused, appointment, rules))
    return _already_moved(desk, appointment, slot) or desk.refuse(why)


def _show_review(desk: Desk, appointment: Appointment, slot: Slot, draft: RescheduleDraft) -> HttpResponse:
    prospect = staff_call.foresee(appointment=appointment, slot=slot)
    if prospect.never:
        problems = calls.say_what_forbids(prospect, appointment)
        return _show_times(desk, appointment, refused=slot, problems=problems, status=409)
    needs_override = bool(prospect.to_override)
    return desk.show(
        "call_review.html",
        _("Move for a caller: review"),
        appointment=appointment,
        slot=slot,
        draft=draft,
        old=tell_place(appointment.slot),
        new=tell_place(slot),
        counts=calls.say_what_counts(prospect),
        set_aside=calls.say_what_is_set_aside(prospect),
        can_confirm=not needs_override or (desk.may_override and bool(draft.note.strip())),
        needs_note=needs_override and desk.may_override and not draft.note.strip(),
    )


def _show_times(
    desk: Desk,
    appointment: Appointment,
    *,
    refused: Slot | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Of the site and day in the address, or else of the slot that was refused."""
    search = SearchForm(_search_beside(refused) if refused else desk.request.GET)
    search.is_valid()
    present = appointment.slot.site
    site = find_site(public_id=search.cleaned_data.get("site"), present=present)
    beyond = desk.may_override and "beyond" in desk.request.GET
    week = find_week(
        site,
        appointment=appointment,
        rules=read_rules(form_type_ids=[]),
        monday=search.day_of_week,
        beyond_limits=beyond,
    )
    shown: dict[str, Any] = {
        "appointment": appointment,
        "week": tell_week(week, search.cleaned_data.get("day")),
        "near": tell_near_sites(site, present=present, mark=_("(the present site)")),
        "all_sites": lambda: tell_sites(Site.objects.list_names()),
        "problems": problems or [],
        "beyond": beyond,
    }
    return desk.show("call_times.html", _("Move for a caller: the time"), status=status, **shown)


def _search_beside(slot: Slot) -> dict[str, Any]:
    return {"site": slot.site.public_id, "day": in_site_zone(slot.starts_at, slot.site.tz).date()}


def _already_moved(desk: Desk, appointment: Appointment, slot: Slot | None = None) -> HttpResponse | None:
    """Where the move that was made is shown, whoever made it: a second click leads there too."""
    move = _move_from(appointment)
    if move is None:
        return None
    said = calls.say_moved_meanwhile(move, slot.pk) if slot else ""
    return _to("case_call_done", desk, appointment, said)


def _move_from(appointment: Appointment) -> Move | None:
    return (
        Move.objects.filter(from_appointment=appointment)
        .select_related("from_appointment__slot__site", "to_appointment__slot__site")
        .select_related("actor", "statement__reason")
        .first()
    )


def _as_typed(draft: RescheduleDraft | None) -> dict[str, str]:
    if draft is None:
        return {}
    return {"reason": draft.reason.code, "explanation": draft.explanation, "note": draft.note}


def _to(page: str, desk: Desk, appointment: Appointment, said: str = "") -> HttpResponse:
    if said:
        messages.warning(desk.request, said)
    return redirect(f"admin:{page}", desk.case.pk, appointment.public_id)
