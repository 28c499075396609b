"""What someone looks for on a page of times, and the days that match. No query, no words."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.http import urlencode

from appointments.booking.availability import DayCount, FreeTime, Openings
from portal.foundation.site_time import in_site_zone


class PartOfDay(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True, slots=True)
class TimesSearch:
    """The parameters of a page of times. All its links and forms pass them on, except the day.

    `further` has those that are not part of the search, such as the other people of a group. `path` is empty
    if the links are relative to the page that shows them.
    """

    site_id: UUID
    part: str = ""
    weekday: int | None = None
    day: date | None = None
    near: date | None = None
    further: tuple[tuple[str, str], ...] = ()
    path: str = ""

    @property
    def has_filter(self) -> bool:
        return bool(self.part or self.weekday)

    @property
    def filter_fields(self) -> tuple[tuple[str, str], ...]:
        """The part of the day and the weekday, if one was chosen."""
        named = (("part", self.part), ("weekday", str(self.weekday or "")))
        return tuple((name, value) for name, value in named if value)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """All parameters except the day."""
        return (("site", str(self.site_id)), *self.filter_fields, *self.further)

    def build_address(self, on: date | None = None) -> str:
        """Return the address of this search, on a day if one is given."""
        day = f"&day={on.isoformat()}" if on else ""
        return f"{self.path}?{urlencode(self.fields)}{day}"

    def matches(self, count: DayCount) -> bool:
        """Return whether these times of a day are of the part of the day and the weekday."""
        return self.weekday in (None, count.on.isoweekday()) and self._is_part(is_morning=count.is_morning)

    def matches_time(self, time: FreeTime, tz: str) -> bool:
        """Return whether a time of a matching day is of the part of the day."""
        return self._is_part(is_morning=in_site_zone(time.starts_at, tz).hour < 12)

    def _is_part(self, *, is_morning: bool) -> bool:
        return self.part in ("", PartOfDay.MORNING if is_morning else PartOfDay.AFTERNOON)


@dataclass(frozen=True, slots=True)
class OpenDays:
    """The days with times that match a search, earliest first: how many, and when the first begins."""

    openings: Openings
    counts: Mapping[date, int]
    first_at: datetime | None

    @property
    def first(self) -> date | None:
        return next(iter(self.counts), None)

    def find_from(self, day: date) -> date | None:
        """Return the first open day that is not before this day."""
        days = list(self.counts)
        place = bisect_left(days, day)
        return days[place] if place < len(days) else None

    def find_before(self, day: date) -> date | None:
        """Return the last open day before this day."""
        days = list(self.counts)
        place = bisect_left(days, day)
        return days[place - 1] if place else None


def find_open_days(openings: Openings, search: TimesSearch) -> OpenDays:
    """Return the days of the openings that match the search."""
    counts: dict[date, int] = {}
    first_at = None
    for count in openings.counts:
        if search.matches(count):
            counts[count.on] = counts.get(count.on, 0) + count.openings
            first_at = first_at or count.first_at
    return OpenDays(openings, counts, first_at)


def choose_day(days: OpenDays, search: TimesSearch, *, current_on: date) -> date | None:
    """Return the day to show: the one asked for, or else an open day near where the reader is.

    Without a wish it is the first open day from the current appointment on, or else the first of all. None if
    no day is open.
    """
    if search.day:
        return search.day
    if search.near:
        return days.find_from(search.near) or days.find_before(search.near)
    return days.find_from(current_on) or days.first
