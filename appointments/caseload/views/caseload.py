"""A representative's caseload: the list, its search, its file, and picking what to move in one sitting."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest, representative_required
from appointments.caseload.forms import BulkItemsForm, CaseloadFilterForm, CaseloadSearchForm
from appointments.caseload.presenters.caseload import build_caseload, write_csv
from appointments.caseload.queries import CaseloadFilters, clients_appointments, sites_of
from appointments.caseload.services import bulk_reschedules
from appointments.caseload.services.caseload import (
    begin_export,
    find_keys,
    get_caseload_rules,
    read_export,
    read_rows,
)
from appointments.models import BulkReschedule
from appointments.reschedule.refusals import NextPage, Page, go_to, refusals
from portal.foundation import resumable_forms

PAGE_SIZE = 50
# What is searched for is a name or a receipt number, so it stands in no address.
WORDS = "caseload_words"
# The buttons beside the ticks that lead to another page of the list, or untick what is ticked.
TURN_TO, UNTICK = "turn_to", "untick"


@representative_required
@require_GET
def show_caseload(request: SignedInRequest) -> HttpResponse:
    """Every client's standing appointment by deadline, narrowed down by the address and the search."""
    return _show(request)


@representative_required
@require_http_methods(["GET", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """Keeps what to search for, until something else or nothing is searched for."""
    if request.method == "POST":
        form = CaseloadSearchForm(request.POST)
        if not form.is_valid():
            return _show(request, search_form=form, status=422)
        request.session[WORDS] = form.cleaned_data["words"]
    return _back(request)


@representative_required
@require_http_methods(["GET", "POST"])
def select(request: SignedInRequest) -> HttpResponse:
    """Adds what was ticked to the open sitting, and goes on to the reasons."""
    if request.method == "GET" or {TURN_TO, UNTICK} & request.POST.keys():
        return _stay_on_list(request)
    form = BulkItemsForm(request.POST)
    if not form.is_valid():
        return _show(request, problems=[str(form.errors["appointment"][0])], status=422)
    wanted: list[UUID] = form.cleaned_data["appointment"]
    # Ticked on a page that is no longer true: what is not the account's any more is left out.
    rows = clients_appointments(request.user).filter(public_id__in=wanted)
    mine = list(rows.select_related("series__person").order_by("slot__starts_at", "pk"))
    if not mine:
        nothing = str(form.fields["appointment"].error_messages["required"])
        return _show(request, problems=[nothing], status=422)
    pages: dict[NextPage, Page] = {
        NextPage.SAME: lambda problems, status: _show(
            request, items_form=form, problems=problems, status=status
        ),
        NextPage.GONE: go_to(_address(request)),
    }
    with refusals(mine, pages) as refused:
        bulk = bulk_reschedules.add(account=request.user, appointments=mine)
        return redirect("appointments:bulk_continue", bulk.public_id)
    return refused.respond()


@representative_required
@require_http_methods(["GET", "POST"])
def export(request: SignedInRequest) -> HttpResponse | StreamingHttpResponse:
    """The list as it is narrowed down now, all its pages, as a file. It is on record who took it."""
    if request.method == "GET":
        return _back(request)
    found = get_caseload_rules(request.user)
    filters = _filter_form(request, found.forms).filters(words=_words(request))
    if filters is None:
        return _back(request)
    taken = begin_export(account=request.user, filters=filters)
    response = StreamingHttpResponse(
        write_csv(read_export(taken), taken.rules), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="caseload-{taken.rules.now:%Y-%m-%d}.csv"'
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
    words = _words(request)
    filter_form = _filter_form(request, found.forms)
    filters = filter_form.filters(words=words)
    keys: Any = [] if filters is None else find_keys(request.user, filters, found.rules)
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = read_rows(request.user, list(page.object_list), found.rules)
    form = items_form or BulkItemsForm()
    ticked = form.ticked
    shown_ids = {str(appointment.public_id) for appointment, _decision in shown}
    context = {
        "page": page,
        "ticked_elsewhere": sorted(set(ticked) - shown_ids),
        "rows": build_caseload(shown, found.rules, ticked=ticked),
        "filter_form": filter_form,
        "search_form": search_form or CaseloadSearchForm(initial={"words": words}),
        "words": words,
        "is_narrowed": filters != CaseloadFilters(),
        "has_clients": bool(found.forms),
        "open_bulk": _open_bulk(request),
        "most_items": bulk_reschedules.MAX_ITEMS,
        "query": _query(request),
        "problems": problems,
    }
    if shown:
        context["form"] = form
    return render(
        request, "appointments/caseload/caseload.html", context, status=422 if filters is None else status
    )


def _stay_on_list(request: SignedInRequest) -> HttpResponse:
    """The list again, or another page of it with the ticks kept, or with nothing ticked any more."""
    if TURN_TO in request.POST:
        resumable_forms.keep_for_owner(request)
    if UNTICK in request.POST:
        resumable_forms.discard(request)
    return redirect(_address(request, page=request.POST.get(TURN_TO, "")))


def _filter_form(request: SignedInRequest, forms: Collection[Any]) -> CaseloadFilterForm:
    return CaseloadFilterForm(request.GET, sites=sites_of(request.user), forms=forms)


def _open_bulk(request: SignedInRequest) -> BulkReschedule | None:
    """With the number of its picks."""
    return BulkReschedule.objects.with_item_count().filter(account=request.user, finished_at=None).first()


def _words(request: SignedInRequest) -> str:
    return str(request.session.get(WORDS, ""))


def _query(request: SignedInRequest) -> str:
    """The filters of the address without its page, for the forms and links beside the list."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _address(request: SignedInRequest, *, page: str = "") -> str:
    """The list as it is narrowed down now, and which page of it."""
    asked = request.GET.copy()
    if page:
        asked["page"] = page
    query = asked.urlencode()
    return reverse("appointments:caseload") + (f"?{query}" if query else "")


def _back(request: SignedInRequest) -> HttpResponse:
    query = _query(request)
    return redirect(reverse("appointments:caseload") + (f"?{query}" if query else ""))
