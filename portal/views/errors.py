"""Pages for what went wrong. Each says what happened and what to do next; none needs the database."""

import logging
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from policy.transactions import Busy

logger = logging.getLogger(__name__)


def busy(request: HttpRequest) -> HttpResponse:
    """503: nothing was done, and the same click may be tried again."""
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "5"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database was away before any view ran."""
    if isinstance(sys.exc_info()[1], Busy | OperationalError):
        return busy(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: most often a session that was ended in another tab while this page was on its way."""
    return HttpResponse(render_to_string("400.html"), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, also for everything that exists but is not the reader's: 403 would tell that it exists."""
    return HttpResponse(render_to_string("404.html"), status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose protection ran out, most often after signing out in another tab."""
    logger.warning("A form was refused: CSRF")
    return HttpResponse(render_to_string("403_csrf.html", {"path": request.path}), status=403)
