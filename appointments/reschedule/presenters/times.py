"""Present free times: the days of a week that have some, and the times of one day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import NamedTuple
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appointments.booking.availability import Day, FreeTime, GroupTime, Time, Week
from appointments.models import Site
from appointments.models.site import SiteName
from portal.foundation.site_time import build_time_formatter, format_date, format_short_date, format_weekday


class TimeChoice(NamedTuple):
    """One radio button. A tuple, because templates unpack tuples much faster than they look up attributes."""

    slot_id: str
    label: str


class SiteChoice(NamedTuple):
    """One option of the list of sites."""

    site_id: UUID
    label: str


class DayChoice(NamedTuple):
    """One day with free times, and how many it has."""

    on: date
    label: str
    free: int


@dataclass(frozen=True, slots=True)
class DayTimes:
    """The day whose times the page shows."""

    on: date
    heading: str
    times: tuple[TimeChoice, ...]


@dataclass(frozen=True, slots=True)
class WeekChoices:
    """A page of times of one day. `earlier` and `later` are the Mondays of the neighboring weeks.

    `day` is None if the requested day or the week has no free time.
    """

    site: Site
    heading_from: str
    heading_to: str
    days: tuple[DayChoice, ...]
    day: DayTimes | None
    earlier: date | None
    later: date | None


def build_near_sites(shown: Site, *, current: Site, mark: str) -> list[SiteChoice]:
    """Return the site that the page shows and the current site with a mark, or only that one."""
    marked = SiteChoice(current.public_id, f"{_site_label(current)} {mark}")
    return [marked] if shown == current else [SiteChoice(shown.public_id, _site_label(shown)), marked]


def build_sites(sites: Iterable[SiteName]) -> list[SiteChoice]:
    """Return the options for all sites."""
    return [SiteChoice(site.public_id, _site_label(site)) for site in sites]


def _site_label(site: Site | SiteName) -> str:
    return f"{site.state} – {site.city}: {site.name}"


def build_week(week: Week[FreeTime], on: date | None) -> WeekChoices:
    """Return the times of one day, or of the first day of the week that has any, in the site's zone."""
    format_one = build_time_formatter(week.site.tz)
    return _build_week(week, on, lambda time: format_one(time.starts_at))


def build_group_week(week: Week[GroupTime], on: date | None) -> WeekChoices:
    """Return the same for several people, who come at one time or one after the other."""
    format_one = build_time_formatter(week.site.tz)
    return _build_week(week, on, lambda time: _format_group_time(time, format_one))


def _build_week(week: Week[Time], on: date | None, format_one: Callable[[Time], str]) -> WeekChoices:
    shown = next((day for day in week.days if on in (None, day.on)), None)
    return WeekChoices(
        site=week.site,
        heading_from=format_date(week.monday),
        heading_to=format_date(week.sunday),
        days=tuple(DayChoice(day.on, format_short_date(day.on), len(day.times)) for day in week.days),
        day=_build_day(shown, format_one) if shown else None,
        earlier=week.earlier,
        later=week.later,
    )


def _build_day(day: Day[Time], format_one: Callable[[Time], str]) -> DayTimes:
    times = (TimeChoice(_as_markup(str(time.slot_id)), _as_markup(format_one(time))) for time in day.times)
    return DayTimes(day.on, format_weekday(day.on), tuple(times))


def _as_markup(text: str) -> SafeString:
    """Escape the text once. A template would escape it three times, ten times as slowly."""
    return SafeString(escape(text))


def _format_group_time(time: GroupTime, format_one: Callable[[datetime], str]) -> str:
    first = format_one(time.starts_at)
    if time.last_starts_at == time.starts_at:
        return first
    last = format_one(time.last_starts_at)
    return _("%(first)s (last person at %(last)s)") % {"first": first, "last": last}
