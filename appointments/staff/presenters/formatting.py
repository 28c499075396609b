"""Format what several staff pages show."""

from datetime import datetime

from portal.foundation.site_time import format_instant


def format_utc(instant: datetime) -> str:
    """Return an instant that belongs to no site, in UTC."""
    return format_instant(instant, "UTC")
