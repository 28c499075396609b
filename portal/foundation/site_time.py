"""How the product says an instant: in the site's zone, with its abbreviation, in the active language.

Every page, message and document takes its times from here. What decides by time belongs elsewhere.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, pgettext

# Zones without letters of their own are named by their offset in the IANA data: +10, -03, +0545.
NAMELESS_ZONE = re.compile(r"([+-])(\d\d)(\d\d)?")


def in_site_zone(instant: datetime, tz: str) -> datetime:
    """The same instant on the site's clock. Raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return instant.astimezone(ZoneInfo(tz))


def format_instant(instant: datetime, tz: str) -> str:
    """“Tuesday, December 1, 2026 at 9:40 AM MST”."""
    return pgettext("day and time", "%(day)s at %(time)s") % {
        "day": format_day(instant, tz),
        "time": format_time(instant, tz),
    }


def format_day(instant: datetime, tz: str) -> str:
    """“Tuesday, December 1, 2026”: the day it is at the site."""
    return format_weekday(in_site_zone(instant, tz).date())


def format_weekday(day: date) -> str:
    """“Tuesday, December 1, 2026”, of a day that is known to be the site's."""
    # Translators: Django date format, see "date" under built-in template filters.
    return date_format(day, pgettext("date format with weekday", "l, F j, Y"))


def format_short_date(day: date) -> str:
    """“Tue, Dec 1”: one of several days of a week that is named."""
    # Translators: Django date format, see "date" under built-in template filters.
    return date_format(day, pgettext("short date format with weekday", "D, M j"))


def format_date(day: date) -> str:
    """“December 1, 2026”: a date that belongs to no zone, such as that of a letter."""
    # Translators: Django date format, see "date" under built-in template filters.
    return date_format(day, pgettext("date format", "F j, Y"))


def format_time(instant: datetime, tz: str) -> str:
    """“9:40 AM MST”: the hour it is at the site."""
    return time_formatter(tz)(instant)


def time_formatter(tz: str) -> Callable[[datetime], str]:
    """`format_time` of one site in the active language, for hundreds of instants: both are looked up once."""
    language = get_language()

    def say(instant: datetime) -> str:
        local = in_site_zone(instant, tz)
        return f"{_format_clock(language, local.hour, local.minute)} {_format_zone_name(local.tzname())}"

    return say


def format_zone(instant: datetime, tz: str) -> str:
    """“MST”, “ChST”; “UTC+10” where the zone has no letters."""
    return _format_zone_name(in_site_zone(instant, tz).tzname())


@lru_cache(maxsize=4096)
def _format_clock(language: str | None, hour: int, minute: int) -> str:
    """“9:40 AM” in the active `language`. Kept: a week of times says hundreds, of few minutes of the day."""
    half = pgettext("before noon", "AM") if hour < 12 else pgettext("after noon", "PM")
    # Translators: Django time format, see "date" under built-in template filters.
    clock = time_format(time(hour, minute), pgettext("clock format", "g:i"))
    return f"{clock} {half}"


@lru_cache
def _format_zone_name(name: str | None) -> str:
    if name is None:
        return ""
    nameless = NAMELESS_ZONE.fullmatch(name)
    if nameless is None:
        return name
    sign, hours, minutes = nameless.groups()
    return f"UTC{sign}{int(hours)}" + (f":{minutes}" if minutes else "")
