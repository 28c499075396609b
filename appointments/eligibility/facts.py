"""The facts behind a decision, frozen. Instants are aware and in UTC; durations are timedeltas."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any


class _InUtc:
    """Convert every instant to UTC: within one zone, Python subtracts wall-clock times, not elapsed time."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type] # the subclasses are dataclasses
            object.__setattr__(self, field.name, _in_utc(getattr(self, field.name)))


def _in_utc(fact: Any) -> Any:
    if isinstance(fact, tuple):
        return tuple(map(_in_utc, fact))
    if not isinstance(fact, datetime):
        return fact
    if fact.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return fact.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Facts(_InUtc):
    """One appointment at one instant, under one policy version and one form-type version."""

    now: datetime
    starts_at: datetime
    scheduled_at: datetime
    is_scheduled: bool
    status_changed_at: datetime
    is_staff_only: bool
    case_closed_at: datetime | None
    counted_reschedules_at: tuple[datetime, ...]  # oldest first
    online_cutoff: timedelta
    reschedule_cap: int
    online_from: datetime | None
    scheduled_from: datetime | None


@dataclass(frozen=True, slots=True)
class SeatFacts(_InUtc):
    """One selected slot at one instant."""

    now: datetime
    starts_at: datetime
    is_closed: bool
    is_current_slot: bool
    free_seats: int
    online_cutoff: timedelta
    horizon: timedelta
