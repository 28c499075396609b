"""Search the free times of a site: how many each local day has, and the times of one day.

For several people a time is a run of slots: people who find no seat in its first slot get one in the next
free slots of the same day. Each begins after the one before has ended, at most the group gap of the dated
policy later. A run always continues with the first free slot that begins then. The search and `find_run`,
which chooses the slots of a hold, use the same SQL, so both find the same run.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from appointments.models import Appointment, ReservedSeat, Site, Slot
from policy.queries import RulesInForce


class FreeTime(NamedTuple):
    """One time that a page offers: its first slot, and when people begin, earliest first.

    A single person has one start. A group has one for each slot of its run.
    """

    slot_id: UUID
    starts: tuple[datetime, ...]

    @property
    def starts_at(self) -> datetime:
        return self.starts[0]


class DayCount(NamedTuple):
    """How many times a local day offers before or after noon, and when the first of them begins."""

    on: date
    is_morning: bool
    openings: int
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Openings:
    """The number of times on each local day of a site, from `today` to the last day within reach.

    `counts` has days with free times only, earliest first.
    """

    site: Site
    today: date
    last_day: date
    counts: tuple[DayCount, ...]


# How far ahead staff can search when they override the public limits.
STAFF_HORIZON = timedelta(days=366)
MICROSECOND = timedelta(microseconds=1)

# The WITH clause of every search. `free` has the slots with seats that are free to these appointments. A seat
# is also free if its hold has expired, or if it is held for one of them: a hold for another time releases it.
# Reads each slot once, through the index of `slot_one_per_site_and_start`.
FREE = """
    WITH RECURSIVE freed (slot_id, seats) AS MATERIALIZED (
        SELECT slot_id, count(*) FROM (
            SELECT id, slot_id FROM appointments_reservedseat WHERE held_until <= %(now)s
          UNION
            SELECT seat.id, seat.slot_id
            FROM appointments_reservedseat own
            JOIN appointments_reservedseat seat ON seat.reservation_id = own.reservation_id
            WHERE own.appointment_id = ANY(%(appointments)s::bigint[])
              AND own.held_until IS NOT NULL AND seat.held_until IS NOT NULL
        ) seat GROUP BY slot_id
    ), free AS (
        SELECT slot.id, slot.public_id, slot.starts_at, slot.ends_at,
               slot.starts_at AT TIME ZONE %(tz)s AS local_start,
               slot.capacity - slot.taken + coalesce(freed.seats, 0) AS seats
        FROM appointments_slot slot LEFT JOIN freed ON freed.slot_id = slot.id
        WHERE slot.site_id = %(site)s AND slot.closed_at IS NULL
          AND slot.starts_at >= %(start)s AND slot.starts_at <= %(end)s
          AND slot.id <> ALL(%(current)s::bigint[])
          AND slot.taken < slot.capacity + coalesce(freed.seats, 0)
    )
"""
# For groups: extends a run from each free slot until it seats everyone. `edge` sorts starts and ends into one
# list, so the number of starts before an end says which slot is the next. Comparing every slot with every
# other one would take seconds for a whole horizon.
RUNS = """,
    placed AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY starts_at) AS place FROM free
    ), following AS MATERIALIZED (
        SELECT place, begun + 1 AS next_place FROM (
            SELECT place, is_start, sum(is_start) OVER (ORDER BY at, is_start) AS begun FROM (
                SELECT place, starts_at AS at, 1 AS is_start FROM placed
              UNION ALL
                SELECT place, ends_at, 0 FROM placed
            ) edge
        ) counted WHERE is_start = 0
    ), run AS (
        SELECT place AS first_place, public_id, local_start::date AS on_day, local_start,
               place, ends_at, seats, ARRAY[id] AS slots, ARRAY[starts_at] AS starts
        FROM placed WHERE place <= %(first_places)s
      UNION ALL
        SELECT run.first_place, run.public_id, run.on_day, run.local_start,
               next.place, next.ends_at, run.seats + next.seats,
               run.slots || next.id, run.starts || next.starts_at
        FROM run
        JOIN following ON following.place = run.place
        JOIN placed next ON next.place = following.next_place
        WHERE run.seats < %(people)s
          AND next.local_start::date = run.on_day AND next.starts_at <= run.ends_at + %(gap)s
    )
"""
EVERY_PLACE = 2**31

COUNT_FREE = """
    SELECT local_start::date, extract(hour FROM local_start) < 12, count(*), min(starts_at)
    FROM free GROUP BY 1, 2 ORDER BY 4
"""
LIST_FREE = "SELECT public_id, ARRAY[starts_at] FROM free ORDER BY starts_at"
COUNT_RUNS = """
    SELECT on_day, extract(hour FROM local_start) < 12, count(*), min(starts[1])
    FROM run WHERE seats >= %(people)s GROUP BY 1, 2 ORDER BY 4
"""
LIST_RUNS = "SELECT public_id, starts FROM run WHERE seats >= %(people)s ORDER BY first_place"
LONGEST_RUN = "SELECT slots FROM run ORDER BY cardinality(slots) DESC LIMIT 1"


def reach(*, rules: RulesInForce, beyond_limits: bool = False) -> tuple[datetime, datetime]:
    """Return the first and the last instant at which an offered time may begin.

    A time whose online deadline comes before a whole hold would end is not offered. `reservations.hold`
    decides what can be held, and allows it up to the deadline itself.
    With `beyond_limits`, for staff: times that are too soon or too far ahead for the public, but none that
    have passed.
    """
    if beyond_limits:
        return rules.now + timedelta(minutes=1), rules.now + STAFF_HORIZON
    limits = rules.limits
    return rules.now + limits.online_cutoff + limits.hold_length, rules.now + limits.horizon


def count_openings(
    *,
    site: Site,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    beyond_limits: bool = False,
) -> Openings:
    """Return how many times the site offers to all of these people on each day within reach. One statement.

    Leaves out slots in which one of them already has the current appointment. Takes no lock, so a seat may be
    gone a moment later: `reservations.hold` decides.
    """
    start, end = reach(rules=rules, beyond_limits=beyond_limits)
    counted = _search(COUNT_FREE, COUNT_RUNS, site, appointments, rules, start, end)
    return Openings(
        site=site,
        today=_local_day(site, rules.now),
        last_day=_local_day(site, end),
        counts=tuple(DayCount(*row) for row in counted),
    )


def list_times(
    *,
    site: Site,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    on: date,
    beyond_limits: bool = False,
) -> list[FreeTime]:
    """Return the times that `count_openings` counts on one local day, earliest first. One statement."""
    soonest, latest = reach(rules=rules, beyond_limits=beyond_limits)
    start, end = get_bounds(site=site, on=on)
    rows = _search(
        LIST_FREE, LIST_RUNS, site, appointments, rules, max(start, soonest), min(end - MICROSECOND, latest)
    )
    return [FreeTime(slot_id, tuple(starts)) for slot_id, starts in rows]


def find_run(*, first: Slot, appointments: Sequence[Appointment], rules: RulesInForce) -> list[int]:
    """Return the keys of the slots in which a group that begins in `first` has seats, and of `first` itself.

    They are too few if there are not enough seats. Takes no lock: the caller locks them and looks again.
    """
    _midnight, end = get_bounds(site=first.site, on=first.starts_at.astimezone(first.site.zone).date())
    latest = min(end - MICROSECOND, reach(rules=rules)[1])
    values = _build_values(first.site, appointments, rules, first.starts_at, latest)
    found = _fetch(FREE + RUNS + LONGEST_RUN, values | {"first_places": 1})
    run: list[int] = found[0][0] if found else []
    # If `first` has no free seat, the search begins with a later slot.
    return run if first.pk in run else [first.pk]


def open_slots(
    *, site_id: int, current_slot_id: int, now: datetime, soonest: datetime, latest: datetime
) -> QuerySet[Slot]:
    """Return the site's slots with a free seat at `now`, without the current slot of the appointment.

    A queryset for queries over many sites. It offers what `count_openings` counts, except a time that is held
    for the appointment itself.
    """
    expired = ReservedSeat.objects.filter(slot=OuterRef("pk"), held_until__lte=now)
    return (
        Slot.objects.filter(
            Q(taken__lt=F("capacity")) | Exists(expired),
            site=site_id,
            closed_at=None,
            starts_at__gte=soonest,
            starts_at__lte=latest,
        )
        .exclude(pk=current_slot_id)
        .order_by("starts_at")
    )


def get_bounds(*, site: Site, on: date) -> tuple[datetime, datetime]:
    """Return the first instant of a local day of the site and of the day after."""
    return _local_midnight(site, on), _local_midnight(site, on + timedelta(days=1))


def _search(
    for_one: str,
    for_several: str,
    site: Site,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    start: datetime,
    end: datetime,
) -> list[tuple[Any, ...]]:
    values = _build_values(site, appointments, rules, start, end)
    return _fetch(FREE + RUNS + for_several if len(appointments) > 1 else FREE + for_one, values)


def _fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _build_values(
    site: Site,
    appointments: Collection[Appointment],
    rules: RulesInForce,
    start: datetime,
    end: datetime,
) -> dict[str, Any]:
    return {
        "site": site.pk,
        "tz": site.tz,
        "now": rules.now,
        "start": start,
        "end": end,
        "appointments": [appointment.pk for appointment in appointments],
        "current": [appointment.slot_id for appointment in appointments],
        "people": len(appointments),
        "gap": rules.limits.group_gap,
        "first_places": EVERY_PLACE,
    }


def _local_day(site: Site, instant: datetime) -> date:
    return instant.astimezone(site.zone).date()


def _local_midnight(site: Site, on: date) -> datetime:
    """Return the first instant of the day. If clocks skip midnight, it is the first one after the gap."""
    return datetime.combine(on, time.min, tzinfo=site.zone)
