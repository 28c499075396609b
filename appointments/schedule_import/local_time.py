"""Turn a site's local times into instants. Reject times that do not exist, or occur twice, on a day."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from appointments.schedule_import.cells import BadCell, within_years

SHAPE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::00)?)(Z|[+-][0-9]{2}:[0-9]{2})?")
SHAPE_REMEDY = "Use the site's own date and time, like 2026-12-01T09:00."
DAY = timedelta(days=1)


def to_instant(text: str, tz: str) -> tuple[datetime, datetime]:
    """Return the instant in UTC and the site's own date and time, from text such as 2026-12-01T09:00.

    A UTC offset may follow. It is required when the time occurs twice that day.
    Raises: BadCell.
    """
    found = SHAPE.fullmatch(text)
    if not found:
        raise BadCell(SHAPE_REMEDY)
    try:
        local = within_years(datetime.fromisoformat(found[1]))
    except ValueError:
        raise BadCell(f"This date or time does not exist. {SHAPE_REMEDY}") from None
    if found[2] is None:
        offset = _offset_all_day(tz, local.toordinal())
        if offset is not None:
            return (local - offset).replace(tzinfo=UTC), local
    return _resolve_on_day_of_change(local, tz, found[2]), local


@lru_cache(maxsize=65_536)
def _offset_all_day(tz: str, ordinal: int) -> timedelta | None:
    """Return the zone's UTC offset on this day, or None when it changes during the day."""
    midnight = datetime.fromordinal(ordinal)
    zone = ZoneInfo(tz)
    first, last = midnight.replace(tzinfo=zone), (midnight + DAY).replace(tzinfo=zone, fold=1)
    return first.utcoffset() if first.utcoffset() == last.utcoffset() else None


def _resolve_on_day_of_change(local: datetime, tz: str, offset: str | None) -> datetime:
    candidates = _list_instants(local, ZoneInfo(tz))
    if not candidates:
        raise BadCell(f"This time does not exist on that day in {tz} because clocks move forward.")
    if offset is None:
        if len(candidates) > 1:
            offsets = " or ".join(each.isoformat()[-6:] for each in candidates)
            raise BadCell(f"This time occurs twice on that day in {tz}. Add its UTC offset: {offsets}.")
        return candidates[0].astimezone(UTC)
    try:
        named = datetime.fromisoformat(local.isoformat() + offset)
    except ValueError:
        raise BadCell("This UTC offset is not valid. Write it like -05:00, or leave it out.") from None
    for each in candidates:
        if each.utcoffset() == named.utcoffset():
            return each.astimezone(UTC)
    raise BadCell(f"This is not the UTC offset of {tz} on that day. Correct it, or leave it out.")


def _list_instants(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the instants at which the zone's clocks show this time: none, one or two."""
    both = [local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    found = [each for each in both if each.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local]
    return found[:1] if len(found) == 2 and found[0].utcoffset() == found[1].utcoffset() else found
