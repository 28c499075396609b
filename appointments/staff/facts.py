"""What the queries of the staff slice return: plain rows for the presenters, which query nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page

from accounts.models import (
    AccessCode,
    Case,
    CaseAccountConflict,
    Person,
    Representation,
    RepresentativePasscode,
)
from appointments.booking.decisions import PastReschedules
from appointments.eligibility import Decision, RefusalCode, SeatRefusal
from appointments.models import Appointment, DeliveryConflict, Notice, Reschedule, ReservedSeat
from appointments.notices.facts import Entered
from policy.models import PolicyVersion
from policy.queries import RulesInForce

# Limits of the online tool only. A request by phone before the appointment is on time, so they do not apply.
ONLINE_ONLY = frozenset(
    {
        RefusalCode.FORM_NOT_ENABLED,
        RefusalCode.SCHEDULED_BEFORE_LAUNCH,
        RefusalCode.WITHIN_12_HOURS,
        RefusalCode.STAFF_ONLY,
    }
)
# Limits of the public that a unit with that power may override for a caller, with a note.
OVERRIDABLE: frozenset[str] = frozenset(
    {RefusalCode.RESCHEDULE_LIMIT, SeatRefusal.SLOT_TOO_SOON, SeatRefusal.SLOT_BEYOND_HORIZON}
)


@dataclass(frozen=True, slots=True)
class ReschedulePreview:
    """What a reschedule for a caller would meet now. The service decides again under its locks."""

    decision: Decision
    rules: RulesInForce
    past: PastReschedules
    seat_refusals: tuple[SeatRefusal, ...]

    @property
    def against(self) -> frozenset[str]:
        """Every refusal that applies to a request by phone."""
        return (self.decision.codes - ONLINE_ONLY) | set(self.seat_refusals)

    @property
    def to_override(self) -> frozenset[str]:
        """The refusals among them that some units may override."""
        return self.against & OVERRIDABLE

    @property
    def blocking(self) -> frozenset[str]:
        """The refusals among them that no unit may override."""
        return self.against - OVERRIDABLE


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The rows of the page of one case. Pages hold their rows as a list."""

    case: Case
    open_representations: Sequence[Representation]
    invitations: Page[Any]
    ended_representations: Page[Any]
    entered: Mapping[int, Entered]  # by key of the ended representation, where staff entered the end
    notices: Page[Any]
    people: Sequence[Person]
    appointments: Sequence[Appointment]  # of each person the scheduled one, or else the latest
    decisions: dict[int, Decision]
    rules: RulesInForce | None  # None without appointments
    reschedules: Sequence[Reschedule]
    appointment_notices: Sequence[Notice]
    held_seats: Sequence[ReservedSeat]
    access_codes: Sequence[AccessCode]
    passcodes: Sequence[RepresentativePasscode]
    account_conflict: CaseAccountConflict | None  # open


@dataclass(frozen=True, slots=True)
class GuessedCase:
    """A case on which many codes failed in a day, and how many."""

    case: Case
    failures: int


@dataclass(frozen=True, slots=True)
class Worklists:
    """The first rows of each list on the start page, newest first."""

    undelivered: Sequence[Notice]
    unread: Sequence[Notice]
    conflicts: Sequence[DeliveryConflict]
    account_conflicts: Sequence[CaseAccountConflict]
    reschedules: Sequence[Reschedule]
    guessed: Sequence[GuessedCase]


@dataclass(frozen=True, slots=True)
class RulesToday:
    """The numbers in force now, how many forms can be rescheduled online, and the next change."""

    limits: PolicyVersion | None
    online_forms: int
    next_limits: PolicyVersion | None
