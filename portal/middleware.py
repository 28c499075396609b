"""Middleware for every request.

Clear pages when the database is busy or the method is wrong, policies for browsers, no caching of what is
private, and who acted for the audit history.
"""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import Busy
from portal.views.errors import busy, method_not_allowed

# Passkeys are the one feature that the portal uses.
PERMISSIONS_POLICY = (
    "publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), display-capture=(), "
    "geolocation=(), microphone=(), payment=(), usb=()"
)

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


class ErrorPageMiddleware:
    """Give a page to the empty answers of Django's decorators: 405, for an address that only takes POST."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            return method_not_allowed(response["Allow"])
        return response


class BrowserPolicyMiddleware:
    """Forbid browsers what no page uses, and other sites to embed what the portal sends."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


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
