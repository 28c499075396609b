"""The slot search: which seats of a site are free, week by week, in the site's own days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, starmap
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from appointments.models import Appointment, Hold, Site, Slot
from policy.services.rules import RulesInForce


class FreeTime(NamedTuple):
    """What a page offers of a slot. A week has hundreds, so they are no whole rows."""

    slot_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of a site and its free times, in order."""

    on: date
    times: tuple[FreeTime, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday in the site's days; `earlier` and `later` name the Mondays one can turn to."""

    site: Site
    monday: date
    days: tuple[Day, ...]
    earlier: date | None
    later: date | None

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


# How far ahead staff look who may set the public's limits aside.
STAFF_HORIZON = timedelta(days=366)


def open_slots(
    site: Site, *, appointment: Appointment, rules: RulesInForce, beyond_limits: bool = False
) -> QuerySet[Slot]:
    """Slots of the site with a seat for this appointment, now. Lapsed holds count as free.

    With `beyond_limits` also those that are too soon or too far ahead for the public, but none that began.

    No lock: another person may take a seat before it is held; `hold.take` decides.
    """
    now = rules.now
    soonest, latest = _reach(rules, beyond_limits=beyond_limits)
    has_lapsed_hold = Exists(
        Hold.objects.filter(slot=OuterRef("pk"), state=Hold.State.HELD, expires_at__lte=now)
    )
    return (
        Slot.objects.filter(
            Q(taken__lt=F("capacity")) | has_lapsed_hold,
            site=site,
            closed_at=None,
            starts_at__gte=soonest,
            starts_at__lte=latest,
        )
        .exclude(pk=appointment.slot_id)
        .order_by("starts_at")
    )


def find_week(
    site: Site,
    *,
    appointment: Appointment,
    rules: RulesInForce,
    monday: date | None,
    beyond_limits: bool = False,
) -> Week:
    """The week from `monday`, or else the first that has a free seat. At most two statements."""
    free = open_slots(site, appointment=appointment, rules=rules, beyond_limits=beyond_limits)
    first_day, last_day = (
        _local_day(site, instant) for instant in _reach(rules, beyond_limits=beyond_limits)
    )
    if monday is None:
        first = free.first()
        monday = _local_day(site, first.starts_at) if first else first_day
    monday = _monday_of(min(max(monday, first_day), last_day))
    of_week = free.filter(
        starts_at__gte=_local_midnight(site, monday),
        starts_at__lt=_local_midnight(site, monday + timedelta(days=7)),
    )
    times = starmap(FreeTime, of_week.values_list("public_id", "starts_at"))
    return Week(
        site=site,
        monday=monday,
        days=_by_day(site, times),
        earlier=monday - timedelta(days=7) if monday > first_day else None,
        later=monday + timedelta(days=7) if monday + timedelta(days=7) <= last_day else None,
    )


def _reach(rules: RulesInForce, *, beyond_limits: bool) -> tuple[datetime, datetime]:
    """The first and the last instant at which an offered seat may begin."""
    if beyond_limits:
        return rules.now + timedelta(minutes=1), rules.now + STAFF_HORIZON
    return rules.now + rules.limits.online_cutoff, rules.now + rules.limits.horizon


def _by_day(site: Site, times: Iterable[FreeTime]) -> tuple[Day, ...]:
    return tuple(
        Day(on=on, times=tuple(of_day))
        for on, of_day in groupby(times, key=lambda time: _local_day(site, time.starts_at))
    )


def _local_day(site: Site, instant: datetime) -> date:
    return instant.astimezone(site.zone).date()


def _local_midnight(site: Site, on: date) -> datetime:
    """The day's first instant; where clocks skip midnight, the instant after the gap is the same one."""
    return datetime.combine(on, time.min, tzinfo=site.zone)


def _monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())
