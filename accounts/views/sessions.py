"""List and end the sessions of an account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import queries
from accounts.presenters.sessions import SessionView, build_session_view, describe_browser
from accounts.requests import SignedInRequest
from accounts.services import sessions

PAGE_SIZE = 20
MAX_KEY_DIGITS = 12


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def list_sessions(request: SignedInRequest) -> HttpResponse:
    """List the account's sessions, this one first. A POST ends one of them, or all."""
    if request.method == "POST":
        return _end_sessions(request)
    current_key = request.session.session_key
    current = queries.find_current_session(account=request.user, current_key=current_key)
    others = queries.list_other_sessions(account=request.user, current_key=current_key)
    page = Paginator(others, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/sessions.html",
        {
            "here": describe_browser(request.headers.get("User-Agent", "")),
            "began_at": current.created_at if current else None,
            "page": page,
            "others": [_build_view(row) for row in page],
        },
    )


def _build_view(row: Any) -> SessionView:
    return build_session_view(
        key=row.pk, user_agent=row.user_agent, began_at=row.created_at, expires_at=row.expires_at
    )


def _end_sessions(request: SignedInRequest) -> HttpResponse:
    key = request.POST.get("session", "")
    if key == "all":
        sessions.end_other_sessions(account=request.user, current_key=request.session.session_key)
        messages.success(request, _("You signed out of all other devices."))
    elif key.isdecimal() and len(key) <= MAX_KEY_DIGITS:
        # If the session has already ended, or never existed, the message is true as well.
        sessions.end_session(account=request.user, key=int(key))
        messages.success(request, _("You signed out of that device."))
    return redirect("sessions")
