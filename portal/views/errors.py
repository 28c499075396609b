"""Pages for what went wrong. Each says what happened and what to do next; none needs the database."""

import logging
import sys
from datetime import timedelta

from allauth.core.internal.ratelimit import get_rates
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from portal.foundation import resumable_forms
from portal.foundation.site_time import format_time
from portal.foundation.transactions import Busy

logger = logging.getLogger(__name__)

# Which of allauth's limits stands before which page.
LIMITS = {
    "account_signup": ("allauth.account", "signup"),
    "account_login": ("allauth.account", "login"),
    "account_reset_password": ("allauth.account", "reset_password"),
    "account_reset_password_from_key": ("allauth.account", "reset_password_from_key"),
    "account_change_password": ("allauth.account", "change_password"),
    "account_email": ("allauth.account", "manage_email"),
    "account_reauthenticate": ("allauth.account", "reauthenticate"),
    "mfa_login_webauthn": ("allauth.mfa", "webauthn_login"),
}
LONGEST_WAIT = timedelta(minutes=5)


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
    """403 for a form whose protection ran out, most often after signing in or out in another tab.

    What was typed into it is kept for the page that it leads back to.
    """
    logger.warning("A form was refused: CSRF")
    kept = resumable_forms.keep_for_owner(request)
    context = {"path": kept or request.path, "is_kept": kept is not None}
    return HttpResponse(render_to_string("403_csrf.html", context), status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too many tries. After the whole window of the limit it is surely open again, so that is said."""
    wait = _longest_window(request)
    again_at = timezone.now() + wait
    context = {
        "minutes": -(-int(wait.total_seconds()) // 60),
        "again_at": format_time(again_at, settings.AGENCY_TIME_ZONE),
        "path": request.path,
    }
    response = HttpResponse(render_to_string("429.html", context), status=429)
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response


def _longest_window(request: HttpRequest) -> timedelta:
    name = request.resolver_match.url_name if request.resolver_match else None
    if name not in LIMITS:
        return LONGEST_WAIT
    app, action = LIMITS[name]
    return timedelta(seconds=max(float(rate.duration) for rate in get_rates(app=app, action=action)))
