"""Addresses of the caseload: which parameters they have, and how they change."""

from collections.abc import Mapping

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from portal.foundation.session_searches import PARAMETER as SEARCH

SORT, PAGE, DUE = "sort", "page", "due"
# The parameters that a saved filter keeps.
KEPT = ("site", "week", "form", "state", DUE, SORT)
LONGEST_VALUE = 100


def list_parameters(request: HttpRequest) -> dict[str, str]:
    """Return the filters and the order of the address, for a saved filter."""
    return {name: value[:LONGEST_VALUE] for name in KEPT if (value := request.GET.get(name, ""))}


def build_address(
    request: HttpRequest, changes: Mapping[str, str] | None = None, *, without_search: bool = False
) -> str:
    """Return the address of the list with these parameters changed; an empty value removes one.

    Another filter, order or search begins at the first page.
    """
    query = request.GET.copy()
    if changes is None or PAGE not in changes:
        query.pop(PAGE, None)
    if without_search:
        query.pop(SEARCH, None)
    for name, value in (changes or {}).items():
        query.pop(name, None)
        if value:
            query[name] = value
    return format_address(query)


def build_saved_address(request: HttpRequest, parameters: Mapping[str, str]) -> str:
    """Return the address of a saved filter. The search of the visit stays."""
    query = QueryDict(mutable=True)
    query.update({name: parameters[name] for name in KEPT if name in parameters})
    if SEARCH in request.GET:
        query[SEARCH] = request.GET[SEARCH]
    return format_address(query)


def format_address(query: QueryDict) -> str:
    """Return the address of the list with this query."""
    encoded = query.urlencode()
    return reverse("appointments:caseload") + (f"?{encoded}" if encoded else "")
