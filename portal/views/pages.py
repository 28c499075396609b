"""Pages that explain the service: home and help."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from policy.models import ContactRoute, FormTypeVersion, GoodCauseReason
from policy.services.rules import get_rules
from portal.foundation.site_time import format_instant


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the service does, for whom, and for whom not."""
    return render(request, "home.html")


@require_safe
def show_help(request: HttpRequest) -> HttpResponse:
    """The rules as they are in force now, and every office to call. Five statements."""
    rules = get_rules(form_type_ids=())
    launched = (
        FormTypeVersion.objects.in_force()
        .select_related("form_type")
        .order_by("form_type_id", "-effective_at")
    )
    return render(
        request,
        "help.html",
        {
            "cutoff_hours": int(rules.limits.online_cutoff.total_seconds() // 3600),
            "cap": rules.limits.reschedule_cap,
            "horizon_days": rules.limits.horizon.days,
            "launches": [
                _build_launch(version)
                for version in sorted(launched, key=lambda version: version.form_type.code)
                if version.online_from and version.online_from <= rules.now
            ],
            "reasons": GoodCauseReason.objects.in_force(),
            "offices": ContactRoute.objects.all(),
        },
    )


def _build_launch(version: FormTypeVersion) -> dict[str, str]:
    """One form type that takes part; its first day for appointments, if it has one, in the agency's zone."""
    cutoff = version.scheduled_from
    return {
        "code": version.form_type.code,
        "title": version.form_type.title,
        "made_from": format_instant(cutoff, settings.AGENCY_TIME_ZONE) if cutoff else "",
    }
