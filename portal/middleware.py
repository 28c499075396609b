"""Middleware for every request.

A clear page if the database is busy, no caching of private pages, the account and path for the audit history,
and form data that outlives a session.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers

from accounts import typed
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
        if request.user.is_authenticated or request.method != "GET":
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


class KeepTypedMiddleware:
    """A form that is sent after its session ended leads to sign-in, and is filled in again after that."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and not request.user.is_authenticated and _leads_to_sign_in(response):
            typed.keep(request)
        return response


def _leads_to_sign_in(response: HttpResponse) -> bool:
    pages = (resolve_url(settings.LOGIN_URL), resolve_url("admin:login"))
    return response.status_code == 302 and response["Location"].startswith(pages)
