"""Format instants in a site's time zone, with its abbreviation, in the active language.

Every page, message and document formats its times here.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language, pgettext, pgettext_lazy

# In the IANA data, zones without an abbreviation have their offset as name: +10, -03, +0545.
NAMELESS_ZONE = re.compile(r"([+-])(\d\d)(\d\d)?")
# English uses the abbreviations. Spanish has names, which must tell standard time from daylight time.
ZONE_NAMES = {
    "AST": pgettext_lazy("time zone", "AST"),
    "EST": pgettext_lazy("time zone", "EST"),
    "EDT": pgettext_lazy("time zone", "EDT"),
    "CST": pgettext_lazy("time zone", "CST"),
    "CDT": pgettext_lazy("time zone", "CDT"),
    "MST": pgettext_lazy("time zone", "MST"),
    "MDT": pgettext_lazy("time zone", "MDT"),
    "PST": pgettext_lazy("time zone", "PST"),
    "PDT": pgettext_lazy("time zone", "PDT"),
    "AKST": pgettext_lazy("time zone", "AKST"),
    "AKDT": pgettext_lazy("time zone", "AKDT"),
    "HST": pgettext_lazy("time zone", "HST"),
    "HDT": pgettext_lazy("time zone", "HDT"),
    "SST": pgettext_lazy("time zone", "SST"),
    "ChST": pgettext_lazy("time zone", "ChST"),
}


def in_site_zone(instant: datetime, tz: str) -> datetime:
    """Return the instant in the site's time zone. Raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return instant.astimezone(ZoneInfo(tz))


def format_instant(instant: datetime, tz: str) -> str:
    """Format an instant as “Tuesday, December 1, 2026 at 9:40 AM MST”."""
    return _join_day_and_time(format_day(instant, tz), instant, tz)


def format_short_instant(instant: datetime, tz: str) -> str:
    """Format an instant within the next months as “Tue, Dec 1 at 9:40 AM MST”."""
    return _join_day_and_time(format_short_date(in_site_zone(instant, tz).date()), instant, tz)


def _join_day_and_time(day: str, instant: datetime, tz: str) -> str:
    parts = {"day": day, "time": format_time(instant, tz)}
    if in_site_zone(instant, tz).hour % 12 == 1:
        # Spanish: “a la 1:00”, but “a las 2:00”.
        return pgettext("day and time from 1:00 to 1:59", "%(day)s at %(time)s") % parts
    return pgettext("day and time", "%(day)s at %(time)s") % parts


def format_day(instant: datetime, tz: str) -> str:
    """Format the day at the site as “Tuesday, December 1, 2026”."""
    return format_weekday(in_site_zone(instant, tz).date())


def format_weekday(day: date) -> str:
    """Format a day that is already the site's as “Tuesday, December 1, 2026”."""
    # Translators: Django date format, see "date" under built-in template filters.
    return date_format(day, pgettext("date format with weekday", "l, F j, Y"))


def format_short_date(day: date) -> str:
    """Format a day as “Tue, Dec 1”, where the page names the week."""
    # Translators: Django date format, see "date" under built-in template filters.
    return date_format(day, pgettext("short date format with weekday", "D, M j"))


def format_day_of_month(day: date) -> str:
    """Format a day as “Tuesday, December 1”, where the page names the year."""
    return _format_day_of_month(get_language(), day)


@lru_cache(maxsize=2048)
def _format_day_of_month(_language: str | None, day: date) -> str:
    """Format the day in the active language. Cached, because calendars repeat the same days."""
    # Translators: Django date format, see "date" under built-in template filters.
    return date_format(day, pgettext("date format with weekday, without year", "l, F j"))


def format_month(day: date) -> str:
    """Format the month of a day as “December 2026”."""
    return capfirst(date_format(day, "YEAR_MONTH_FORMAT"))


def format_date(day: date) -> str:
    """Format a date that belongs to no zone, such as that of a letter, as “December 1, 2026”."""
    # Translators: Django date format, see "date" under built-in template filters.
    return date_format(day, pgettext("date format", "F j, Y"))


def format_time(instant: datetime, tz: str) -> str:
    """Format the time at the site as “9:40 AM MST”."""
    return build_time_formatter(tz)(instant)


def build_time_formatter(tz: str) -> Callable[[datetime], str]:
    """Return `format_time` for one site in the active language, for hundreds of instants."""
    language = get_language()

    def format_one(instant: datetime) -> str:
        local = in_site_zone(instant, tz)
        return _format_local_time(language, local.hour, local.minute, local.tzname() or "")

    return format_one


def format_zone(instant: datetime, tz: str) -> str:
    """Format the zone of the site at an instant as “MST”, where its times are shown without it."""
    return _format_zone_name(in_site_zone(instant, tz).tzname() or "")


def format_clock_times(instants: Sequence[datetime], tz: str) -> str:
    """Format times of one day at the site without their zone: “9:40 AM”, “9:00 and 9:40 AM”."""
    language = get_language()
    locals_ = [in_site_zone(instant, tz) for instant in instants]
    last = locals_[-1]
    texts = [
        _format_clock(language, local.hour, local.minute, with_half=(local.hour < 12) != (last.hour < 12))
        for local in locals_[:-1]
    ]
    return get_text_list(
        [*texts, _format_clock(language, last.hour, last.minute, with_half=True)],
        pgettext("between the last two times of a list", "and"),
    )


@lru_cache(maxsize=4096)
def _format_local_time(language: str | None, hour: int, minute: int, zone_name: str) -> str:
    """Format “9:40 AM MST” in the active `language`. Cached, because a page repeats few different times."""
    return pgettext("time with its zone", "%(time)s %(zone)s") % {
        "time": _format_clock(language, hour, minute, with_half=True),
        "zone": _format_zone_name(zone_name),
    }


def format_clock(clock: time) -> str:
    """Format a time of day as “9:40 AM”, where no day and no zone is needed, as in opening hours."""
    return _format_clock(get_language(), clock.hour, clock.minute, with_half=True)


@lru_cache(maxsize=4096)
def _format_clock(_language: str | None, hour: int, minute: int, *, with_half: bool) -> str:
    """Format “9:40 AM” in the active language, or only “9:40”."""
    # Translators: Django time format, see "date" under built-in template filters.
    clock = time_format(time(hour, minute), pgettext("clock format", "g:i"))
    if not with_half:
        return clock
    half = pgettext("before noon", "AM") if hour < 12 else pgettext("after noon", "PM")
    return f"{clock} {half}"


def _format_zone_name(name: str) -> str:
    """Return the name of the zone in the active language: the abbreviation, or “UTC+10” if it has none."""
    if name in ZONE_NAMES:
        return str(ZONE_NAMES[name])
    nameless = NAMELESS_ZONE.fullmatch(name)
    if nameless is None:
        return name
    sign, hours, minutes = nameless.groups()
    return f"UTC{sign}{int(hours)}" + (f":{minutes}" if minutes else "")
