"""Decisions: every refusal, and whether the request is still timely."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RefusalCode(StrEnum):
    """Stable codes of the rules. Presenters have the texts, `rules.py` the sources."""

    FORM_NOT_ENABLED = "FORM_NOT_ENABLED"
    SCHEDULED_BEFORE_LAUNCH = "SCHEDULED_BEFORE_LAUNCH"
    ALREADY_PASSED = "ALREADY_PASSED"
    WITHIN_12_HOURS = "WITHIN_12_HOURS"
    RESCHEDULE_LIMIT = "RESCHEDULE_LIMIT"
    NOT_SCHEDULED = "NOT_SCHEDULED"
    CASE_CLOSED = "CASE_CLOSED"
    STAFF_ONLY = "STAFF_ONLY"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One failed rule. `since` is when it began to apply and `until` when it stops, if known."""

    code: RefusalCode
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of every rule at `decided_at`. Without refusals, the appointment can be rescheduled.

    `counted` is the number of counted reschedules so far, and `cap` how many are allowed.
    """

    decided_at: datetime
    refusals: tuple[Refusal, ...]
    online_until: datetime
    is_timely: bool
    counted: int
    cap: int

    @property
    def is_allowed(self) -> bool:
        return not self.refusals

    @property
    def codes(self) -> frozenset[RefusalCode]:
        return frozenset(refusal.code for refusal in self.refusals)
