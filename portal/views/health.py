"""Liveness and readiness of this installation, for monitoring."""

from datetime import timedelta

from django.db import Error, ProgrammingError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.foundation.clock import database_now
from portal.readiness import has_heartbeat_within, is_migrated

OLDEST_HEARTBEAT = timedelta(minutes=2)


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process runs. Makes no query."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 if the database is up and migrated and background work ran within two minutes, else 503.

    The answer names each check. For monitoring only: a proxy that acted on it would remove every web server
    when beat is down.
    """
    checks = {"database": False, "migrations": False, "background_work": False}
    try:
        database_now()
        checks["database"] = True
        checks["migrations"] = is_migrated()
        checks["background_work"] = has_heartbeat_within(OLDEST_HEARTBEAT)
    except ProgrammingError:
        checks["migrations"] = False
    except Error:
        checks["database"] = False
    is_ready = all(checks.values())
    return JsonResponse({"ready": is_ready, **checks}, status=200 if is_ready else 503)
