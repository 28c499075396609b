"""Reschedule for a caller in four steps: reason, time, review, done. The service decides at the third."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.booking.decisions import decide_all
from appointments.booking.queries import find_slot
from appointments.booking.reschedules import GoodCause
from appointments.models import Appointment, RescheduleDraft, Slot
from appointments.notices.presenters.reschedules import build_place
from appointments.reschedule.presenters.answers import build_views
from appointments.reschedule.presenters.calendar import describe_review
from appointments.reschedule.refusals import JourneyPage, refusals
from appointments.reschedule.views.sites import read_sites
from appointments.reschedule.views.times import read_times
from appointments.staff.facts import OVERRIDABLE
from appointments.staff.forms import CallForm, ReviewForm
from appointments.staff.presenters import calls as presenter
from appointments.staff.presenters.cases import build_staff_reschedule_view
from appointments.staff.queries import calls as queries
from appointments.staff.services import staff_call, staff_reschedule
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view
from policy.queries import get_rules
from portal.foundation.refusals import NextPage, Pages
from portal.foundation.site_time import in_site_zone

# The parameter that shows times outside the limits for the public.
BEYOND_LIMITS = (("beyond", "1"),)


@staff_case_view
def enter_reason(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Show the first step: why the caller cannot come, and a note. POST saves both for this officer."""
    appointment = staff_case.get_appointment_or_404(appointment_id)
    staff_case.check_can_act()
    preview = queries.get_preview(appointment=appointment)
    if preview.blocking:
        reason = " ".join(presenter.describe_blocking(preview, appointment))
        return _redirect_to_reschedule(staff_case, appointment) or staff_case.redirect_unchanged(reason)
    draft = queries.find_call_note(actor=staff_case.user, appointment=appointment)
    form = CallForm(staff_case.request.POST or None, initial=_get_initial(draft))
    if form.is_valid():
        pages: Pages = {JourneyPage.ANSWER: partial(_redirect_refused, staff_case, appointment, None)}
        with refusals([appointment], pages) as refused:
            staff_call.note_call(actor=staff_case.user, appointment=appointment, **form.cleaned_data)
            return _redirect("case_call_times", staff_case, appointment)
        return refused.respond()
    [view] = build_views([appointment], *decide_all([appointment]))
    return staff_case.render(
        "call_reason.html",
        _("Reschedule for caller: reason"),
        form=form,
        view=view,
        limit_reached=presenter.describe_limit_reached(preview, appointment),
        status=422 if form.is_bound else 200,
    )


@staff_case_view
def choose_time(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Show the second step: the free times of a site on a day, as the public sees them."""
    appointment = staff_case.get_appointment_or_404(appointment_id)
    staff_case.check_can_act()
    if queries.find_call_note(actor=staff_case.user, appointment=appointment) is None:
        return _redirect_to_first_step(staff_case, appointment)
    return _render_times(staff_case, appointment)


@staff_case_view
def choose_site(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Show the sites near the current one or the caller's ZIP Code, each with its first time."""
    appointment = staff_case.get_appointment_or_404(appointment_id)
    staff_case.check_can_act()
    if queries.find_call_note(actor=staff_case.user, appointment=appointment) is None:
        return _redirect_to_first_step(staff_case, appointment)
    context = read_sites(
        staff_case.request.GET,
        [appointment],
        get_rules(form_type_ids=[]),
        times_path=reverse("admin:case_call_times", args=[staff_case.case.pk, appointment.public_id]),
        beyond_limits=_is_beyond_limits(staff_case),
    )
    return staff_case.render(
        "call_sites.html",
        _("Reschedule for caller: site"),
        status=422 if context["form"].errors else 200,
        appointment=appointment,
        **context,
    )


@staff_case_view
def review(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Show the third step: both appointments, and what the reschedule means. POST makes it."""
    appointment = staff_case.get_appointment_or_404(appointment_id)
    staff_case.check_can_act()
    is_post = staff_case.request.method == "POST"
    form = ReviewForm(staff_case.request.POST if is_post else staff_case.request.GET)
    slot = find_slot(public_id=form.cleaned_data["slot"]) if form.is_valid() else None
    draft = queries.find_call_note(actor=staff_case.user, appointment=appointment)
    if draft is None:
        return _redirect_to_first_step(staff_case, appointment, slot)
    if slot is None:
        return _render_times(staff_case, appointment, [_("Choose a time.")], 422)
    if is_post:
        return _reschedule(staff_case, appointment, slot, draft, override=form.cleaned_data["override"])
    return _render_review(staff_case, appointment, slot, draft)


@staff_case_view
def show_reschedule(staff_case: StaffCaseContext, appointment_id: UUID) -> HttpResponse:
    """Show the last step: the confirmation number to read out, and who was notified."""
    appointment = staff_case.get_appointment_or_404(appointment_id)
    reschedule = queries.find_reschedule_from(appointment)
    if reschedule is None:
        return staff_case.redirect_to_case()
    return staff_case.render(
        "call_done.html",
        _("Appointment rescheduled"),
        call=build_staff_reschedule_view(reschedule),
        notices=queries.list_notices_of(reschedule),
    )


def _reschedule(
    staff_case: StaffCaseContext,
    appointment: Appointment,
    slot: Slot,
    draft: RescheduleDraft,
    *,
    override: bool,
) -> HttpResponse:
    pages: Pages = {
        JourneyPage.REASON: partial(_redirect_to_reason, staff_case, appointment),
        NextPage.SAME: partial(_render_times, staff_case, appointment, refused=slot),
        JourneyPage.ANSWER: partial(_redirect_refused, staff_case, appointment, slot),
    }
    with refusals([appointment], pages) as refused:
        staff_reschedule.reschedule_for_caller(
            actor=staff_case.user,
            appointment=appointment,
            slot=slot,
            good_cause=GoodCause(reason=draft.reason, explanation=draft.explanation),
            note=draft.note,
            override=OVERRIDABLE if override else frozenset(),
        )
        return _redirect("case_call_done", staff_case, appointment)
    return refused.respond()


def _render_review(
    staff_case: StaffCaseContext, appointment: Appointment, slot: Slot, draft: RescheduleDraft
) -> HttpResponse:
    preview = queries.get_preview(appointment=appointment, slot=slot)
    if preview.blocking:
        problems = presenter.describe_blocking(preview, appointment)
        return _render_times(staff_case, appointment, problems, 409, refused=slot)
    needs_override, has_note = bool(preview.to_override), bool(draft.note.strip())
    return staff_case.render(
        "call_review.html",
        _("Reschedule for caller: review"),
        appointment=appointment,
        slot=slot,
        draft=draft,
        old=build_place(appointment.slot),
        new=build_place(slot),
        count=presenter.describe_count(preview),
        overridden=presenter.describe_overridden(preview),
        can_confirm=not needs_override or (staff_case.can_override and has_note),
        needs_note=needs_override and staff_case.can_override and not has_note,
    )


def _render_times(
    staff_case: StaffCaseContext,
    appointment: Appointment,
    problems: Sequence[str] = (),
    status: int = 200,
    *,
    refused: Slot | None = None,
) -> HttpResponse:
    """Show the times of the site and day in the address, or near the slot that was refused."""
    beyond = _is_beyond_limits(staff_case)
    shown = read_times(
        _get_search_near(refused) if refused else staff_case.request.GET,
        [appointment],
        get_rules(form_type_ids=[]),
        further=BEYOND_LIMITS if beyond else (),
        path=reverse("admin:case_call_times", args=[staff_case.case.pk, appointment.public_id]),
        beyond_limits=beyond,
        describe=describe_review,
    )
    search = shown["times"].search
    others = tuple(field for field in search.further if field not in BEYOND_LIMITS)
    other_limits = replace(search, further=others if beyond else (*BEYOND_LIMITS, *others))
    return staff_case.render(
        "call_times.html",
        _("Reschedule for caller: time"),
        status=status,
        appointment=appointment,
        current=build_place(appointment.slot),
        problems=problems,
        beyond=beyond,
        sites_path=reverse("admin:case_call_sites", args=[staff_case.case.pk, appointment.public_id]),
        other_limits_address=other_limits.build_address(),
        **shown,
    )


def _is_beyond_limits(staff_case: StaffCaseContext) -> bool:
    return staff_case.can_override and "beyond" in staff_case.request.GET


def _get_search_near(slot: Slot) -> dict[str, Any]:
    return {"site": slot.site.public_id, "day": in_site_zone(slot.starts_at, slot.site.tz).date()}


def _get_initial(draft: RescheduleDraft | None) -> dict[str, str]:
    if draft is None:
        return {}
    return {"reason": draft.reason.code, "explanation": draft.explanation, "note": draft.note}


def _redirect_to_reason(
    staff_case: StaffCaseContext, appointment: Appointment, problems: list[str], _status: int
) -> HttpResponse:
    """Lead back to the first step. Without problems the saved reason is not offered any more."""
    message = " ".join(problems) or _("This reason is no longer available. Choose another one.")
    return _redirect("case_call", staff_case, appointment, message)


def _redirect_refused(
    staff_case: StaffCaseContext,
    appointment: Appointment,
    slot: Slot | None,
    _problems: list[str],
    _status: int,
) -> HttpResponse:
    """Lead to the reschedule that was made in the meantime, or else to the case with the reasons."""
    appointment = staff_case.get_appointment_or_404(appointment.public_id)
    preview = queries.get_preview(appointment=appointment)
    reason = " ".join(presenter.describe_refusals(preview, appointment))
    return _redirect_to_reschedule(staff_case, appointment, slot) or staff_case.redirect_unchanged(reason)


def _redirect_to_first_step(
    staff_case: StaffCaseContext, appointment: Appointment, slot: Slot | None = None
) -> HttpResponse:
    """Lead to the first step, or to the reschedule if one was made: that ends the saved note."""
    made = _redirect_to_reschedule(staff_case, appointment, slot)
    return made or _redirect("case_call", staff_case, appointment)


def _redirect_to_reschedule(
    staff_case: StaffCaseContext, appointment: Appointment, slot: Slot | None = None
) -> HttpResponse | None:
    """Lead to the reschedule of this appointment if there is one, by any account: a second click too."""
    reschedule = queries.find_reschedule_from(appointment)
    if reschedule is None:
        return None
    message = presenter.describe_other_reschedule(reschedule, slot.pk) if slot else ""
    return _redirect("case_call_done", staff_case, appointment, message)


def _redirect(
    page: str, staff_case: StaffCaseContext, appointment: Appointment, message: str = ""
) -> HttpResponse:
    if message:
        messages.warning(staff_case.request, message)
    return redirect(f"admin:{page}", staff_case.case.pk, appointment.public_id)
