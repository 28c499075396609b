"""Dates and instants that reach a template, said as the product says them."""

from datetime import date, datetime

from django import template
from django.conf import settings

from portal.foundation.site_time import format_date, format_instant, format_time

register = template.Library()


@register.filter
def iso_day(text: str) -> str:
    """“2026-12-07” as “December 7, 2026”, in the active language."""
    return format_date(date.fromisoformat(text))


@register.filter
def agency_time(instant: datetime) -> str:
    """“9:40 AM EST”: an instant that belongs to no site, on the agency's clock."""
    return format_time(instant, settings.AGENCY_TIME_ZONE)


@register.filter
def agency_instant(instant: datetime) -> str:
    """“Tuesday, December 1, 2026 at 9:40 AM EST”: the same with its day."""
    return format_instant(instant, settings.AGENCY_TIME_ZONE)
