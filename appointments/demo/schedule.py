"""Sample sites and their slots: from 8 to 4 in each site's time zone, but for holidays and most weekends."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from appointments.models import Site, SiteHours, Slot
from portal.foundation.federal_holidays import is_federal_holiday

SITES_FILE = Path(__file__).with_name("sites.toml")
FIRST, LAST, EVERY = time(8), time(15, 20), timedelta(minutes=40)
CLOSES = time(16)
# Monday to Friday.
OPEN_ON, ALL_WEEK = range(1, 6), range(1, 8)
# At any instant, one of these two is open within the next 12 hours: the demonstration works on weekends.
OPEN_ALL_WEEK = ("NYC", "GUM")
VISIT = timedelta(minutes=30)
# Too late to reschedule online, and not over before the visitor has looked at it.
SOON = (timedelta(hours=1), timedelta(hours=11, minutes=30))
DAYS = 62
SEATS = 2


def seed_sites() -> dict[str, Site]:
    """Create or update the sites with their opening hours, and return all sites by code."""
    for row in tomllib.loads(SITES_FILE.read_text("utf-8"))["site"]:
        site, _ = Site.objects.update_or_create(code=row.pop("code"), defaults=row)
        for weekday in _list_weekdays(site):
            SiteHours.objects.get_or_create(
                site=site, weekday=weekday, defaults={"opens_at": FIRST, "closes_at": CLOSES}
            )
    return {site.code: site for site in Site.objects.all()}


def seed_slots(site: Site, now: datetime) -> None:
    """Create the missing slots of the site for the next DAYS days. Does not change existing slots."""
    today = now.astimezone(site.zone).date()
    Slot.objects.bulk_create(
        (
            Slot(site=site, starts_at=starts_at, ends_at=starts_at + VISIT, capacity=SEATS)
            for day in range(DAYS)
            for starts_at in _list_starts(site, today + timedelta(days=day))
        ),
        ignore_conflicts=True,
    )


def get_slot_near(site: Site, wanted: datetime, now: datetime) -> Slot:
    """Return a slot with a free seat close to `wanted`: the site's next free one, or a new one.

    Near today the exact hour matters for the answer, so the slot is always created at that hour.
    """
    if abs(wanted - now) > timedelta(days=2) and wanted > now:
        free = Slot.objects.filter(site=site, starts_at__gte=wanted, closed_at=None, taken=0)
        found = free.order_by("starts_at").first()
        if found is not None:
            return found
    starts_at = wanted.replace(minute=wanted.minute // 15 * 15, second=0, microsecond=0)
    while Slot.objects.filter(site=site, starts_at=starts_at, taken__gt=0).exists():
        starts_at += timedelta(minutes=15)
    slot, _ = Slot.objects.get_or_create(
        site=site, starts_at=starts_at, defaults={"ends_at": starts_at + VISIT, "capacity": 1}
    )
    return slot


def is_soon_in_opening_hours(slot: Slot, now: datetime) -> bool:
    """Return whether it is a usual slot of its site, and too soon to reschedule online."""
    return slot.capacity == SEATS and SOON[0] <= slot.starts_at - now <= SOON[1]


def get_slot_soon(site: Site, wanted: datetime, now: datetime) -> Slot:
    """Return the free usual slot nearest to `wanted` that is too soon to reschedule online.

    It is at the site, if that is open at such a time, and otherwise at another one. On a federal holiday,
    when all are closed, it is at one that is open all week.
    """
    free = Slot.objects.select_related("site").filter(
        starts_at__range=(now + SOON[0], now + SOON[1]), closed_at=None, taken=0, capacity=SEATS
    )
    found = min(
        free,
        key=lambda slot: (slot.site_id != site.pk, abs(slot.starts_at - wanted), slot.pk),
        default=None,
    )
    return found or _create_slot_soon(wanted, now)


def _create_slot_soon(wanted: datetime, now: datetime) -> Slot:
    starts = {
        starts_at: site
        for site in Site.objects.filter(code__in=OPEN_ALL_WEEK)
        for days in (-1, 0, 1)
        for starts_at in _list_hours(site, now.astimezone(site.zone).date() + timedelta(days=days))
        if SOON[0] <= starts_at - now <= SOON[1]
    }
    taken = set(Slot.objects.filter(starts_at__in=starts, taken__gt=0).values_list("starts_at", flat=True))
    starts_at = min(starts.keys() - taken, key=lambda starts_at: abs(starts_at - wanted))
    slot, _ = Slot.objects.get_or_create(
        site=starts[starts_at],
        starts_at=starts_at,
        defaults={"ends_at": starts_at + VISIT, "capacity": SEATS},
    )
    return slot


def _list_starts(site: Site, day: date) -> list[datetime]:
    is_open = day.isoweekday() in _list_weekdays(site) and not is_federal_holiday(day)
    return _list_hours(site, day) if is_open else []


def _list_weekdays(site: Site) -> range:
    return ALL_WEEK if site.code in OPEN_ALL_WEEK else OPEN_ON


def _list_hours(site: Site, day: date) -> list[datetime]:
    starts = []
    local = datetime.combine(day, FIRST)
    while local.time() <= LAST:
        starts.append(local.replace(tzinfo=site.zone).astimezone(UTC))
        local += EVERY
    return starts
