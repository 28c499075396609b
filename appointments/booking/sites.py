"""Search sites by distance and by their first free time, and fill in missing coordinates."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import starmap
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When

from appointments.booking.availability import open_slots, reach
from appointments.models import Appointment, Site, SiteHours
from policy.queries import RulesInForce
from portal.foundation.compiled_queries import compiled_query
from portal.foundation.zip_codes import Coordinates, find_zip_coordinates

# How many sites near the current one the page of times offers.
NEAR_SITES = 5
PAGE_SIZE = 20


class SiteOpening(NamedTuple):
    """One site of a list. `miles` is None if it is unknown, `first_starts_at` if nothing is free."""

    pk: int
    public_id: UUID
    name: str
    street: str
    city: str
    state: str
    postal_code: str
    tz: str
    miles: float | None
    first_starts_at: datetime | None


class SiteOrder(StrEnum):
    NEAREST = "nearest"
    EARLIEST = "earliest"


@compiled_query
def _near_sites(
    current_id: int,
    shown_id: int,
    current_slot_id: int,
    now: datetime,
    soonest: datetime,
    latest: datetime,
    *point: float,
) -> QuerySet[Site, Any]:
    """Return the current site, the shown site, and then the nearest ones, with their first free times."""
    sites = _with_first_time(Site.objects.with_miles(*point), current_slot_id, now, soonest, latest)
    kept = Case(When(pk=current_id, then=Value(0)), When(pk=shown_id, then=Value(1)), default=Value(2))
    return sites.order_by(kept, *_BY_DISTANCE).values_list(*SiteOpening._fields)[: NEAR_SITES + 2]


def _with_first_time(
    sites: QuerySet[Site], current_slot_id: int, now: datetime, soonest: datetime, latest: datetime
) -> QuerySet[Site]:
    """Add `first_starts_at`. PostgreSQL looks it up after it has cut the list to the rows of the page."""
    site_id: Any = OuterRef("pk")
    free = open_slots(
        site_id=site_id, current_slot_id=current_slot_id, now=now, soonest=soonest, latest=latest
    ).values("starts_at")[:1]
    return sites.annotate(first_starts_at=Subquery(free))


_BY_DISTANCE = (F("miles").asc(nulls_last=True), "name", "pk")


def find_near_sites(
    *,
    current: Site,
    shown: Site,
    point: Coordinates | None,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
) -> list[SiteOpening]:
    """Return the current site, then the five nearest to the point, and the shown site if it is another one.

    All but the current site are in the order of their distance. One statement.
    """
    found = _near_sites(
        current.pk, shown.pk, appointments[0].slot_id, rules.now, *reach(rules=rules), *(point or ())
    )
    here, *others = starmap(SiteOpening, found)
    others.sort(key=_get_distance)
    return [here, *(row for place, row in enumerate(others) if place < NEAR_SITES or row.pk == shown.pk)]


def _get_distance(row: SiteOpening) -> tuple[bool, float, str, int]:
    return row.miles is None, row.miles or 0.0, row.name, row.pk


def search_sites(
    *,
    point: Coordinates | None,
    within: int | None,
    order: SiteOrder,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    page: str | None,
) -> Page[SiteOpening]:
    """Return a page of the sites within so many miles of the point, each with its first free time.

    Without a point there are no distances, and `within` is ignored. Two statements.
    """
    sites = Site.objects.with_miles(*(point or ()))
    if point and within is not None:
        sites = sites.filter(miles__lte=within)
    sites = _with_first_time(sites, appointments[0].slot_id, rules.now, *reach(rules=rules))
    by_time = (F("first_starts_at").asc(nulls_last=True),) if order is SiteOrder.EARLIEST else ()
    rows = sites.order_by(*by_time, *_BY_DISTANCE).values_list(*SiteOpening._fields)
    found = Paginator(rows, PAGE_SIZE).get_page(page)
    found.object_list = list(starmap(SiteOpening, found.object_list))
    return found


def list_site_hours(site: Site) -> list[SiteHours]:
    """Return the opening hours of the site by weekday."""
    return list(site.hours.order_by("weekday"))


def locate_sites() -> int:
    """Give sites without coordinates those of their ZIP Code, if it is known. Return how many were given."""
    located = 0
    for site in Site.objects.filter(latitude=None).order_by("pk"):
        found = find_zip_coordinates(site.postal_code)
        if found is not None:
            # The condition: an import may have delivered coordinates since the row was read.
            missing = Site.objects.filter(pk=site.pk, postal_code=site.postal_code, latitude=None)
            located += missing.update(latitude=found.latitude, longitude=found.longitude)
    return located
