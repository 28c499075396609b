"""Correct the time zone of a site: its times ahead keep their clock time, and everyone gets a new notice."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from appointments.booking import locks, seats
from appointments.models import Appointment, PlaceAndTime, ReservedSeat, Site, Slot
from appointments.notices.services.events import queue_site_change_notices
from appointments.schedule_import.faults import DeliveryRefused
from appointments.schedule_import.load import LOCK_KEY
from appointments.schedule_import.staging import read_one
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction


@dataclass(frozen=True, slots=True)
class CorrectedZone:
    """How many slots ahead were moved, and how many people with an appointment there were notified."""

    slots: int
    people: int


@in_durable_transaction
def correct_site_zone(*, code: str, tz: str) -> CorrectedZone:
    """Give the site another time zone. Slots that have not begun keep their clock time, not their instant.

    The scheduler writes slots in local time, and people read it on their notices: so the clock time was right
    and the instant was wrong. Holds at the site are released. Past slots keep their instants.

    Locks: the import's advisory lock; the series with an appointment ahead there, then the slots, by key.
    Raises: DeliveryRefused if an import is running, the site is unknown, or a clock time cannot be kept.
    """
    if read_one("SELECT 1 WHERE pg_try_advisory_xact_lock(%(key)s)", {"key": LOCK_KEY}) is None:
        raise DeliveryRefused("An import is running. Wait until it finishes.")
    site = Site.objects.filter(code=code).first()
    if site is None:
        raise DeliveryRefused(f"Unknown site: {code}.")
    ahead = Appointment.objects.filter(slot__site=site, status=Appointment.Status.SCHEDULED)
    ahead = ahead.filter(slot__starts_at__gt=database_now())
    locks.lock_all_series(ahead.values_list("series_id", flat=True))
    not_begun = Slot.objects.filter(site=site, starts_at__gt=database_now())
    slots = locks.lock_slots(slot_ids=not_begun.values_list("pk", flat=True))
    now = database_now()
    moving = {key: slot for key, slot in slots.items() if slot.starts_at > now}
    held = ReservedSeat.objects.filter(slot__in=moving, held_until__isnull=False)
    seats.release_all(held=list(held.select_related("reservation")), slots=moving, now=now)
    announced = {
        appointment.pk: PlaceAndTime.of_slot(appointment.slot)
        for appointment in ahead.filter(slot__in=moving).select_related("slot__site")
    }
    _move_slots(list(moving.values()), old=site.zone, new=ZoneInfo(tz), now=now)
    site.tz = tz
    site.save(update_fields=["tz"])
    queue_site_change_notices(old=announced, at=now)
    return CorrectedZone(slots=len(moving), people=len(announced))


def _move_slots(slots: list[Slot], *, old: ZoneInfo, new: ZoneInfo, now: datetime) -> None:
    """Move the slots one by one, in the order in which no slot takes the instant of one that still has it."""
    moves = [(slot, _keep_clock_time(slot.starts_at, old=old, new=new)) for slot in slots]
    if any(starts_at <= now for _slot, starts_at in moves):
        raise DeliveryRefused("A slot would begin in the past. Try again after the site's closing time.")
    later = [move for move in moves if move[1] > move[0].starts_at]
    earlier = [move for move in moves if move[1] < move[0].starts_at]
    ordered = sorted(later, key=lambda move: move[1], reverse=True)
    for slot, starts_at in ordered + sorted(earlier, key=lambda move: move[1]):
        length = slot.ends_at - slot.starts_at
        Slot.objects.filter(pk=slot.pk).update(starts_at=starts_at, ends_at=starts_at + length)


def _keep_clock_time(instant: datetime, *, old: ZoneInfo, new: ZoneInfo) -> datetime:
    local = instant.astimezone(old).replace(tzinfo=None)
    moved = local.replace(tzinfo=new)
    if moved.astimezone(ZoneInfo("UTC")).astimezone(new).replace(tzinfo=None) != local:
        raise DeliveryRefused(f"{local:%Y-%m-%d %H:%M} does not exist in {new.key}, because clocks change.")
    return moved
