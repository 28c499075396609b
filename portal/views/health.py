"""Whether this installation is alive, and whether it is ready: for whoever runs it, not for readers."""

from datetime import timedelta

from django.db import Error, ProgrammingError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.foundation.clock import database_now
from portal.readiness import has_beaten_within, is_migrated

OLDEST_HEARTBEAT = timedelta(minutes=2)


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers. Asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, is migrated, and background work ran within two minutes; else 503.

    Says which. For whoever watches: a proxy that followed it would take every web server away with beat.
    """
    checks = {"database": False, "migrations": False, "background_work": False}
    try:
        database_now()
        checks["database"] = True
        checks["migrations"] = is_migrated()
        checks["background_work"] = has_beaten_within(OLDEST_HEARTBEAT)
    except ProgrammingError:
        checks["migrations"] = False
    except Error:
        checks["database"] = False
    is_ready = all(checks.values())
    return JsonResponse({"ready": is_ready, **checks}, status=200 if is_ready else 503)
