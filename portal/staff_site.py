"""The staff site: Django's admin behind allauth's sign-in and a phishing-resistant second factor."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, include, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.staff.presenters.row_names import ROW_NAMES
from appointments.staff.presenters.start_page import build_start_page
from appointments.staff.queries.start_page import find_worklists, get_rules_today

OURS = ("policy.", "accounts.", "appointments.", "portal.feedback.")


@method_decorator(secure_admin_login, name="login")
class StaffSite(AdminSite):
    """The site `admin.site`. Only a demonstration waives the second factor."""

    site_title = _("Appointment portal")
    site_header = _("Appointment portal for staff")
    index_title = _("Start page")
    enable_nav_sidebar = True
    row_names = ROW_NAMES

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register this project's admin classes only: others expose secrets or bypass the services."""
        if admin_class is not None and admin_class.__module__.startswith(OURS):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the pages of the staff slice and then Django's, whose last pattern matches any address."""
        return [path("", include("appointments.staff.urls")), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the start page with the worklists of the account's units."""
        user: User = request.user  # type: ignore[assignment] # admin_view admits signed-in staff only
        start = build_start_page(find_worklists(user), get_rules_today())
        return super().index(request, {**(extra_context or {}), "start": start})

    def password_change(  # type: ignore[override] # Django shows a page here
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the page of all accounts. Django's own would end no other session and notify no one."""
        return redirect("account_change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (settings.IS_DEMO or _used_security_key(request))


def _used_security_key(request: HttpRequest) -> bool:
    """Return whether the account signed in to this session with a passkey or security key."""
    return any(
        record.get("method") == "mfa" and record.get("type") == "webauthn"
        for record in get_authentication_records(request, request.user)
    )
