"""Everything a decision may rest on, frozen. Instants are aware; durations are timedeltas."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Facts:
    """One appointment at one instant, under one policy version and one form-type version."""

    now: datetime
    starts_at: datetime
    scheduled_at: datetime
    is_standing: bool
    status_changed_at: datetime
    is_staff_only: bool
    case_closed_at: datetime | None
    counted_moves_at: tuple[datetime, ...]  # oldest first
    online_cutoff: timedelta
    reschedule_cap: int
    online_from: datetime | None
    scheduled_from: datetime | None


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """One slot that someone picked, at one instant."""

    now: datetime
    starts_at: datetime
    is_closed: bool
    is_present_slot: bool
    free_seats: int
    online_cutoff: timedelta
    horizon: timedelta
