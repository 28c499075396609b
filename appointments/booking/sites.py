"""Search sites by distance and by their first free time, and fill in missing coordinates.

`FIRST_FREE` and `FIRST_RUN` find the first of the times that `availability` lists for one site, but for many
sites in one statement: they read a site's slots in order and stop at the first that is free. A test compares
the two.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import starmap
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, DateTimeField, F, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from appointments.booking.availability import reach
from appointments.models import Appointment, Site, SiteHours
from policy.queries import RulesInForce
from portal.foundation.zip_codes import Coordinates, find_zip_coordinates

# How many sites near the current one the page of times offers.
NEAR_SITES = 5
PAGE_SIZE = 20

# The seats that are free to these appointments beyond `capacity - taken`: their hold has expired, or holds a
# seat for one of them, and a hold for another time would release it.
FREED = """
    SELECT slot_id FROM appointments_reservedseat WHERE held_until <= %(now)s
  UNION ALL
    SELECT seat.slot_id
    FROM appointments_reservedseat own
    JOIN appointments_reservedseat seat ON seat.reservation_id = own.reservation_id
    WHERE own.appointment_id = ANY(%(appointments)s::bigint[])
      AND own.held_until > %(now)s AND seat.held_until > %(now)s
"""
# Slots of the outer query's site with a free seat, through the index of `slot_one_per_site_and_start`.
IS_FREE = f"""
    {{slot}}.site_id = appointments_site.id AND {{slot}}.closed_at IS NULL
    AND {{slot}}.id <> ALL(%(current)s::bigint[])
    AND ({{slot}}.taken < {{slot}}.capacity OR {{slot}}.id IN ({FREED}))
"""
FIRST_FREE = f"""
    SELECT slot.starts_at FROM appointments_slot slot
    WHERE {IS_FREE.format(slot="slot")} AND slot.starts_at BETWEEN %(start)s AND %(end)s
    ORDER BY slot.starts_at LIMIT 1
"""  # noqa: S608 (formats in only names of ours)
# Counts only where there is something to count: PostgreSQL hashes the keys once for all slots.
SEATS = f"""
    {{slot}}.capacity - {{slot}}.taken + CASE WHEN {{slot}}.id IN ({FREED})
        THEN (SELECT count(*) FROM ({FREED}) freed WHERE freed.slot_id = {{slot}}.id) ELSE 0 END
"""  # noqa: S608 (formats in only names of ours)
LOCAL_DAY = "({slot}.starts_at AT TIME ZONE appointments_site.tz)::date"
# Extends a run from one free slot after another, until one seats everyone.
FIRST_RUN = f"""
    SELECT first.starts_at FROM appointments_slot first CROSS JOIN LATERAL (
        WITH RECURSIVE run AS (
            SELECT first.ends_at, {SEATS.format(slot="first")} AS seats
          UNION ALL
            SELECT next.ends_at, run.seats + next.seats
            FROM run CROSS JOIN LATERAL (
                SELECT slot.ends_at, {SEATS.format(slot="slot")} AS seats,
                       {LOCAL_DAY.format(slot="slot")} AS on_day
                FROM appointments_slot slot
                WHERE {IS_FREE.format(slot="slot")}
                  AND slot.starts_at BETWEEN run.ends_at AND least(run.ends_at + %(gap)s, %(end)s)
                ORDER BY slot.starts_at LIMIT 1
            ) next
            WHERE run.seats < %(people)s AND next.on_day = {LOCAL_DAY.format(slot="first")}
        ) SELECT max(seats) AS seats FROM run
    ) longest
    WHERE {IS_FREE.format(slot="first")} AND first.starts_at BETWEEN %(start)s AND %(end)s
      AND longest.seats >= %(people)s
    ORDER BY first.starts_at LIMIT 1
"""  # noqa: S608 (formats in only names of ours)


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


_BY_DISTANCE = (F("miles").asc(nulls_last=True), "name", "pk")


def find_near_sites(
    *,
    current: Site,
    shown: Site,
    point: Coordinates | None,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    beyond_limits: bool = False,
) -> list[SiteOpening]:
    """Return the current site, then the five nearest to the point, and the shown site if it is another one.

    Each with the first time for all of these appointments. All but the current site are in the order of their
    distance. One statement.
    """
    kept = Case(When(pk=current.pk, then=Value(0)), When(pk=shown.pk, then=Value(1)), default=Value(2))
    sites = _with_openings(point, appointments, rules, beyond_limits=beyond_limits)
    rows = sites.order_by(kept, *_BY_DISTANCE).values_list(*SiteOpening._fields)[: NEAR_SITES + 2]
    here, *others = starmap(SiteOpening, rows)
    others.sort(key=_get_distance)
    return [here, *(row for place, row in enumerate(others) if place < NEAR_SITES or row.pk == shown.pk)]


def search_sites(
    *,
    point: Coordinates | None,
    within: int | None,
    order: SiteOrder,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    page: str | None,
    beyond_limits: bool = False,
) -> Page[SiteOpening]:
    """Return a page of the sites within so many miles of the point, each with its first time for all.

    Without a point there are no distances, and `within` is ignored. Two statements. In the order of distance,
    PostgreSQL looks up the first times of this page only, because it cuts the list first.
    """
    sites = _with_openings(point, appointments, rules, beyond_limits=beyond_limits)
    if point and within is not None:
        sites = sites.filter(miles__lte=within)  # type: ignore[misc] # an annotation
    by_time = (F("first_starts_at").asc(nulls_last=True),) if order is SiteOrder.EARLIEST else ()
    rows = sites.order_by(*by_time, *_BY_DISTANCE).values_list(*SiteOpening._fields)
    found = Paginator(rows, PAGE_SIZE).get_page(page)
    found.object_list = list(starmap(SiteOpening, found.object_list))
    return found


def _with_openings(
    point: Coordinates | None,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    *,
    beyond_limits: bool,
) -> QuerySet[Site]:
    """Return all sites with `miles` and `first_starts_at`."""
    start, end = reach(rules=rules, beyond_limits=beyond_limits)
    values = {
        "now": rules.now,
        "start": start,
        "end": end,
        "appointments": [appointment.pk for appointment in appointments],
        "current": [appointment.slot_id for appointment in appointments],
        "people": len(appointments),
        "gap": rules.limits.group_gap,
    }
    first_time = _build_sql(FIRST_RUN if len(appointments) > 1 else FIRST_FREE, values)
    return Site.objects.with_miles(*(point or ())).annotate(first_starts_at=first_time)


def _build_sql(sql: str, values: dict[str, Any]) -> RawSQL:
    """Return an expression for SQL with named parameters. Django's own takes them by position."""
    names = re.findall(r"%\((\w+)\)s", sql)
    by_position = re.sub(r"%\(\w+\)s", "%s", sql)
    return RawSQL(by_position, [values[name] for name in names], DateTimeField())  # noqa: S611 (the SQL is ours, the values are parameters)


def _get_distance(row: SiteOpening) -> tuple[bool, float, str, int]:
    return row.miles is None, row.miles or 0.0, row.name, row.pk


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
