"""Keep the search text of staff lists in the session under a key, so that no URL names a person."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.views import main
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.http import HttpRequest
from django.utils.crypto import get_random_string

if TYPE_CHECKING:
    from django.db.models import QuerySet

KEPT = "staff_searches"
MOST = 20
LONGEST = 200


def store_search(request: HttpRequest) -> str:
    """Store the posted search text and return the query string of its result. Filters of the list stay."""
    text = request.POST.get(SEARCH_VAR, "").replace("\x00", "").strip()[:LONGEST]
    query = request.GET.copy()
    query.pop(PAGE_VAR, None)
    query.pop(SEARCH_VAR, None)
    if text:
        key = query[SEARCH_VAR] = get_random_string(8)
        kept = {**request.session.get(KEPT, {}), key: text}
        request.session[KEPT] = dict(list(kept.items())[-MOST:])
    return query.urlencode()


def get_search_text(request: HttpRequest, key: str) -> str:
    """Return the search text that this session stored under the key, or an empty string."""
    return str(request.session.get(KEPT, {}).get(key, ""))


class ChangeList(main.ChangeList):
    """A list whose URL holds the key of the search text."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: "list[str | None] | None" = None
    ) -> "QuerySet[Any]":
        """Return the rows of the list, searched by the text instead of its key."""
        self.query = get_search_text(request, self.query)
        return super().get_queryset(request, exclude_parameters)
