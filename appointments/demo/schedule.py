"""Sample sites and their slots: working days but holidays from 8 to 4 in each site's time zone."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from appointments.models import Site, SiteHours, Slot
from portal.foundation.federal_holidays import is_federal_holiday

SITES_FILE = Path(__file__).with_name("sites.toml")
FIRST, LAST, EVERY = time(8), time(15, 20), timedelta(minutes=40)
CLOSES = time(16)
# Monday to Friday.
OPEN_ON = range(1, 6)
VISIT = timedelta(minutes=30)
DAYS = 62
SEATS = 2


def seed_sites() -> dict[str, Site]:
    """Create or update the sites with their opening hours, and return all sites by code."""
    for row in tomllib.loads(SITES_FILE.read_text("utf-8"))["site"]:
        site, _ = Site.objects.update_or_create(code=row.pop("code"), defaults=row)
        for weekday in OPEN_ON:
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


def _list_starts(site: Site, day: date) -> list[datetime]:
    if day.weekday() >= 5 or is_federal_holiday(day):
        return []
    starts = []
    local = datetime.combine(day, FIRST)
    while local.time() <= LAST:
        starts.append(local.replace(tzinfo=site.zone).astimezone(UTC))
        local += EVERY
    return starts
