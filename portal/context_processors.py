"""Values for every template: the installation, and the end of the session. They make no query."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

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
