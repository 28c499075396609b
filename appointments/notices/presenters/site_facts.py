"""Present a site: its address, opening hours, and what people should know before they come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from appointments.models import Site, SiteHours
from portal.foundation.site_time import format_clock, in_site_zone


@dataclass(frozen=True, slots=True)
class WeekdayHours:
    """One weekday and its opening hours as a text."""

    weekday: str
    hours: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class MapLink:
    """A link that opens the address on a maps site."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What a page shows about a site. An empty text or tuple is not known and not shown."""

    name: str
    address_lines: tuple[str, ...]
    hours_today: str
    weekdays: tuple[WeekdayHours, ...]
    accessibility: str
    parking: str
    not_allowed: str
    directions: str
    map_links: tuple[MapLink, ...]


def build_site_facts(site: Site, hours: Iterable[SiteHours], *, now: datetime) -> SiteFacts:
    """Build the facts of a site in the active language. `now` is the instant of the rules."""
    today = in_site_zone(now, site.tz).date()
    weekdays = _build_weekdays(hours, today)
    return SiteFacts(
        name=site.name,
        address_lines=site.address_lines,
        hours_today=next((day.hours for day in weekdays if day.is_today), ""),
        weekdays=weekdays,
        accessibility=site.accessibility,
        parking=site.parking,
        not_allowed=site.not_allowed or describe_usually_not_allowed(),
        directions=site.directions,
        map_links=build_map_links(site.address_lines),
    )


def describe_usually_not_allowed() -> str:
    """Return the text for sites whose delivery says nothing. General practice: an agency verifies it."""
    return _(
        "Sites usually don’t allow weapons, food, drinks, or large bags. Turn off your phone when you go in."
    )


def build_map_links(address_lines: Iterable[str]) -> tuple[MapLink, ...]:
    """Return links to the maps that people use. They open only if someone follows them."""
    address = ", ".join(address_lines)
    google = urlencode({"api": 1, "query": address})
    return (
        MapLink("Google Maps", f"https://www.google.com/maps/search/?{google}"),
        MapLink("Apple Maps", f"https://maps.apple.com/?{urlencode({'q': address})}"),
        MapLink("OpenStreetMap", f"https://www.openstreetmap.org/search?{urlencode({'query': address})}"),
    )


def _build_weekdays(hours: Iterable[SiteHours], today: date) -> tuple[WeekdayHours, ...]:
    """Return Monday to Sunday, or nothing if the site has no hours at all: then they are not known."""
    by_weekday = {row.weekday: row for row in hours}
    if not by_weekday:
        return ()
    return tuple(
        WeekdayHours(
            weekday=str(WEEKDAYS[number - 1]),
            hours=_format_hours(by_weekday.get(number)),
            is_today=number == today.isoweekday(),
        )
        for number in range(1, 8)
    )


def _format_hours(hours: SiteHours | None) -> str:
    if hours is None:
        return _("Closed")
    return _("%(opens)s to %(closes)s") % {
        "opens": format_clock(hours.opens_at),
        "closes": format_clock(hours.closes_at),
    }
