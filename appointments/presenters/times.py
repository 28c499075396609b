"""A week of free times in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from appointments.availability import Week
from appointments.models import Site
from appointments.site_time import say_date, say_day, say_time


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """One radio button."""

    slot_id: str
    label: str


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """One line of the list of sites."""

    site_id: str
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
    site_id: str
    monday: date
    heading_from: str
    heading_to: str
    days: tuple[DayChoices, ...]
    earlier: date | None
    later: date | None


def tell_sites(sites: Iterable[Site], *, present: Site) -> list[SiteChoice]:
    """The list of sites, the present one first."""
    labels = {site.pk: f"{site.state} – {site.city}: {site.name}" for site in sites}
    labels[present.pk] += " " + _("(your present site)")
    return [
        SiteChoice(site_id=str(site.public_id), label=labels[site.pk])
        for site in sorted(sites, key=lambda site: site.pk != present.pk)
    ]


def tell_week(week: Week) -> WeekChoices:
    """The week's free times in the active language and the site's zone."""
    tz = week.site.tz
    return WeekChoices(
        site=week.site,
        site_id=str(week.site.public_id),
        monday=week.monday,
        heading_from=say_date(week.monday),
        heading_to=say_date(week.sunday),
        days=tuple(
            DayChoices(
                heading=say_day(day.slots[0].starts_at, tz),
                times=tuple(
                    TimeChoice(slot_id=str(slot.public_id), label=say_time(slot.starts_at, tz))
                    for slot in day.slots
                ),
            )
            for day in week.days
        ),
        earlier=week.earlier,
        later=week.later,
    )
