"""What staff search a list for: kept in the session under a key, so that no address names anyone."""

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


def keep_words(request: HttpRequest) -> str:
    """The query string by which this session finds the posted words again; the list's filters stay."""
    words = request.POST.get(SEARCH_VAR, "").replace("\x00", "").strip()[:LONGEST]
    query = request.GET.copy()
    query.pop(PAGE_VAR, None)
    query.pop(SEARCH_VAR, None)
    if words:
        key = query[SEARCH_VAR] = get_random_string(8)
        kept = {**request.session.get(KEPT, {}), key: words}
        request.session[KEPT] = dict(list(kept.items())[-MOST:])
    return query.urlencode()


def find_words(request: HttpRequest, key: str) -> str:
    """What this session searched for under the key; nothing where it did not."""
    return str(request.session.get(KEPT, {}).get(key, ""))


class ChangeList(main.ChangeList):
    """A list in whose address the key stands, and in whose search the words."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: "list[str | None] | None" = None
    ) -> "QuerySet[Any]":
        """As Django's, with the words in place of their key."""
        self.query = find_words(request, self.query)
        return super().get_queryset(request, exclude_parameters)
