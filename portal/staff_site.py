"""The admin site for staff, behind allauth's sign-in and a phishing-resistant second factor."""

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

from accounts import typed
from accounts.models import User
from appointments.staff.presenters.row_names import ROW_NAMES
from appointments.staff.presenters.start_page import build_start

OURS = ("policy.", "accounts.", "appointments.")


@method_decorator(secure_admin_login, name="login")
class StaffSite(AdminSite):
    """An admin site that requires a security key, except in the demonstration."""

    site_title = _("Appointment portal")
    site_header = _("Appointment portal: staff")
    index_title = _("Overview")
    enable_nav_sidebar = True
    row_names = ROW_NAMES

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register only this project's admin classes: libraries' show secrets or bypass the services."""
        if admin_class is not None and admin_class.__module__.startswith(OURS):
            super().register(model_or_iterable, admin_class, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the start page with the work of the reader's units."""
        user: User = request.user  # type: ignore[assignment]
        return super().index(request, {**(extra_context or {}), "start": build_start(user)})

    def refill(self, request: HttpRequest, form: typed.KeptForm) -> None:
        """For the pages of rules, which know no accounts: see `portal/foundation/admin/editable.py`."""
        typed.refill(request, form)

    def forget_typed(self, request: HttpRequest) -> None:
        """Likewise."""
        typed.forget(request)

    def password_change(  # type: ignore[override] # Django shows a page here
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the page for every account: Django's would end no session and send no notice."""
        return redirect("account_change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (settings.IS_DEMO or _used_security_key(request))


def _used_security_key(request: HttpRequest) -> bool:
    """Return whether this session was opened with a passkey or security key."""
    return any(
        record.get("method") == "mfa" and record.get("type") == "webauthn"
        for record in get_authentication_records(request, request.user)
    )
