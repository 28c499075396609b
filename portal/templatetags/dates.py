"""Dates that reach a template as ISO text, said as the product says dates."""

from datetime import date

from django import template

from appointments.site_time import say_date

register = template.Library()


@register.filter
def iso_day(text: str) -> str:
    """“2026-12-07” as “December 7, 2026”, in the active language."""
    return say_date(date.fromisoformat(text))
