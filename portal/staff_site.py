"""The staff's administration: behind allauth's sign-in and a phishing-resistant second factor."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.staff.presenters.row_names import ROW_NAMES
from appointments.staff.presenters.start_page import build_start

OURS = ("policy.", "accounts.", "appointments.")


@method_decorator(secure_admin_login, name="login")
class StaffSite(AdminSite):
    """Waives the second factor for the demonstration only."""

    site_title = _("Appointment portal")
    site_header = _("Appointment portal: staff")
    index_title = _("What is new")
    enable_nav_sidebar = True
    row_names = ROW_NAMES

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Takes our own pages only. Libraries offer pages that show secrets and pass our services by."""
        if admin_class is not None and admin_class.__module__.startswith(OURS):
            super().register(model_or_iterable, admin_class, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The start page: what the units of whoever asks have to do."""
        user: User = request.user  # type: ignore[assignment]
        return super().index(request, {**(extra_context or {}), "start": build_start(user)})

    def password_change(  # type: ignore[override] # Django shows a page here
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Leads to the page for every account. Django's own would sign out nowhere, and tell nobody."""
        return redirect("account_change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (settings.IS_DEMO or _used_security_key(request))


def _used_security_key(request: HttpRequest) -> bool:
    """Whether this session was opened with a passkey or security key."""
    return any(
        record.get("method") == "mfa" and record.get("type") == "webauthn"
        for record in get_authentication_records(request, request.user)
    )
