"""Middleware for every request.

A clear page when the database is busy, no caching of what is private, and who acted for the audit history.
"""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import Busy
from portal.views.errors import busy

GetResponse = Callable[[HttpRequest], HttpResponse]


class BusyMiddleware:
    """Answer 503 with advice, and not 500, if the database is overloaded or down."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Busy | OperationalError):
            return None
        return busy(request)


class NoStoreMiddleware:
    """Keep pages of a signed-in account out of every cache, the browser's own included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or request.method not in ("GET", "HEAD"):
            add_never_cache_headers(response)
        return response


class HistoryMiddleware:
    """Record the account and the path of the request with every audited row that it writes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with audit_context(user=request.user.pk, url=request.path):
            return self.get_response(request)
