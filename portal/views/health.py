"""Whether this installation is alive, and whether it is ready: for whoever runs it, not for readers."""

from datetime import timedelta

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import Heartbeat
from policy.clock import database_now

OLDEST_HEARTBEAT = timedelta(minutes=2)


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers. Asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and the background work ran within two minutes, else 503; says which."""
    checks = {"database": False, "background_work": False}
    try:
        now = database_now()
        checks["database"] = True
        checks["background_work"] = Heartbeat.objects.filter(
            name="beat", beat_at__gt=now - OLDEST_HEARTBEAT
        ).exists()
    except Error:
        checks["database"] = False
    is_ready = all(checks.values())
    return JsonResponse({"ready": is_ready, **checks}, status=200 if is_ready else 503)
