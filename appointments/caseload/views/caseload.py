"""A representative's caseload: the list, its search, its CSV file, and selecting what to reschedule."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest, representative_required
from appointments.caseload.facts import CaseloadFilters
from appointments.caseload.forms import BulkItemsForm, CaseloadFilterForm, CaseloadSearchForm
from appointments.caseload.presenters.caseload import build_caseload, write_csv
from appointments.caseload.queries.bulk_reschedules import find_open_bulk
from appointments.caseload.queries.caseload import (
    get_caseload_rules,
    list_keys,
    list_rows,
    list_selected,
    list_sites,
    read_export,
)
from appointments.caseload.services import bulk_reschedules
from appointments.caseload.services.exports import create_export
from appointments.reschedule.refusals import refusals
from policy.models import FormType
from portal.foundation import resumable_forms
from portal.foundation.refusals import NextPage, Pages, go_to

PAGE_SIZE = 50
# The session key of the search. It holds a name or a receipt number, so it must not appear in an address.
WORDS = "caseload_words"
# The buttons of the list's form that open another page of the list, or uncheck every box.
TURN_TO, UNCHECK = "turn_to", "uncheck"


@representative_required
@require_GET
def show_caseload(request: SignedInRequest) -> HttpResponse:
    """List the clients' scheduled appointments by deadline, filtered by the address and the search."""
    return _show(request)


@representative_required
@require_http_methods(["GET", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """Save the search in the session until the next search."""
    if request.method == "POST":
        form = CaseloadSearchForm(request.POST)
        if not form.is_valid():
            return _show(request, search_form=form, status=422)
        request.session[WORDS] = form.cleaned_data["words"]
    return redirect(_build_address(request))


@representative_required
@require_http_methods(["GET", "POST"])
def select(request: SignedInRequest) -> HttpResponse:
    """Add the checked appointments to the open bulk reschedule, and go on to the reasons."""
    if request.method == "GET" or {TURN_TO, UNCHECK} & request.POST.keys():
        return _stay_on_list(request)
    form = BulkItemsForm(request.POST)
    if not form.is_valid():
        return _show(request, problems=[str(form.errors["appointment"][0])], status=422)
    wanted: list[UUID] = form.cleaned_data["appointment"]
    # The page may be old: leave out the appointments that the account may no longer act on.
    mine = list_selected(request.user, wanted)
    if not mine:
        nothing = str(form.fields["appointment"].error_messages["required"])
        return _show(request, problems=[nothing], status=422)
    pages: Pages = {
        NextPage.SAME: lambda problems, status: _show(
            request, items_form=form, problems=problems, status=status
        ),
        NextPage.GONE: go_to(_build_address(request, with_page=True)),
    }
    with refusals(mine, pages) as refused:
        bulk = bulk_reschedules.add(account=request.user, appointments=mine)
        return redirect("appointments:bulk_continue", bulk.public_id)
    return refused.respond()


@representative_required
@require_http_methods(["GET", "POST"])
def export(request: SignedInRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered list, all its pages, as a CSV file. Records who exported it."""
    if request.method == "GET":
        return redirect(_build_address(request))
    found = get_caseload_rules(request.user)
    filters = _build_filter_form(request, found.forms).get_filters(words=_get_words(request))
    if filters is None:
        return redirect(_build_address(request))
    created = create_export(account=request.user, filters=filters)
    response = StreamingHttpResponse(
        write_csv(read_export(created), created.rules), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="caseload-{created.rules.now:%Y-%m-%d}.csv"'
    return response


def _show(
    request: SignedInRequest,
    *,
    search_form: CaseloadSearchForm | None = None,
    items_form: BulkItemsForm | None = None,
    problems: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    found = get_caseload_rules(request.user)
    words = _get_words(request)
    filter_form = _build_filter_form(request, found.forms)
    filters = filter_form.get_filters(words=words)
    keys: Any = [] if filters is None else list_keys(request.user, filters, found.rules)
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list_rows(request.user, list(page.object_list), found.rules)
    form = items_form or BulkItemsForm()
    checked = form.checked
    shown_ids = {str(appointment.public_id) for appointment, _decision in shown}
    context = {
        "page": page,
        "checked_elsewhere": sorted(set(checked) - shown_ids),
        "rows": build_caseload(shown, found.rules, checked=checked),
        "filter_form": filter_form,
        "search_form": search_form or CaseloadSearchForm(initial={"words": words}),
        "words": words,
        "is_filtered": filters != CaseloadFilters(),
        "has_clients": bool(found.forms),
        "open_bulk": find_open_bulk(request.user),
        "max_items": bulk_reschedules.MAX_ITEMS,
        "query": _build_query(request),
        "problems": problems,
    }
    if shown:
        context["form"] = form
    return render(
        request, "appointments/caseload/caseload.html", context, status=422 if filters is None else status
    )


def _stay_on_list(request: SignedInRequest) -> HttpResponse:
    """Show the list again: another page of it with the boxes still checked, or with every box unchecked."""
    if TURN_TO in request.POST:
        resumable_forms.keep_for_owner(request)
    if UNCHECK in request.POST:
        resumable_forms.discard(request)
    return redirect(_build_address(request, with_page=True, page=request.POST.get(TURN_TO, "")))


def _build_filter_form(request: SignedInRequest, forms: Iterable[FormType]) -> CaseloadFilterForm:
    return CaseloadFilterForm(request.GET, sites=list_sites(request.user), forms=forms)


def _get_words(request: SignedInRequest) -> str:
    return str(request.session.get(WORDS, ""))


def _build_query(request: SignedInRequest) -> str:
    """Return the filters of the address without its page, for the forms and links on the page."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _build_address(request: SignedInRequest, *, with_page: bool = False, page: str = "") -> str:
    """Return the address of the list with its filters, and with the current page or the given one."""
    kept = request.GET.copy()
    if not with_page:
        kept.pop("page", None)
    if page:
        kept["page"] = page
    query = kept.urlencode()
    return reverse("appointments:caseload") + (f"?{query}" if query else "")
