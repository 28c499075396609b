"""Describe sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

# The first match counts: browsers also name other browsers that they want to pass for.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def describe_browser(user_agent: str) -> str:
    """Return a text such as “Firefox on Windows”, as far as the user agent says."""
    browser = next((name for token, name in BROWSERS if token in user_agent), "")
    system = next((name for token, name in SYSTEMS if token in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session: its browser, when it began, and when it was last active.

    `active_at` is None in the last half hour of the twelve hours, when requests no longer move its end.
    """

    key: int
    browser: str
    began_at: datetime
    active_at: datetime | None


def build_session_view(*, key: int, user_agent: str, began_at: datetime, expires_at: datetime) -> SessionView:
    """Return the view of a session. Each request moves its end, so the end says when it was last active.

    Within a minute: a session is renewed at most once a minute.
    """
    longest = began_at + timedelta(seconds=settings.SESSION_LONGEST_AGE)
    active_at = expires_at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    # The session begins a moment before its entry in the list.
    is_capped = expires_at >= longest - timedelta(minutes=1)
    return SessionView(
        key, describe_browser(user_agent), began_at, None if is_capped else max(active_at, began_at)
    )
