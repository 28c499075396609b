"""The inbox, one notice, its printable and calendar forms, and the check of a notice's code."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from appointments.booking.queries import get_notice_or_404
from appointments.models import Notice
from appointments.notices.calendar import render_calendar
from appointments.notices.facts import NoticeFacts
from appointments.notices.pdf import render_notice
from appointments.notices.presenters.reschedules import build_notice
from appointments.notices.services.inbox import check_notice_code, mark_read
from appointments.reschedule.forms import CheckNoticeForm

PAGE_SIZE = 20


@login_required
@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    """The account's notices, newest first."""
    notices = Notice.objects.for_account(request.user).select_related("appointment")
    page = Paginator(notices, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "appointments/notices/inbox.html",
        {"page": page, "views": [build_notice(row) for row in page]},
    )


@login_required
@require_GET
def show_notice(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One notice; from now on it counts as read."""
    notice = get_notice_or_404(user=request.user, public_id=public_id)
    mark_read(notice)
    return render(request, "appointments/notices/notice.html", {"view": build_notice(notice)})


@login_required
@require_GET
def notice_pdf(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The notice to print, drawn from the facts of its moment."""
    facts = _facts(get_notice_or_404(user=request.user, public_id=public_id))
    response = HttpResponse(render_notice(facts), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="appointment-notice.pdf"'
    return response


@login_required
@require_GET
def notice_calendar(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The calendar entry; a later move's entry replaces this one in the reader's calendar."""
    notice = get_notice_or_404(user=request.user, public_id=public_id)
    entry = render_calendar(_facts(notice), rendered_at=notice.created_at)
    response = HttpResponse(entry, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@require_http_methods(["GET", "POST"])
def check_notice(request: HttpRequest) -> HttpResponse:
    """Says whether the notice with a printed code is the standing one. Names nobody."""
    form = CheckNoticeForm(request.POST or None)
    result = None
    if form.is_valid():
        result = check_notice_code(form.cleaned_data["code"])
    return render(
        request,
        "appointments/notices/check_notice.html",
        {"form": form, "result": result},
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


def _facts(notice: Notice) -> NoticeFacts:
    if notice.reschedule_id is None:
        raise Http404
    return NoticeFacts.from_json(notice.facts)
