"""Search the free slots of a site, week by week, in the site's local days."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, starmap
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from appointments.models import Appointment, ReservedSeat, Site, Slot
from policy.queries import RulesInForce
from portal.foundation.compiled_queries import compiled_query


class FreeTime(NamedTuple):
    """One slot that a page offers. Only two columns, because a week can have hundreds of slots."""

    slot_id: UUID
    starts_at: datetime


class GroupTime(NamedTuple):
    """A run of slots with seats for several people: where it begins, and where the last person goes."""

    slot_id: UUID
    starts_at: datetime
    last_starts_at: datetime


Time = TypeVar("Time", FreeTime, GroupTime)


@dataclass(frozen=True, slots=True)
class Day(Generic[Time]):
    """One local day of a site and its free times, earliest first."""

    on: date
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class Week(Generic[Time]):
    """Monday to Sunday in the site's local days; `earlier` and `later` are the neighboring Mondays."""

    site: Site
    monday: date
    days: tuple[Day[Time], ...]
    earlier: date | None
    later: date | None

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


# How far ahead staff can search when they override the public limits.
STAFF_HORIZON = timedelta(days=366)


def open_slots(
    *, site_id: int, current_slot_id: int, now: datetime, soonest: datetime, latest: datetime
) -> QuerySet[Slot]:
    """Return the site's slots with a free seat at `now`, without the current slot of the appointment.

    Expired holds count as free. Takes no lock, so a seat may be gone a moment later: `reservations.hold`
    decides.
    """
    return (
        Slot.objects.filter(
            Q(taken__lt=F("capacity")) | Exists(_expired_seats(now)),
            site=site_id,
            closed_at=None,
            starts_at__gte=soonest,
            starts_at__lte=latest,
        )
        .exclude(pk=current_slot_id)
        .order_by("starts_at")
    )


@compiled_query
def _first_open(
    site_id: int, current_slot_id: int, now: datetime, soonest: datetime, latest: datetime
) -> QuerySet[Slot, datetime]:
    return open_slots(
        site_id=site_id, current_slot_id=current_slot_id, now=now, soonest=soonest, latest=latest
    ).values_list("starts_at", flat=True)[:1]


@compiled_query
def _open_between(
    site_id: int,
    current_slot_id: int,
    now: datetime,
    soonest: datetime,
    latest: datetime,
    start: datetime,
    end: datetime,
) -> QuerySet[Slot, tuple[UUID, datetime]]:
    of_week = open_slots(
        site_id=site_id, current_slot_id=current_slot_id, now=now, soonest=soonest, latest=latest
    )
    return of_week.filter(starts_at__gte=start, starts_at__lt=end).values_list("public_id", "starts_at")


def _expired_seats(now: datetime) -> QuerySet[ReservedSeat]:
    """Return the expired holds on the slot of the outer query."""
    return ReservedSeat.objects.filter(slot=OuterRef("pk"), held_until__lte=now)


def find_week(
    *,
    site: Site,
    appointment: Appointment,
    rules: RulesInForce,
    monday: date | None,
    beyond_limits: bool = False,
) -> Week[FreeTime]:
    """Return the week of `monday`, or without one the first week with a free seat. At most two statements.

    With `beyond_limits`, include times that are too soon or too far ahead for the public, but none that
    have passed.
    """
    within = reach(rules=rules, beyond_limits=beyond_limits)

    def find_first() -> datetime | None:
        return _first_open.first(site.pk, appointment.slot_id, rules.now, *within)

    def find_between(start: datetime, end: datetime) -> Iterable[FreeTime]:
        found = _open_between(site.pk, appointment.slot_id, rules.now, *within, start, end)
        return starmap(FreeTime, found)

    return _turn_to(site, monday, within, find_first=find_first, find_between=find_between)


def find_group_week(
    *, site: Site, appointments: Collection[Appointment], rules: RulesInForce, monday: date | None
) -> Week[GroupTime]:
    """Return the same week with the times that have seats for all of these people. At most two statements.

    A time seats everyone in one slot, or in back-to-back slots of the same day. Slots in which one of them
    already has the current appointment are left out.
    """
    soonest, latest = within = reach(rules=rules)

    def find_first() -> datetime | None:
        found = _find_runs(site, appointments, rules, soonest, latest, limit=1)
        return found[0].starts_at if found else None

    def find_between(start: datetime, end: datetime) -> list[GroupTime]:
        # The reach includes its last instant, but a week ends just before the next Monday.
        last = end - timedelta(microseconds=1)
        return _find_runs(site, appointments, rules, max(start, soonest), min(last, latest))

    return _turn_to(site, monday, within, find_first=find_first, find_between=find_between)


def find_run(*, first: Slot, length: int) -> list[int]:
    """Return the keys of `first` and the back-to-back slots after it that day, at most `length`. No lock."""
    with connection.cursor() as cursor:
        cursor.execute(RUN, {"first": first.pk, "tz": first.site.tz, "length": length})
        return [key for (key,) in cursor.fetchall()]


# Each step finds one slot by site and start through the index of `slot_one_per_site_and_start`.
RUN = """
    WITH RECURSIVE run AS (
        SELECT id, site_id, starts_at, ends_at, 1 AS length
        FROM appointments_slot WHERE id = %(first)s
      UNION ALL
        SELECT next.id, next.site_id, next.starts_at, next.ends_at, run.length + 1
        FROM run JOIN appointments_slot next ON next.site_id = run.site_id AND next.starts_at = run.ends_at
        WHERE run.length < %(length)s
          AND (next.starts_at AT TIME ZONE %(tz)s)::date = (run.starts_at AT TIME ZONE %(tz)s)::date
    )
    SELECT id FROM run ORDER BY length
"""

# Extends a run from every free slot until it seats everyone. A run that cannot be extended is dropped.
RUNS = """
    WITH RECURSIVE free (public_id, starts_at, ends_at, seats) AS MATERIALIZED ({free}),
    run AS (
        SELECT public_id, starts_at, starts_at AS last_starts_at, ends_at, seats FROM free
      UNION ALL
        SELECT run.public_id, run.starts_at, next.starts_at, next.ends_at, run.seats + next.seats
        FROM run JOIN free next ON next.starts_at = run.ends_at
        WHERE run.seats < %s
          AND (next.starts_at AT TIME ZONE %s)::date = (run.starts_at AT TIME ZONE %s)::date
    )
    SELECT public_id, starts_at, last_starts_at FROM run WHERE seats >= %s ORDER BY starts_at LIMIT %s
"""


def _find_runs(
    site: Site,
    appointments: Collection[Appointment],
    rules: RulesInForce,
    start: datetime,
    end: datetime,
    limit: int | None = None,
) -> list[GroupTime]:
    """Return the runs between two instants that seat everyone. One statement that reads each slot once."""
    expired = _expired_seats(rules.now).order_by().values("slot").annotate(seats=Count("pk")).values("seats")
    free = (
        Slot.objects.filter(site=site, closed_at=None, starts_at__gte=start, starts_at__lte=end)
        .exclude(pk__in=[appointment.slot_id for appointment in appointments])
        .annotate(
            seats=F("capacity") - F("taken") + Coalesce(Subquery(expired, output_field=IntegerField()), 0)
        )
        .filter(seats__gt=0)
        .order_by()
        .values_list("public_id", "starts_at", "ends_at", "seats")
    )
    sql, wanted = free.query.sql_with_params()
    people = len(appointments)
    with connection.cursor() as cursor:
        cursor.execute(RUNS.format(free=sql), [*wanted, people, site.tz, site.tz, people, limit])
        return [GroupTime(*row) for row in cursor.fetchall()]


def _turn_to(
    site: Site,
    monday: date | None,
    within: tuple[datetime, datetime],
    *,
    find_first: Callable[[], datetime | None],
    find_between: Callable[[datetime, datetime], Iterable[Time]],
) -> Week[Time]:
    first_day, last_day = (_local_day(site, instant) for instant in within)
    if monday is None:
        first = find_first()
        monday = _local_day(site, first) if first else first_day
    monday = _monday_of(min(max(monday, first_day), last_day))
    times = find_between(_local_midnight(site, monday), _local_midnight(site, monday + timedelta(days=7)))
    return Week(
        site=site,
        monday=monday,
        days=_by_day(site, times),
        earlier=monday - timedelta(days=7) if monday > first_day else None,
        later=monday + timedelta(days=7) if monday + timedelta(days=7) <= last_day else None,
    )


def reach(*, rules: RulesInForce, beyond_limits: bool = False) -> tuple[datetime, datetime]:
    """Return the first and the last instant at which an offered time may begin."""
    if beyond_limits:
        return rules.now + timedelta(minutes=1), rules.now + STAFF_HORIZON
    return rules.now + rules.limits.online_cutoff, rules.now + rules.limits.horizon


def _by_day(site: Site, times: Iterable[Time]) -> tuple[Day[Time], ...]:
    return tuple(
        Day(on=on, times=tuple(of_day))
        for on, of_day in groupby(times, key=lambda time: _local_day(site, time.starts_at))
    )


def _local_day(site: Site, instant: datetime) -> date:
    return instant.astimezone(site.zone).date()


def _local_midnight(site: Site, on: date) -> datetime:
    """Return the first instant of the day. If clocks skip midnight, it is the first one after the gap."""
    return datetime.combine(on, time.min, tzinfo=site.zone)


def _monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())
