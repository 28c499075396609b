"""Moving an appointment for a caller: reason, time, review, done. The service decides at the last step."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import typed
from appointments.booking.availability import find_week
from appointments.booking.decisions import decide_all
from appointments.booking.errors import NoteMissing, ReasonMissing, Refused, SeatRefused
from appointments.booking.queries import find_site, find_slot
from appointments.booking.reschedules import GoodCause
from appointments.models import Appointment, Reschedule, RescheduleDraft, Site, Slot
from appointments.notices.presenters.reschedules import build_place
from appointments.reschedule.forms import SearchForm
from appointments.reschedule.presenters.answers import build_views
from appointments.reschedule.presenters.times import build_near_sites, build_sites, build_week
from appointments.staff.admin.staff_case_context import StaffCaseContext
from appointments.staff.forms import CallForm, ReviewForm
from appointments.staff.presenters import calls
from appointments.staff.presenters.case_page import build_call
from appointments.staff.services import staff_call, staff_reschedule
from policy.queries import get_rules
from portal.foundation.site_time import in_site_zone


def state_reason(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """First step: why the caller cannot come, and a note. Kept until the move is made."""
    appointment = staff_case.find_appointment(appointment_id)
    staff_case.check_acting()
    preview = staff_call.preview_reschedule(appointment=appointment)
    if preview.blocking:
        return _already_rescheduled(staff_case, appointment) or staff_case.refuse(
            " ".join(calls.describe_what_forbids(preview, appointment))
        )
    draft = staff_call.find_note(actor=staff_case.user, appointment=appointment)
    form = CallForm(
        staff_case.request.POST or None, initial=_as_typed(draft) | typed.recall(staff_case.request)
    )
    if form.is_valid():
        try:
            staff_call.note_call(actor=staff_case.user, appointment=appointment, **form.cleaned_data)
        except Refused as refused:
            return _refuse(staff_case, appointment, refused)
        typed.forget(staff_case.request)
        return redirect("admin:case_call_times", staff_case.case.pk, appointment_id)
    [view] = build_views([appointment], *decide_all([appointment]))
    return staff_case.show(
        "call_reason.html",
        _("Move for a caller: the reason"),
        form=form,
        view=view,
        limit_reached=calls.describe_limit_reached(preview, appointment),
        status=422 if form.is_bound else 200,
    )


def choose_time(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Second step: the free times of a site on a day, as the public sees them."""
    appointment = staff_case.find_appointment(appointment_id)
    staff_case.check_acting()
    if staff_call.find_note(actor=staff_case.user, appointment=appointment) is None:
        return _already_rescheduled(staff_case, appointment) or _to("case_call", staff_case, appointment)
    return _show_times(staff_case, appointment)


def review(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Third step: old and new side by side, and what the move means. POST makes it."""
    appointment = staff_case.find_appointment(appointment_id)
    staff_case.check_acting()
    form = ReviewForm(
        staff_case.request.POST if staff_case.request.method == "POST" else staff_case.request.GET
    )
    slot = find_slot(public_id=form.cleaned_data["slot"]) if form.is_valid() else None
    draft = staff_call.find_note(actor=staff_case.user, appointment=appointment)
    if draft is None:
        return _already_rescheduled(staff_case, appointment, slot) or _to(
            "case_call", staff_case, appointment
        )
    if slot is None:
        return _show_times(staff_case, appointment, problems=[_("Choose a time.")], status=422)
    if staff_case.request.method == "POST":
        return _make_reschedule(staff_case, appointment, slot, draft, override=form.cleaned_data["override"])
    return _show_review(staff_case, appointment, slot, draft)


def show_reschedule(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Last step: the confirmation number to read out, and what was told to whom."""
    appointment = staff_case.find_appointment(appointment_id)
    reschedule = _reschedule_from(appointment)
    if reschedule is None:
        return staff_case.go_to_case()
    return staff_case.show(
        "call_done.html",
        _("The appointment is moved"),
        call=build_call(reschedule),
        notices=reschedule.notices.select_related("addressee").order_by("id"),
    )


def _make_reschedule(
    staff_case: StaffCaseContext,
    appointment: Appointment,
    slot: Slot,
    draft: RescheduleDraft,
    *,
    override: bool,
) -> HttpResponse:
    try:
        staff_reschedule.reschedule_for_caller(
            actor=staff_case.user,
            appointment=appointment,
            slot=slot,
            good_cause=GoodCause(reason=draft.reason, explanation=draft.explanation),
            note=draft.note,
            override=staff_reschedule.OVERRIDABLE if override else frozenset(),
        )
    except ReasonMissing:
        return _to(
            "case_call", staff_case, appointment, _("The reason is no longer offered. Choose another one.")
        )
    except NoteMissing:
        return _to(
            "case_call", staff_case, appointment, _("Write a note that says why a limit is set aside.")
        )
    except SeatRefused as refused:
        rules = get_rules(form_type_ids=[])
        problems = calls.describe_why_no_seat(refused, rules)
        return _show_times(staff_case, appointment, refused=slot, problems=problems, status=409)
    except Refused as refused:
        return _refuse(staff_case, appointment, refused, slot)
    return _to("case_call_done", staff_case, appointment)


def _refuse(
    staff_case: StaffCaseContext, appointment: Appointment, refused: Refused, slot: Slot | None = None
) -> HttpResponse:
    """The move that someone made meanwhile, or the page of the case, which says why nothing was done."""
    rules = get_rules(form_type_ids=[staff_case.case.form_type_id])
    why = " ".join(calls.describe_why_refused(refused, appointment, rules))
    return _already_rescheduled(staff_case, appointment, slot) or staff_case.refuse(why)


def _show_review(
    staff_case: StaffCaseContext, appointment: Appointment, slot: Slot, draft: RescheduleDraft
) -> HttpResponse:
    preview = staff_call.preview_reschedule(appointment=appointment, slot=slot)
    if preview.blocking:
        problems = calls.describe_what_forbids(preview, appointment)
        return _show_times(staff_case, appointment, refused=slot, problems=problems, status=409)
    needs_override = bool(preview.to_override)
    return staff_case.show(
        "call_review.html",
        _("Move for a caller: review"),
        appointment=appointment,
        slot=slot,
        draft=draft,
        old=build_place(appointment.slot),
        new=build_place(slot),
        counts=calls.describe_what_counts(preview),
        set_aside=calls.describe_what_is_set_aside(preview),
        can_confirm=not needs_override or (staff_case.may_override and bool(draft.note.strip())),
        needs_note=needs_override and staff_case.may_override and not draft.note.strip(),
    )


def _show_times(
    staff_case: StaffCaseContext,
    appointment: Appointment,
    *,
    refused: Slot | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Of the site and day in the address, or else of the slot that was refused."""
    search = SearchForm(_search_beside(refused) if refused else staff_case.request.GET)
    search.is_valid()
    present = appointment.slot.site
    site = find_site(public_id=search.cleaned_data.get("site"), present=present)
    beyond = staff_case.may_override and "beyond" in staff_case.request.GET
    week = find_week(
        site,
        appointment=appointment,
        rules=get_rules(form_type_ids=[]),
        monday=search.day_of_week,
        beyond_limits=beyond,
    )
    shown: dict[str, Any] = {
        "appointment": appointment,
        "week": build_week(week, search.cleaned_data.get("day")),
        "near": build_near_sites(site, present=present, mark=_("(the present site)")),
        "all_sites": lambda: build_sites(Site.objects.list_names()),
        "problems": problems or [],
        "beyond": beyond,
    }
    return staff_case.show("call_times.html", _("Move for a caller: the time"), status=status, **shown)


def _search_beside(slot: Slot) -> dict[str, Any]:
    return {"site": slot.site.public_id, "day": in_site_zone(slot.starts_at, slot.site.tz).date()}


def _already_rescheduled(
    staff_case: StaffCaseContext, appointment: Appointment, slot: Slot | None = None
) -> HttpResponse | None:
    """Where the move that was made is shown, whoever made it: a second click leads there too."""
    reschedule = _reschedule_from(appointment)
    if reschedule is None:
        return None
    said = calls.describe_rescheduled_meanwhile(reschedule, slot.pk) if slot else ""
    return _to("case_call_done", staff_case, appointment, said)


def _reschedule_from(appointment: Appointment) -> Reschedule | None:
    return (
        Reschedule.objects.filter(from_appointment=appointment)
        .select_related("from_appointment__slot__site", "to_appointment__slot__site")
        .select_related("actor", "statement__reason")
        .first()
    )


def _as_typed(draft: RescheduleDraft | None) -> dict[str, str]:
    if draft is None:
        return {}
    return {"reason": draft.reason.code, "explanation": draft.explanation, "note": draft.note}


def _to(page: str, staff_case: StaffCaseContext, appointment: Appointment, said: str = "") -> HttpResponse:
    if said:
        messages.warning(staff_case.request, said)
    return redirect(f"admin:{page}", staff_case.case.pk, appointment.public_id)
