"""What every request passes.

A clear page when the database is busy, no caching of what is private, who acted for the audit history,
and nothing typed that is lost because a session ended.
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
    """Turns a database that is overloaded or away into a 503 that says what to do, never a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Busy | OperationalError):
            return None
        return busy(request)


class NoStoreMiddleware:
    """Pages of a signed-in account are kept by no cache, not even the browser's back button."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or request.method != "GET":
            add_never_cache_headers(response)
        return response


class HistoryMiddleware:
    """The audit history names the account and the address behind every row that a request writes."""

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
