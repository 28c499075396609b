"""Present free times: a calendar of the days within reach, and the times of one day as buttons."""

from calendar import SUNDAY, Calendar
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import NamedTuple

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.booking.availability import FreeTime
from appointments.models import Site
from appointments.reschedule.facts import OpenDays, PartOfDay, TimesSearch
from portal.foundation.site_time import (
    build_time_formatter,
    format_clock_times,
    format_date,
    format_day_of_month,
    format_month,
    format_short_date,
    format_weekday,
    format_zone,
    in_site_zone,
)

# Everything within this many days fits on one page: at most four months, the outer ones with few weeks.
DAYS_ON_ONE_PAGE = 92
MONTHS_ON_A_PAGE = 3
MOST_TIMES_OF_A_GROUP = 4
NOTHING = SafeString("")
PLACE = "\0"
# Names one time: (time, day, site) → text.
DescribeTime = Callable[[str, str, str], str]


class DayCell(NamedTuple):
    """One cell of a month. Empty if the day is of another month. Without an address the day has no times.

    A tuple of escaped texts, because templates unpack tuples and print those much faster. `attributes` are
    those of the cell, `current` is that of the link to the day that the page shows.
    """

    number: SafeString = NOTHING
    address: SafeString = NOTHING
    openings: SafeString = NOTHING
    spoken: SafeString = NOTHING
    attributes: SafeString = NOTHING
    current: SafeString = NOTHING


class Option(NamedTuple):
    """One choice of a filter."""

    value: str
    label: str
    is_selected: bool


class TimeButton(NamedTuple):
    """One time to choose. `spoken` also names the day and the site."""

    slot_id: str
    label: SafeString
    spoken: SafeString
    is_held: bool


class Link(NamedTuple):
    address: str
    text: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class MonthView:
    caption: str
    weeks: tuple[tuple[DayCell, ...], ...]


@dataclass(frozen=True, slots=True)
class DayTimes:
    """The times of the day that the page shows. `zone` is empty if each label names its own.

    Without times, `earlier` and `later` lead to the nearest days that have some.
    """

    heading: str
    zone: str
    morning: tuple[TimeButton, ...]
    afternoon: tuple[TimeButton, ...]
    action: str
    earlier: Link | None
    later: Link | None

    @property
    def has_times(self) -> bool:
        return bool(self.morning or self.afternoon)


@dataclass(frozen=True, slots=True)
class TimesView:
    """A page of times: the calendar, and one day. `day` is None if no day within reach matches."""

    site: Site
    search: TimesSearch
    weekdays: tuple[tuple[str, str], ...]
    months: tuple[MonthView, ...]
    other_months: tuple[Link, ...]
    first: Link | None
    reach: str
    parts: tuple[Option, ...]
    weekday_filter: tuple[Option, ...]
    first_day: str
    last_day: str
    moved: str
    day: DayTimes | None
    all_times: str
    near: str


def present_times(
    days: OpenDays,
    search: TimesSearch,
    *,
    on: date | None,
    times: Iterable[FreeTime],
    current_days: Collection[date],
    held: Collection[str] = (),
    describe: DescribeTime | None = None,
) -> TimesView:
    """Return the calendar and the times of the day `on`.

    `current_days` are the days of the current appointments, `held` the ids of the slots that a live hold
    begins in, and `describe` names a time; without it, as one to hold.
    """
    openings = days.openings
    shown_months, other_months = _list_months(days, search, on)
    build_cell = _build_cell_builder(days, search, on, current_days)
    return TimesView(
        site=openings.site,
        search=search,
        weekdays=_list_weekdays(),
        months=tuple(_build_month(first, build_cell, days) for first in shown_months),
        other_months=other_months,
        first=_build_first(days, search),
        reach=_describe_reach(openings.today, openings.last_day),
        parts=_list_parts(search),
        weekday_filter=_list_weekday_filter(search),
        first_day=openings.today.isoformat(),
        last_day=openings.last_day.isoformat(),
        moved=_describe_move(search, on),
        day=_build_day(days, search, on, list(times), held, describe or describe_hold) if on else None,
        all_times=TimesSearch(search.site_id, further=search.further, path=search.path).build_address(on),
        near=on.isoformat() if on else "",
    )


def describe_hold(time: str, day: str, site: str) -> str:
    """Return the name of a button that holds a time."""
    return _("Hold %(time)s on %(day)s at %(site)s") % {"time": time, "day": day, "site": site}


def describe_review(time: str, day: str, site: str) -> str:
    """Return the name of a button that only continues with a time."""
    return _("Review %(time)s on %(day)s at %(site)s") % {"time": time, "day": day, "site": site}


def _list_weekdays() -> tuple[tuple[str, str], ...]:
    """Return the short and the full name of each weekday. US calendars begin on Sunday."""
    order = (SUNDAY, *range(SUNDAY))
    return tuple((capfirst(str(WEEKDAYS_ABBR[day])), capfirst(str(WEEKDAYS[day]))) for day in order)


def _list_parts(search: TimesSearch) -> tuple[Option, ...]:
    labels = {"": _("Any time"), PartOfDay.MORNING: _("Morning"), PartOfDay.AFTERNOON: _("Afternoon")}
    return tuple(Option(str(part), label, part == search.part) for part, label in labels.items())


def _list_weekday_filter(search: TimesSearch) -> tuple[Option, ...]:
    weekdays = (
        Option(str(day + 1), capfirst(str(name)), day + 1 == search.weekday) for day, name in WEEKDAYS.items()
    )
    return (Option("", _("Any day"), search.weekday is None), *weekdays)


def _list_months(
    days: OpenDays, search: TimesSearch, on: date | None
) -> tuple[Sequence[date], tuple[Link, ...]]:
    """Return the first days of the months to show, and a link to each group of months if not all fit."""
    first, last = days.openings.today, days.openings.last_day
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [
        date(first.year + (first.month - 1 + place) // 12, (first.month - 1 + place) % 12 + 1, 1)
        for place in range(number)
    ]
    if (last - first).days <= DAYS_ON_ONE_PAGE:
        return months, ()
    pages = [months[place : place + MONTHS_ON_A_PAGE] for place in range(0, number, MONTHS_ON_A_PAGE)]
    shown = next((page for page in reversed(pages) if on and page[0] <= on), pages[0])
    return shown, tuple(_build_months_link(page, days, search, is_current=page == shown) for page in pages)


def _build_months_link(
    months: Sequence[date], days: OpenDays, search: TimesSearch, *, is_current: bool
) -> Link:
    """Lead to the first open day of these months, or to their first day within reach."""
    begin = max(months[0], days.openings.today)
    open_day = days.find_from(begin)
    is_within = open_day is not None and open_day.replace(day=1) <= months[-1]
    text = format_month(months[0])
    if len(months) > 1:
        text = _("%(first)s to %(last)s") % {"first": text, "last": format_month(months[-1])}
    return Link(search.build_address(open_day if is_within else begin), text, is_current)


def _build_month(first: date, build_cell: Callable[[date], DayCell], days: OpenDays) -> MonthView:
    today, last_day = days.openings.today, days.openings.last_day
    return MonthView(
        caption=format_month(first),
        weeks=tuple(
            tuple(build_cell(day) if day.month == first.month else DayCell() for day in week)
            for week in Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
            if any(day.month == first.month and today <= day <= last_day for day in week)
        ),
    )


def _build_cell_builder(
    days: OpenDays, search: TimesSearch, on: date | None, current_days: Collection[date]
) -> Callable[[date], DayCell]:
    """Return a function that builds the cell of a day. What all cells share is made once."""
    names = {"today": _("today"), "current": _("your current appointment"), "shown": _("selected")}
    address = _as_markup(search.build_address(date.min)).removesuffix(date.min.isoformat())
    spoken_numbers = {number: _describe_openings(number) for number in {0, *days.counts.values()}}

    def build_cell(day: date) -> DayCell:
        number = days.counts.get(day, 0)
        spoken = [capfirst(format_day_of_month(day)), spoken_numbers[number]]
        marks = {"today": day == days.openings.today, "current": day in current_days, "shown": day == on}
        attributes = current = NOTHING
        if True in marks.values():
            names_of_day = [name for name, applies in marks.items() if applies]
            spoken += [names[name] for name in names_of_day]
            css = " ".join(f"portal-calendar__cell--{name}" for name in names_of_day)
            attributes = SafeString(f' class="{css}"' + (' aria-current="date"' if marks["today"] else ""))
            current = SafeString(' aria-current="true"') if marks["shown"] else NOTHING
        return DayCell(
            number=SafeString(day.day),
            address=SafeString(address + day.isoformat()) if number else NOTHING,
            openings=SafeString(number) if number else NOTHING,
            spoken=_as_markup(", ".join(spoken)),
            attributes=attributes,
            current=current,
        )

    return build_cell


def _describe_openings(number: int) -> str:
    if not number:
        return _("no openings")
    return ngettext("%(openings)d opening", "%(openings)d openings", number) % {"openings": number}


def _build_first(days: OpenDays, search: TimesSearch) -> Link | None:
    if days.first is None or days.first_at is None:
        return None
    text = _("First opening: %(day)s, %(time)s") % {
        "day": format_short_date(days.first),
        "time": format_clock_times([days.first_at], days.openings.site.tz),
    }
    return Link(search.build_address(days.first), text)


def _describe_reach(today: date, last_day: date) -> str:
    number = (last_day - today).days
    return ngettext(
        "You can book through %(day)s, %(number)d day from today.",
        "You can book through %(day)s, %(number)d days from today.",
        number,
    ) % {"day": format_date(last_day), "number": number}


def _describe_move(search: TimesSearch, on: date | None) -> str:
    """Say so if the day that the reader was at has no times any more, and another one is shown."""
    if on is None or search.day or search.near is None or search.near == on:
        return ""
    return _("%(wanted)s has no openings that match. This is the nearest day with openings.") % {
        "wanted": format_day_of_month(search.near)
    }


def _build_day(
    days: OpenDays,
    search: TimesSearch,
    on: date,
    times: list[FreeTime],
    held: Collection[str],
    describe: DescribeTime,
) -> DayTimes:
    site = days.openings.site
    zones = {format_zone(time.starts_at, site.tz) for time in times}
    format_one = _build_formatter(site.tz, with_zone=len(zones) > 1)
    # The name of a button, with a mark in the place of its time: the sentence is translated once.
    spoken = escape(describe(PLACE, format_day_of_month(on), site.name))
    morning: list[TimeButton] = []
    afternoon: list[TimeButton] = []
    for time in times:
        label = _as_markup(format_one(time))
        slot_id = str(time.slot_id)
        button = TimeButton(slot_id, label, SafeString(spoken.replace(PLACE, label)), slot_id in held)
        (morning if in_site_zone(time.starts_at, site.tz).hour < 12 else afternoon).append(button)
    before, after = (None, None) if times else (days.find_before(on), days.find_from(on))
    return DayTimes(
        heading=format_weekday(on),
        zone=zones.pop() if len(zones) == 1 else "",
        morning=tuple(morning),
        afternoon=tuple(afternoon),
        action=search.build_address(on),
        earlier=_build_day_link(before, days, search),
        later=_build_day_link(after, days, search),
    )


def _build_day_link(day: date | None, days: OpenDays, search: TimesSearch) -> Link | None:
    if day is None:
        return None
    text = _("%(day)s (%(openings)s)") % {
        "day": format_day_of_month(day),
        "openings": _describe_openings(days.counts[day]),
    }
    return Link(search.build_address(day), capfirst(text))


def _build_formatter(tz: str, *, with_zone: bool) -> Callable[[FreeTime], str]:
    """Format without the zone, except on a day on which clocks change while the site is open."""
    format_with_zone = build_time_formatter(tz)

    def format_one(time: FreeTime) -> str:
        if len(time.starts) <= MOST_TIMES_OF_A_GROUP and not with_zone:
            return format_clock_times(time.starts, tz)
        first, last = time.starts[0], time.starts[-1]
        format_end = format_with_zone if with_zone else lambda instant: format_clock_times([instant], tz)
        if first == last:
            return format_end(first)
        return _("%(first)s to %(last)s") % {"first": format_end(first), "last": format_end(last)}

    return format_one


def _as_markup(text: str) -> SafeString:
    """Escape the text once. A template would escape it three times, ten times as slowly."""
    return SafeString(escape(text))
