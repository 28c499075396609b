"""The inbox, one notice as a page, PDF and calendar entry, and the check of a printed notice."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from appointments.models import Notice
from appointments.notices.calendar import CalendarEntry, render_calendar
from appointments.notices.facts import NoticeFacts
from appointments.notices.forms import CheckNoticeForm
from appointments.notices.pdf import render_notice
from appointments.notices.presenters.reschedules import build_checked_notice, build_notice, has_moved
from appointments.notices.queries import (
    find_verified_notice,
    get_calendar_entry,
    get_current_facts_or_404,
    get_notice_or_404,
    get_scheduled_appointment_or_404,
    list_notices,
)
from appointments.notices.services.inbox import mark_read
from appointments.notices.validity import NoticeValidity, get_validity
from portal.foundation.clock import database_now

PAGE_SIZE = 20


@login_required
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """List the account's notices, newest first."""
    page = Paginator(list_notices(account=request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "appointments/notices/inbox.html",
        {"page": page, "views": [build_notice(row) for row in page]},
    )


@login_required
@require_safe
def show_notice(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show one notice, and record that it was read. HEAD shows nothing, so it records nothing."""
    notice = get_notice_or_404(user=request.user, public_id=public_id)
    if request.method == "GET":
        mark_read(notice=notice)
    view = build_notice(notice)
    context = {"view": view, "site_moved": has_moved(view, notice.appointment)}
    return render(request, "appointments/notices/notice.html", context)


@login_required
@require_safe
def notice_pdf(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Send the printable notice, rendered from its frozen facts. One that no longer applies says so."""
    notice = get_notice_or_404(user=request.user, public_id=public_id)
    return _send_pdf(render_notice(_get_facts(notice), validity=get_validity(notice)))


@login_required
@require_safe
def current_notice_pdf(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Send the current notice of a scheduled appointment to anyone who may act on the case."""
    appointment = get_scheduled_appointment_or_404(user=request.user, public_id=public_id)
    facts = get_current_facts_or_404(reader=request.user, appointment=appointment)
    return _send_pdf(render_notice(facts))


@login_required
@require_safe
def current_calendar(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Send the calendar entry of a scheduled appointment, also if it was never rescheduled."""
    appointment = get_scheduled_appointment_or_404(user=request.user, public_id=public_id)
    entry = get_calendar_entry(appointment)
    return _send_calendar(render_calendar(entry, language=request.user.language, rendered_at=database_now()))


@login_required
@require_safe
def notice_calendar(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Send the calendar entry. The entry of a later reschedule replaces it in the reader's calendar."""
    notice = get_notice_or_404(user=request.user, public_id=public_id)
    facts = _get_facts(notice)
    applies = get_validity(notice) not in (NoticeValidity.SUPERSEDED, NoticeValidity.CANCELED)
    entry = CalendarEntry.of_notice(facts, is_canceled=not applies)
    return _send_calendar(render_calendar(entry, language=facts.language, rendered_at=notice.created_at))


@require_http_methods(["GET", "HEAD", "POST"])
def check_notice(request: HttpRequest) -> HttpResponse:
    """Say whether the notice with a printed code is valid, and what it must say, without any name."""
    form = CheckNoticeForm(request.POST or None)
    checked = None
    if form.is_valid():
        notice = find_verified_notice(code=form.cleaned_data["code"])
        checked = build_checked_notice(notice, now=database_now())
    return render(
        request,
        "appointments/notices/check_notice.html",
        {"form": form, "checked": checked},
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


def _send_pdf(document: bytes) -> HttpResponse:
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="appointment-notice.pdf"'
    return response


def _send_calendar(entry: bytes) -> HttpResponse:
    response = HttpResponse(entry, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def _get_facts(notice: Notice) -> NoticeFacts:
    """Return the facts of a notice about an appointment. Others have no document: raises Http404."""
    if notice.verification_code is None:
        raise Http404
    return NoticeFacts.from_json(notice.facts)
