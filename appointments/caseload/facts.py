"""Plain values that the caseload's queries, services and pages share. No query, no clock and no text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from accounts.models import User
from appointments.eligibility import Decision
from appointments.models import (
    Appointment,
    BulkItem,
    BulkReschedule,
    Reschedule,
    RescheduleDraft,
    ReservedSeat,
)
from policy.models import FormType
from policy.queries import RulesInForce

ALLOWED: Literal["allowed"] = "allowed"
REFUSED: Literal["refused"] = "refused"
# "Due this week": the online deadline is at most this far ahead.
DUE_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CaseloadFilters:
    """What the reader asks for. `state` is ALLOWED, REFUSED or a refusal code; `week` is any day of it.

    `is_due` keeps the appointments whose online deadline is within DUE_WITHIN.
    """

    words: str = ""
    site: UUID | None = None
    week: date | None = None
    form: str = ""
    state: str = ""
    is_due: bool = False


class SortKey(StrEnum):
    """What a caseload can be sorted by."""

    DEADLINE = "deadline"
    CLIENT = "client"
    RECEIPT = "receipt"
    APPOINTMENT = "appointment"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class CaseloadOrder:
    """The column that a caseload is sorted by. In an address, “-” before the key means descending."""

    key: SortKey = SortKey.DEADLINE
    is_descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "CaseloadOrder":
        """Return the order that the text of an address names, or the usual one if it names none."""
        name = text.removeprefix("-")
        if name not in list(SortKey):
            return cls()
        return cls(SortKey(name), is_descending=text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.key}" if self.is_descending else str(self.key)


@dataclass(frozen=True, slots=True)
class CaseloadRules:
    """The forms of a caseload and their rules at one instant, so that filters and answers agree."""

    forms: tuple[FormType, ...]
    rules: RulesInForce


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What a bulk reschedule did to an appointment. `confirmation_number` is empty if nothing."""

    outcome: str
    confirmation_number: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """The rows of a file that is about to be sent, in order, and the rules that decide on them.

    `results` are those of a bulk reschedule, by the key of the appointment that is scheduled now.
    """

    account: User
    appointment_ids: tuple[int, ...]
    rules: RulesInForce
    results: Mapping[int, ItemResult] | None = None


@dataclass(frozen=True, slots=True)
class BulkItemState:
    """One item at one instant. `appointment` is None if the account may no longer act on it."""

    item: BulkItem
    appointment: Appointment | None = None
    decision: Decision | None = None
    draft: RescheduleDraft | None = None
    seat: ReservedSeat | None = None
    reschedule: Reschedule | None = None

    @property
    def can_be_rescheduled(self) -> bool:
        return self.decision is not None and self.decision.is_allowed

    @property
    def needs_reason(self) -> bool:
        return self.can_be_rescheduled and self.draft is None

    @property
    def needs_time(self) -> bool:
        return self.can_be_rescheduled and self.draft is not None and self.seat is None

    @property
    def is_ready(self) -> bool:
        return self.can_be_rescheduled and self.draft is not None and self.seat is not None


@dataclass(frozen=True, slots=True)
class BulkState:
    """A bulk reschedule with its items, all at the instant of `rules`."""

    bulk: BulkReschedule
    items: tuple[BulkItemState, ...]
    rules: RulesInForce

    @property
    def at(self) -> datetime:
        return self.rules.now

    def find_item(self, appointment_id: UUID) -> BulkItemState | None:
        """Return the item of the appointment with this public id, if the account may still act on it."""
        found = (row for row in self.items if row.appointment and row.appointment.public_id == appointment_id)
        return next(found, None)
