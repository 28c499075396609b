"""The time zone of a site as a VTIMEZONE (RFC 5545, 3.6.5), which Outlook, Google and Apple all understand.

One STANDARD and, where clocks change, one DAYLIGHT part, each with a yearly rule. Outlook ignores lists of
dates, so zones whose changes follow no such rule have no VTIMEZONE, and the entry is in UTC instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WITHOUT_CHANGES_SINCE = datetime(1970, 1, 1)  # noqa: DTZ001 (local time, as RFC 5545 wants it)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of a zone's clocks. `local` is the clock time before the change."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def week(self) -> int:
        """The number of the weekday within its month: 2 for a second Sunday."""
        return (self.local.day - 1) // 7 + 1

    @property
    def is_last_week(self) -> bool:
        return (self.local + 7 * DAY).month != self.local.month


@lru_cache(maxsize=64)
def find_zone(tz: str, year: int) -> Timezone | None:
    """Return the VTIMEZONE for entries of that year, or None if yearly rules cannot express the zone.

    Cached per zone and year, because finding the changes takes longer than everything else.
    """
    years = [_list_changes(ZoneInfo(tz), each) for each in (year - 1, year, year + 1)]
    zone = Timezone()
    zone.add("tzid", tz)
    if not any(years):
        zone.add_component(_build_unchanging(ZoneInfo(tz), year))
        return zone
    if any(len(changes) != 2 for changes in years):
        return None
    for of_years in zip(*(sorted(changes, key=lambda each: each.after) for changes in years), strict=True):
        rule = _find_rule(of_years)
        if rule is None:
            return None
        zone.add_component(_build_part(of_years[0], rule))
    return zone


def _build_unchanging(zone: ZoneInfo, year: int) -> TimezoneStandard:
    noon = datetime(year, 7, 1, 12, tzinfo=zone)
    offset = noon.utcoffset() or timedelta()
    part = TimezoneStandard()
    part.add("dtstart", WITHOUT_CHANGES_SINCE)
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", offset)
    part.add("tzname", noon.tzname() or "")
    return part


def _build_part(first: _Change, rule: dict[str, object]) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if first.after > first.before else TimezoneStandard()
    part.add("dtstart", first.local)
    part.add("tzoffsetfrom", first.before)
    part.add("tzoffsetto", first.after)
    part.add("tzname", first.name)
    part.add("rrule", rule)
    return part


def _find_rule(changes: Sequence[_Change]) -> dict[str, object] | None:
    """Return the yearly rule that gives all these changes, one of each year, or None."""
    first = changes[0]
    if any(
        (each.local.month, each.local.weekday(), each.local.time(), each.before, each.after)
        != (first.local.month, first.local.weekday(), first.local.time(), first.before, first.after)
        for each in changes
    ):
        return None
    if all(each.week == first.week for each in changes) and first.week < 5:
        week = first.week
    elif all(each.is_last_week for each in changes):
        week = -1
    else:
        return None
    return {
        "freq": "YEARLY",
        "bymonth": first.local.month,
        "byday": f"{week}{WEEKDAYS[first.local.weekday()]}",
    }


def _list_changes(zone: ZoneInfo, year: int) -> list[_Change]:
    """Return every change of the zone's offset in that year, to the minute."""
    changes = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        if _get_offset(day, zone) != _get_offset(day + DAY, zone):
            instant = _find_instant(day, zone)
            before, after = _get_offset(instant - MINUTE, zone), _get_offset(instant, zone)
            local = (instant + before).replace(tzinfo=None)
            changes.append(_Change(local, before, after, instant.astimezone(zone).tzname() or ""))
        day += DAY
    return changes


def _find_instant(day: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute after `day` at which the offset differs from that of `day`."""
    same, other = 0, 24 * 60
    while other - same > 1:
        middle = (same + other) // 2
        if _get_offset(day + middle * MINUTE, zone) == _get_offset(day, zone):
            same = middle
        else:
            other = middle
    return day + other * MINUTE


def _get_offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()
