"""Pages that explain the service: home and help."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from policy.models import FormTypeVersion
from policy.queries import get_published_rules
from portal.foundation.site_time import format_instant


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the service does, and who cannot use it."""
    return render(request, "home.html")


@require_safe
def show_help(request: HttpRequest) -> HttpResponse:
    """Show the rules in force and every office to call."""
    rules = get_published_rules()
    return render(
        request,
        "help.html",
        {
            "cutoff_hours": int(rules.limits.online_cutoff.total_seconds() // 3600),
            "cap": rules.limits.reschedule_cap,
            "horizon_days": rules.limits.horizon.days,
            "forms": [_build_form(version) for version in rules.form_types],
            "reasons": rules.reasons,
            "offices": rules.offices,
        },
    )


def _build_form(version: FormTypeVersion) -> dict[str, str]:
    """Return the `code` and `title` of the form, and `made_from` if only newer appointments qualify."""
    made_from = version.scheduled_from
    return {
        "code": version.form_type.code,
        "title": version.form_type.title,
        "made_from": format_instant(made_from, settings.AGENCY_TIME_ZONE) if made_from else "",
    }
