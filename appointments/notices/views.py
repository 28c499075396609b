"""The inbox, one notice as a page, PDF and calendar entry, and the check of a printed notice."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from appointments.models import Notice
from appointments.notices.calendar import render_calendar
from appointments.notices.facts import NoticeFacts
from appointments.notices.forms import CheckNoticeForm
from appointments.notices.pdf import render_notice
from appointments.notices.presenters.reschedules import build_notice
from appointments.notices.queries import get_notice_or_404, get_notice_validity, list_notices
from appointments.notices.services.inbox import mark_read

PAGE_SIZE = 20


@login_required
@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    """List the account's notices, newest first."""
    page = Paginator(list_notices(account=request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "appointments/notices/inbox.html",
        {"page": page, "views": [build_notice(row) for row in page]},
    )


@login_required
@require_GET
def show_notice(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show one notice, and record that it was read."""
    notice = get_notice_or_404(user=request.user, public_id=public_id)
    mark_read(notice=notice)
    return render(request, "appointments/notices/notice.html", {"view": build_notice(notice)})


@login_required
@require_GET
def notice_pdf(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Send the printable notice, rendered from its frozen facts."""
    facts = _get_facts(get_notice_or_404(user=request.user, public_id=public_id))
    response = HttpResponse(render_notice(facts), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="appointment-notice.pdf"'
    return response


@login_required
@require_GET
def notice_calendar(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Send the calendar entry. The entry of a later reschedule replaces it in the reader's calendar."""
    notice = get_notice_or_404(user=request.user, public_id=public_id)
    entry = render_calendar(_get_facts(notice), rendered_at=notice.created_at)
    response = HttpResponse(entry, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@require_http_methods(["GET", "POST"])
def check_notice(request: HttpRequest) -> HttpResponse:
    """Say whether the notice with a printed code is still valid, without any name."""
    form = CheckNoticeForm(request.POST or None)
    validity = get_notice_validity(code=form.cleaned_data["code"]) if form.is_valid() else None
    return render(
        request,
        "appointments/notices/check_notice.html",
        {"form": form, "validity": validity},
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


def _get_facts(notice: Notice) -> NoticeFacts:
    """Return the facts of a reschedule's notice. Other notices have no document: raises Http404."""
    if notice.reschedule_id is None:
        raise Http404
    return NoticeFacts.from_json(notice.facts)
