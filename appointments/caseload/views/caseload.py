"""A representative's caseload: the list and its CSV file."""

from collections.abc import Collection
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest, representative_required
from appointments.caseload.facts import CaseloadFilters, CaseloadOrder, CaseloadRules
from appointments.caseload.forms.caseload import CaseloadFilterForm, CaseloadListForm
from appointments.caseload.presenters.caseload import build_caseload, build_columns
from appointments.caseload.presenters.csv_files import write_csv
from appointments.caseload.queries.bulk_reschedules import find_open_bulk
from appointments.caseload.queries.caseload import (
    get_caseload_rules,
    list_keys,
    list_rows,
    list_sites,
    read_export,
)
from appointments.caseload.queries.saved_filters import list_saved_filters
from appointments.caseload.services import bulk_reschedules
from appointments.caseload.services.exports import create_export
from appointments.caseload.views.addresses import DUE, SORT, build_address, list_parameters
from portal.foundation.clock import agency_day
from portal.foundation.session_searches import find_search

PAGE_SIZE = 50


@representative_required
@require_safe
def show_caseload(request: SignedInRequest) -> HttpResponse:
    """List the clients' scheduled appointments, filtered and sorted by the address."""
    if find_search(request) is None:
        # The search has ended with its session. Show everything, under an address that says so.
        return redirect(build_address(request, without_search=True))
    return show_list(request)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: SignedInRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered list, all its pages, as a CSV file. Records who exported it."""
    words = find_search(request)
    if request.method != "POST" or words is None:
        return redirect(build_address(request, without_search=words is None))
    found = get_caseload_rules(request.user)
    filters = build_filter_form(request, found).get_filters(words=words)
    if filters is None:
        return redirect(build_address(request))
    created = create_export(account=request.user, filters=filters, order=read_order(request))
    response = StreamingHttpResponse(
        write_csv(read_export(created), created.rules), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="caseload-{agency_day(created.rules.now)}.csv"'
    return response


def show_list(
    request: SignedInRequest,
    *,
    form: CaseloadListForm | None = None,
    problems: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Render the list with the boxes of the form checked. A bound form is shown with its errors."""
    found = get_caseload_rules(request.user)
    words = find_search(request) or ""
    order = read_order(request)
    filter_form = build_filter_form(request, found)
    filters = filter_form.get_filters(words=words)
    keys: Any = [] if filters is None else list_keys(request.user, filters, order, found.rules)
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list_rows(request.user, list(page.object_list), found.rules)
    form = form or CaseloadListForm(initial={"words": words})
    checked = form.checked
    shown_ids = {str(appointment.public_id) for appointment, _decision in shown}
    context = {
        "page": page,
        "checked_count": len(checked),
        "checked_elsewhere": [public_id for public_id in checked if public_id not in shown_ids],
        "columns": build_columns(order),
        "rows": build_caseload(shown, found.rules, checked=checked),
        "filter_form": filter_form,
        "words": words,
        "has_filters": bool(list_parameters(request).keys() - {DUE, SORT}),
        "is_due": bool(filters and filters.is_due),
        "is_filtered": filters != CaseloadFilters(),
        "has_clients": bool(found.forms),
        "open_bulk": find_open_bulk(request.user),
        "saved_filters": list_saved_filters(request.user),
        "can_save": bool(list_parameters(request)),
        "max_items": bulk_reschedules.MAX_ITEMS,
        "problems": problems,
    }
    if found.forms:
        # Without clients the page has no list, and so no form to keep.
        context["form"] = form
    return render(
        request, "appointments/caseload/caseload.html", context, status=422 if filters is None else status
    )


def build_filter_form(request: SignedInRequest, found: CaseloadRules) -> CaseloadFilterForm:
    """Return the filters of the address. Offers the sites and forms of the caseload."""
    return CaseloadFilterForm(request.GET, sites=list_sites(request.user), forms=found.forms)


def read_order(request: SignedInRequest) -> CaseloadOrder:
    """Return the order that the address names."""
    return CaseloadOrder.parse(request.GET.get(SORT, ""))
