"""Error pages. Each says what happened and what to do next. None uses the database."""

import logging
import sys
from datetime import timedelta

from allauth.core.internal.ratelimit import get_rates
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from portal.foundation import resumable_forms
from portal.foundation.site_time import format_time
from portal.foundation.transactions import Busy

logger = logging.getLogger(__name__)

# Which of allauth's rate limits applies to which page.
LIMITS = {
    "account_signup": ("allauth.account", "signup"),
    "account_login": ("allauth.account", "login"),
    "account_reset_password": ("allauth.account", "reset_password"),
    "account_reset_password_from_key": ("allauth.account", "reset_password_from_key"),
    "account_change_password": ("allauth.account", "change_password"),
    "account_email": ("allauth.account", "manage_email"),
    "account_reauthenticate": ("allauth.account", "reauthenticate"),
    "feedback": ("allauth.account", "feedback"),
    "feed": ("allauth.account", "calendar_feed"),
    "mfa_login_webauthn": ("allauth.mfa", "webauthn_login"),
}
LONGEST_WAIT = timedelta(minutes=5)


def busy(request: HttpRequest) -> HttpResponse:
    """Answer 503: nothing was done, and the request can be repeated."""
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "5"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 if the database was down before a view ran."""
    if isinstance(sys.exc_info()[1], Busy | OperationalError):
        return busy(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, most often because the session ended in another tab during this request.

    Answer 413 to a form that is too long or has too many fields.
    """
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return HttpResponse(render_to_string("413.html"), status=413)
    return HttpResponse(render_to_string("400.html"), status=400)


def method_not_allowed(allowed: str) -> HttpResponse:
    """Answer 405 to an address that a browser opened although only a form can lead there.

    `allowed` is the Allow header.
    """
    response = HttpResponse(render_to_string("405.html"), status=405)
    response["Allow"] = allowed
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, also for pages that exist but belong to someone else: a 403 would reveal that."""
    return HttpResponse(render_to_string("404.html"), status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form with an outdated token, most often after signing in or out in another tab.

    What was typed is kept and filled in again on the page that this one links to.
    """
    logger.warning("A form was refused: CSRF")
    kept = resumable_forms.keep_for_owner(request)
    context = {"path": kept or _find_form_page(request), "is_kept": kept is not None}
    return HttpResponse(render_to_string("403_csrf.html", context), status=403)


def _find_form_page(request: HttpRequest) -> str:
    """Return the page that the form was on, or the home page: the form's own address may take POST only."""
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(
        referrer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return referrer
    return reverse("home")


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429 and say when to try again: after the whole window of the limit, which is always enough."""
    wait = _longest_window(request)
    retry_at = timezone.now() + wait
    context = {
        "minutes": -(-int(wait.total_seconds()) // 60),
        "retry_at": format_time(retry_at, settings.AGENCY_TIME_ZONE),
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
