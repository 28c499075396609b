"""Exceptions of services that refuse to act. A service that raises one of these has changed nothing."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from accounts.services.authority import NotYours
from accounts.services.passcodes import CaseIsClosed
from appointments.eligibility import Decision, SeatRefusal

__all__ = [
    "AccountNotVerified",
    "AlreadyDone",
    "AlreadyInForce",
    "CaseIsClosed",
    "HeldBySomeoneElse",
    "HoldEnded",
    "HoldLimit",
    "NotVerified",
    "NotYours",
    "NoteMissing",
    "ReasonMissing",
    "Refused",
    "SeatRefused",
    "TooManyHolds",
    "TooManyInvitations",
    "TooManyItems",
]


class Refused(Exception):
    """An appointment cannot be rescheduled, so none was. Carries the decisions by appointment key."""

    def __init__(self, decisions: Mapping[int, Decision]) -> None:
        super().__init__(", ".join(sorted({code for no in decisions.values() for code in no.codes})))
        self.decisions = decisions

    @property
    def decision(self) -> Decision:
        """Return the first decision: the only one if the request was for one person."""
        return next(iter(self.decisions.values()))


class SeatRefused(Exception):
    """The selected time cannot be booked. Carries every cause."""

    def __init__(self, causes: tuple[SeatRefusal, ...]) -> None:
        super().__init__(", ".join(causes))
        self.causes = causes


class HoldEnded(Exception):
    """The reservation is no longer live: it expired, or it was released for another time."""


class HeldBySomeoneElse(Exception):
    """Another account with access to the case holds a time. Carries when that hold ends at the latest."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"held until {until.isoformat()}")
        self.until = until


class HoldLimit(StrEnum):
    LIVE = "live"
    PER_HOUR = "per_hour"


class TooManyHolds(Exception):
    """The account reached a limit on reservations. Carries which limit and how many are allowed."""

    def __init__(self, limit: HoldLimit, allowed: int) -> None:
        super().__init__(f"{limit}: {allowed}")
        self.limit = limit
        self.allowed = allowed


class TooManyItems(Exception):
    """Too many appointments for one bulk reschedule. Carries how many are allowed."""

    def __init__(self, allowed: int) -> None:
        super().__init__(f"at most {allowed}")
        self.allowed = allowed


class ReasonMissing(Exception):
    """The reschedule has no good-cause reason, or its reason is no longer offered."""


class NoteMissing(Exception):
    """Staff overrode a limit, set a mark or closed a case without a note that says why."""


class AlreadyDone(Exception):
    """The act was already done, or someone else has changed the row since it was shown."""


class AlreadyInForce(AlreadyDone):
    """The representative already represents the client on this case."""


class NotVerified(Exception):
    """The representative is not verified, or the accreditation ended, so no client can be linked."""


class AccountNotVerified(NotVerified):
    """The account that asks is not verified as a representative's, or its accreditation ended."""


class TooManyInvitations(Exception):
    """The client reached the daily limit of invitations for this case."""
