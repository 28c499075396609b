"""Pages that explain the service: home, help, privacy, accessibility and terms."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from policy.models import FormTypeVersion
from policy.queries import get_published_rules
from portal.foundation.site_time import format_instant, format_weekday

# When a person last read the texts of the help page against their sources.
HELP_REVIEWED_ON = date(2026, 11, 30)


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
            "limits": rules.limits,
            "form_sources": dict.fromkeys(version.source_text for version in rules.form_types),
            "forms": [_build_form(version) for version in rules.form_types],
            "reasons": rules.reasons,
            "offices": rules.offices,
            "reviewed_on": format_weekday(HELP_REVIEWED_ON),
            "legal_help_url": settings.LEGAL_HELP_URL,
            "scam_report_url": settings.SCAM_REPORT_URL,
        },
    )


@require_safe
def show_privacy(request: HttpRequest) -> HttpResponse:
    """Show what the portal keeps about people, or lead to the agency's own page."""
    return _show_own_page(request, settings.PRIVACY_URL, "legal/privacy.html")


@require_safe
def show_accessibility(request: HttpRequest) -> HttpResponse:
    """Show how accessible the portal is and where to report a barrier, or lead to the agency's own page."""
    return _show_own_page(request, settings.ACCESSIBILITY_URL, "legal/accessibility.html")


@require_safe
def show_terms(request: HttpRequest) -> HttpResponse:
    """Show the terms of use, or lead to the agency's own page."""
    return _show_own_page(request, settings.TERMS_URL, "legal/terms.html")


def _show_own_page(request: HttpRequest, agency_url: str, template: str) -> HttpResponse:
    return redirect(agency_url) if agency_url else render(request, template)


def _build_form(version: FormTypeVersion) -> dict[str, str]:
    """Return the `code` and `title` of the form, and `made_from` if only newer appointments qualify."""
    made_from = version.scheduled_from
    return {
        "code": version.form_type.code,
        "title": version.form_type.title,
        "made_from": format_instant(made_from, settings.AGENCY_TIME_ZONE) if made_from else "",
    }
