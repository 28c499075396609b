"""Change what the list of a caseload shows, with the boxes still checked, and reschedule the checked ones."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest, representative_required
from appointments.caseload.forms.bulk import EMPTY_SELECTION, PublicIdsField
from appointments.caseload.forms.caseload import CaseloadListForm, CaseloadSearchForm
from appointments.caseload.queries.caseload import get_caseload_rules, list_allowed_ids, list_selected
from appointments.caseload.queries.saved_filters import get_saved_filter_or_404
from appointments.caseload.services import bulk_reschedules
from appointments.caseload.views.addresses import (
    DUE,
    KEPT,
    PAGE,
    SORT,
    build_address,
    build_saved_address,
)
from appointments.caseload.views.caseload import build_filter_form, read_order, show_list
from appointments.reschedule.refusals import refusals
from portal.foundation import resumable_forms
from portal.foundation.refusals import NextPage, Pages, go_to
from portal.foundation.session_searches import PARAMETER as SEARCH
from portal.foundation.session_searches import find_search, keep_search

# The buttons of the list's form. Without any of them, the search and the filters as entered are applied.
TURN_TO, SELECT, SAVED, CLEAR = "turn_to", "select", "saved", "clear"


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def update_list(request: SignedInRequest) -> HttpResponse:
    """Open the list as the pressed button says, with the boxes still checked."""
    if request.method != "POST":
        return redirect(build_address(request))
    pressed = next((name for name in _ADDRESSES if name in request.POST), None)
    if pressed is None:
        form = CaseloadSearchForm(request.POST)
        if not form.is_valid():
            return show_list(request, form=CaseloadListForm(request.POST), status=422)
        address = _build_typed_address(request, form.cleaned_data["words"])
    else:
        address = _ADDRESSES[pressed](request, request.POST[pressed])
    resumable_forms.keep_for_owner(request, {"appointment": _list_checked(request)})
    return redirect(address)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def select(request: SignedInRequest) -> HttpResponse:
    """Add the checked appointments to the open bulk reschedule, and go on to the reasons."""
    if request.method != "POST":
        return redirect(build_address(request))
    form = CaseloadListForm(request.POST)
    wanted: list[UUID] = form.cleaned_data["appointment"] if form.is_valid() else []
    # The page may be old: leave out the appointments that the account may no longer act on.
    mine = list_selected(request.user, wanted)
    if not mine:
        return show_list(request, form=form, problems=[str(EMPTY_SELECTION)], status=422)
    pages: Pages = {
        NextPage.SAME: lambda problems, status: show_list(
            request, form=form, problems=problems, status=status
        ),
        NextPage.GONE: go_to(build_address(request)),
    }
    with refusals(mine, pages) as refused:
        bulk = bulk_reschedules.add(account=request.user, appointments=mine)
        return redirect("appointments:bulk_continue", bulk.public_id)
    return refused.respond()


def _build_typed_address(request: SignedInRequest, words: str) -> str:
    """Return the address for what was entered. Filters that were not sent stay as they are."""
    changes = {SEARCH: keep_search(request, words) if words else ""}
    if "state" in request.POST:
        changes |= {name: request.POST.get(name, "") for name in KEPT if name not in (DUE, SORT)}
    return build_address(request, changes)


def _open_saved(request: SignedInRequest, public_id: str) -> str:
    [key] = PublicIdsField(required=False).to_python([public_id]) or [UUID(int=0)]
    saved = get_saved_filter_or_404(user=request.user, public_id=key)
    return build_saved_address(request, saved.parameters)


def _clear(request: SignedInRequest, what: str) -> str:
    cleared = [SEARCH] if what == "search" else [*KEPT, SEARCH]
    return build_address(request, dict.fromkeys(cleared, ""))


def _stay(request: SignedInRequest, _value: str) -> str:
    return build_address(request, {PAGE: request.GET.get(PAGE, "")})


_ADDRESSES: dict[str, Callable[[SignedInRequest, str], str]] = {
    TURN_TO: lambda request, value: build_address(request, {PAGE: value}),
    SORT: lambda request, value: build_address(request, {SORT: value}),
    DUE: lambda request, value: build_address(request, {DUE: value}),
    SAVED: _open_saved,
    CLEAR: _clear,
    SELECT: _stay,
}


def _list_checked(request: SignedInRequest) -> list[str]:
    """Return the boxes to check: those that were, or what “Select all” adds to them, or none."""
    checked = CaseloadListForm(initial={"appointment": request.POST.getlist("appointment")}).checked
    match request.POST.get(SELECT):
        case "all":
            return _add_allowed(request, checked)
        case "none":
            return []
        case _:
            return checked


def _add_allowed(request: SignedInRequest, checked: Sequence[str]) -> list[str]:
    """Add the first appointments of the filtered list that can be rescheduled, up to the limit."""
    found = get_caseload_rules(request.user)
    filters = build_filter_form(request, found).get_filters(words=find_search(request) or "")
    if filters is None:
        return list(checked)
    limit = bulk_reschedules.MAX_ITEMS
    allowed = list_allowed_ids(request.user, filters, read_order(request), found.rules, at_most=limit)
    together = dict.fromkeys([*checked, *map(str, allowed)])
    return list(together)[: max(limit, len(checked))]
