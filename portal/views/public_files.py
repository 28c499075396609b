"""Files that browsers, crawlers and researchers look for at fixed addresses."""

from datetime import timedelta

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

# RFC 9116 recommends less than a year, so that an abandoned address is not trusted.
SECURITY_TXT_VALID = timedelta(days=180)
# Pages that say nothing without a session, or act.
NOT_FOR_CRAWLERS = ("/accounts/", "/admin/", "/appointments/", "/cases/", "/demo/", "/notices/", "/session/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers to leave out everything but the public pages."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where to report a vulnerability. Source: RFC 9116."""
    expires = (timezone.now() + SECURITY_TXT_VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT or settings.PUBLIC_URL + '/help/#contact'}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, es",
        f"Canonical: {settings.PUBLIC_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Lead password managers to the page where an account changes its password."""
    return redirect("account_change_password")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old name to the icon."""
    return redirect(staticfiles_storage.url("img/favicon.svg"))
