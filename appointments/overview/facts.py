"""Plain values that the queries of the overview return and its presenters show."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.models import RepresentativeProfile

# The navigation shows “99+” from here on.
MOST_UNREAD = 100


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """One person of a hold: the appointment to reschedule, and the slot that is or was held for it."""

    appointment_id: UUID
    name: str
    slot_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class AccountHold:
    """One hold of the account, live or expired. All its people are at one site, on one day.

    `bulk_id` is the open bulk reschedule that the appointment is part of, or None.
    """

    reservation_id: UUID
    expires_at: datetime
    site_id: UUID
    site_name: str
    tz: str
    people: tuple[HeldPerson, ...]
    bulk_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """What every page shows of an account at `now`, by the database's clock.

    `holds` are live or expired recently, in no order. `unread` stops at the most that a page shows.
    """

    now: datetime
    unread: int
    holds: tuple[AccountHold, ...]


@dataclass(frozen=True, slots=True)
class RequestToDecide:
    """A representative waits for the client's answer, or a client for the representative's."""

    case_id: UUID
    receipt_number: str
    name: str


@dataclass(frozen=True, slots=True)
class LostCase:
    """A case on which a representation in force ended. `status` says how; `name` is the client's, or ''."""

    receipt_number: str
    name: str
    status: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class OpenTasks:
    """Everything that the account has to do or must know, on the agency's day `today`.

    The lists stop at the most that a page names, and `lost_count` does not. `profile` has only the columns
    of the decision; it is None for an account that never applied to represent clients.
    """

    today: date
    requests: tuple[RequestToDecide, ...] = ()
    unread_by_agency: tuple[UUID, ...] = ()
    lost: tuple[LostCase, ...] = ()
    lost_count: int = 0
    profile: RepresentativeProfile | None = None
