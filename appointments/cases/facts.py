"""Entries of a case history as plain data: read by the queries, shown by the presenters."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """The kind of an entry. It decides which table the key of the entry belongs to."""

    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    APPOINTMENT_ENDED = "appointment_ended"
    APPOINTMENT_MISSED = "appointment_missed"
    HOLD_EXPIRED = "hold_expired"
    INVITED = "invited"
    INVITATION_CANCELLED = "invitation_cancelled"
    PASSCODE_MADE = "passcode_made"
    REQUESTED = "requested"
    REPRESENTED = "represented"
    NO_LONGER_REPRESENTED = "no_longer_represented"
    CASE_ADDED = "case_added"
    CASE_FILED_ONLINE = "case_filed_online"
    CASE_CLOSED = "case_closed"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry: the kind, when it happened, and the row with the relations that its sentence needs."""

    kind: EventKind
    at: datetime
    row: Any
