"""Values for every template: the installation, the end of the session, and what waits for the account.

Only the last makes queries, and only on pages that show it.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from accounts.models import User
from appointments.overview import queries
from appointments.overview.presenters import (
    HoldBanner,
    ToDoItem,
    build_hold_banner,
    build_to_do,
    format_unread,
)
from appointments.overview.views import get_dismissed_until
from portal.sessions import SessionStore

# Each name is in its own language, so that a reader who knows only that language finds it.
OTHER_LANGUAGE = {
    "en": {"code": "es", "name": "Español"},
    "es": {"code": "en", "name": "English"},
}


def installation(request: HttpRequest) -> dict[str, Any]:
    """Return `is_demo`, `agency_name` and `other_language` (with `code` and `name`)."""
    return {
        "is_demo": settings.IS_DEMO,
        "agency_name": settings.AGENCY_NAME,
        "other_language": OTHER_LANGUAGE["es" if (get_language() or "en").startswith("es") else "en"],
    }


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """When a reader who does nothing more is signed out, and whether the session can be extended."""

    at: datetime
    seconds_left: int
    can_be_extended: bool


def session_end(request: HttpRequest) -> dict[str, Any]:
    """Return `session_end` for components/session_end.html. It is None for visitors."""
    return {"session_end": SimpleLazyObject(lambda: find_session_end(request))}


def find_session_end(request: HttpRequest) -> SessionEnd | None:
    """Return the end of the reader's session, or None for visitors and where no session was read."""
    session = request.session
    if not request.user.is_authenticated or not isinstance(session, SessionStore) or session.ends_at is None:
        return None
    return SessionEnd(
        at=session.ends_at,
        seconds_left=max(0, math.floor((session.ends_at - timezone.now()).total_seconds())),
        can_be_extended=session.can_be_extended,
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """What the top of every page shows: a held or expired time, and the number of unread notices."""

    hold: HoldBanner | None
    unread: str


def account_overview(request: HttpRequest) -> dict[str, Any]:
    """Return `overview` for the base template and `to_do` for the first page after sign-in.

    Each is one statement on the pages that show it. Visitors and staff have neither.
    """
    return {
        "overview": SimpleLazyObject(lambda: find_overview(request)),
        "to_do": SimpleLazyObject(lambda: list_to_do(request)),
    }


def find_overview(request: HttpRequest) -> Overview | None:
    """Return the overview of the reader's account, or None for visitors and staff."""
    account = _find_account(request)
    if account is None:
        return None
    status = queries.get_status(account=account)
    return Overview(
        hold=build_hold_banner(status, path=request.path, dismissed_until=get_dismissed_until(request)),
        unread=format_unread(status.unread) if status.unread else "",
    )


def list_to_do(request: HttpRequest) -> list[ToDoItem]:
    """Return the to-do list of the reader's account. Empty for visitors and staff."""
    account = _find_account(request)
    return build_to_do(queries.get_open_tasks(account=account)) if account else []


def _find_account(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.kind != User.Kind.STAFF else None
