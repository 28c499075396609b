"""Files of a finished bulk reschedule: its result as CSV, and all its notices as one PDF."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from uuid import UUID

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest, representative_required
from appointments.caseload.presenters.csv_files import write_csv
from appointments.caseload.queries.bulk_reschedules import get_bulk_or_404
from appointments.caseload.queries.caseload import read_export
from appointments.caseload.services.exports import create_notices_export, create_result_export
from appointments.models import BulkReschedule
from appointments.notices.facts import NoticeFacts
from appointments.notices.pdf import render_notices
from appointments.notices.validity import get_validity
from portal.foundation.clock import agency_today


def finished_bulk_required(
    view: Callable[[SignedInRequest, BulkReschedule], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Let only POSTs to a finished bulk reschedule of the account pass. A download is recorded."""

    @wraps(view)
    def enter(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
        bulk = get_bulk_or_404(user=request.user, public_id=public_id)
        if request.method != "POST" or bulk.finished_at is None:
            return redirect("appointments:bulk_result", public_id)
        return view(request, bulk)

    return representative_required(require_http_methods(["GET", "HEAD", "POST"])(enter))


@finished_bulk_required
def download_csv(request: SignedInRequest, bulk: BulkReschedule) -> StreamingHttpResponse:
    """Send the result as a CSV file: the columns of the caseload, the outcome and the confirmation number."""
    created = create_result_export(account=request.user, bulk=bulk)
    response = StreamingHttpResponse(
        write_csv(read_export(created), created.rules, created.results),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="rescheduled-{agency_today()}.csv"'
    return response


@finished_bulk_required
def download_notices(request: SignedInRequest, bulk: BulkReschedule) -> HttpResponseBase:
    """Send the account's notices of all reschedules as one PDF, with a bookmark for each."""
    notices = create_notices_export(account=request.user, bulk=bulk)
    if not notices:
        return redirect("appointments:bulk_result", bulk.public_id)
    document = render_notices(
        [(NoticeFacts.from_json(notice.facts), get_validity(notice)) for notice in notices],
        language=request.user.language,
    )
    return FileResponse(
        BytesIO(document),
        as_attachment=True,
        filename=f"notices-{agency_today()}.pdf",
        content_type="application/pdf",
    )
