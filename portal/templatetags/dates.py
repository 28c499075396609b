"""Template filters that format dates and instants."""

from datetime import date, datetime

from django import template
from django.conf import settings

from portal.foundation.site_time import format_date, format_instant, format_time

register = template.Library()


@register.filter
def iso_day(text: str) -> str:
    """Format “2026-12-07” as “December 7, 2026”, in the active language."""
    return format_date(date.fromisoformat(text))


@register.filter
def agency_time(instant: datetime) -> str:
    """Format an instant that belongs to no site as “9:40 AM EST”, in the agency's time zone."""
    return format_time(instant, settings.AGENCY_TIME_ZONE)


@register.filter
def agency_instant(instant: datetime) -> str:
    """Format an instant as “Tuesday, December 1, 2026 at 9:40 AM EST”, in the agency's time zone."""
    return format_instant(instant, settings.AGENCY_TIME_ZONE)
