"""Free times in words: the days of a week that have some, and the times of one of them."""

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
    """One radio button. A tuple: a template unpacks one several times faster than it looks up attributes."""

    slot_id: str
    label: str


class SiteChoice(NamedTuple):
    """One line of the list of sites."""

    site_id: UUID
    label: str


class DayChoice(NamedTuple):
    """One day of the week that has free times, and how many."""

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
    """A page of times: one day's. `earlier` and `later` are the Mondays one can turn to.

    `day` is None when the day that was asked for has no free time, or the week has none.
    """

    site: Site
    heading_from: str
    heading_to: str
    days: tuple[DayChoice, ...]
    day: DayTimes | None
    earlier: date | None
    later: date | None


def build_near_sites(shown: Site, *, present: Site, mark: str) -> list[SiteChoice]:
    """The site that the page shows and the present one, which is marked; one line where they are the same."""
    marked = SiteChoice(present.public_id, f"{_site_label(present)} {mark}")
    return [marked] if shown == present else [SiteChoice(shown.public_id, _site_label(shown)), marked]


def build_sites(sites: Iterable[SiteName]) -> list[SiteChoice]:
    """The list of all sites."""
    return [SiteChoice(site.public_id, _site_label(site)) for site in sites]


def _site_label(site: Site | SiteName) -> str:
    return f"{site.state} – {site.city}: {site.name}"


def build_week(week: Week[FreeTime], on: date | None) -> WeekChoices:
    """The times of that day, or of the week's first that has any; active language, the site's zone."""
    say = build_time_formatter(week.site.tz)
    return _build_week(week, on, lambda time: say(time.starts_at))


def build_group_week(week: Week[GroupTime], on: date | None) -> WeekChoices:
    """As `build_week`, where several people come at one time, or at one after the other."""
    say = build_time_formatter(week.site.tz)
    return _build_week(week, on, lambda time: _format_group_time(time, say))


def _build_week(week: Week[Time], on: date | None, say: Callable[[Time], str]) -> WeekChoices:
    shown = next((day for day in week.days if on in (None, day.on)), None)
    return WeekChoices(
        site=week.site,
        heading_from=format_date(week.monday),
        heading_to=format_date(week.sunday),
        days=tuple(DayChoice(day.on, format_short_date(day.on), len(day.times)) for day in week.days),
        day=_build_day(shown, say) if shown else None,
        earlier=week.earlier,
        later=week.later,
    )


def _build_day(day: Day[Time], say: Callable[[Time], str]) -> DayTimes:
    times = (TimeChoice(_as_markup(str(time.slot_id)), _as_markup(say(time))) for time in day.times)
    return DayTimes(day.on, format_weekday(day.on), tuple(times))


def _as_markup(text: str) -> SafeString:
    """Escaped here, once and for a tenth of what a template takes for it three times."""
    return SafeString(escape(text))


def _format_group_time(time: GroupTime, say: Callable[[datetime], str]) -> str:
    first = say(time.starts_at)
    if time.last_starts_at == time.starts_at:
        return first
    last = say(time.last_starts_at)
    return _("%(first)s; the last person at %(last)s") % {"first": first, "last": last}
