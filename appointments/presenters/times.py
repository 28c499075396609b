"""A week of free times in words."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from appointments.availability import Week
from appointments.models import Site
from appointments.site_time import say_date, say_day, say_time


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """One radio button."""

    slot_id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class DayChoices:
    """One day's heading and its times."""

    heading: str
    times: tuple[TimeChoice, ...]


@dataclass(frozen=True, slots=True)
class WeekChoices:
    """A page of times; `earlier` and `later` are the Mondays one can turn to."""

    site: Site
    monday: date
    heading_from: str
    heading_to: str
    days: tuple[DayChoices, ...]
    earlier: date | None
    later: date | None


def tell_week(week: Week) -> WeekChoices:
    """The week's free times in the active language and the site's zone."""
    tz = week.site.tz
    return WeekChoices(
        site=week.site,
        monday=week.monday,
        heading_from=say_date(week.monday),
        heading_to=say_date(week.sunday),
        days=tuple(
            DayChoices(
                heading=say_day(day.slots[0].starts_at, tz),
                times=tuple(
                    TimeChoice(slot_id=slot.public_id, label=say_time(slot.starts_at, tz))
                    for slot in day.slots
                ),
            )
            for day in week.days
        ),
        earlier=week.earlier,
        later=week.later,
    )
