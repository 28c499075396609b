"""Keep what someone searches for out of addresses, and only for the visit of one list.

A search is a name or a receipt number, which must not get into an address, a log or a browser's history. The
session keeps the words under a random token, and the address of the list carries the token. An address
without a token shows everything, so that a search ends when the reader leaves the list.
"""

import secrets

from django.http import HttpRequest

PARAMETER = "search"
SESSION_KEY = "searches"
MOST_SEARCHES = 10


def keep_search(request: HttpRequest, words: str) -> str:
    """Keep the words in the session and return their token. Forgets the oldest searches of the session."""
    kept: list[list[str]] = request.session.get(SESSION_KEY, [])
    for token, earlier in kept:
        if earlier == words:
            return token
    token = secrets.token_urlsafe(9)
    request.session[SESSION_KEY] = [*kept[1 - MOST_SEARCHES :], [token, words]]
    return token


def find_search(request: HttpRequest) -> str | None:
    """Return the words of the address: empty without a token, None if the session does not know the token."""
    token = request.GET.get(PARAMETER, "")
    if not token:
        return ""
    return dict(request.session.get(SESSION_KEY, [])).get(token)
