"""What a service raises when it will not act. Nothing was changed whenever one of these is raised."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from accounts.services.authority import NotYours
from accounts.services.passcodes import CaseIsClosed
from appointments.eligibility import Decision, SeatRefusal

__all__ = [
    "AlreadyDone",
    "CaseIsClosed",
    "HeldBySomeoneElse",
    "HoldEnded",
    "HoldLimit",
    "NotInGoodStanding",
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
    """Someone may not be moved, so no one was. Carries the decisions by appointment key."""

    def __init__(self, decisions: Mapping[int, Decision]) -> None:
        super().__init__(", ".join(sorted({code for no in decisions.values() for code in no.codes})))
        self.decisions = decisions

    @property
    def decision(self) -> Decision:
        """The decision on the first of them, which is the only one where one person was to be moved."""
        return next(iter(self.decisions.values()))


class SeatRefused(Exception):
    """The picked time cannot be had; carries every cause."""

    def __init__(self, causes: tuple[SeatRefusal, ...]) -> None:
        super().__init__(", ".join(causes))
        self.causes = causes


class HoldEnded(Exception):
    """The reservation is no longer live: it expired, or was released for another time."""


class HeldBySomeoneElse(Exception):
    """Another account that may act on the case is choosing a time; carries until when at the latest."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"held until {until.isoformat()}")
        self.until = until


class HoldLimit(StrEnum):
    LIVE = "live"
    PER_HOUR = "per_hour"


class TooManyHolds(Exception):
    """The account reached a limit on reservations; carries which, and how many are allowed."""

    def __init__(self, limit: HoldLimit, allowed: int) -> None:
        super().__init__(f"{limit}: {allowed}")
        self.limit = limit
        self.allowed = allowed


class TooManyItems(Exception):
    """More appointments than may be moved in one sitting; carries how many may."""

    def __init__(self, allowed: int) -> None:
        super().__init__(f"at most {allowed}")
        self.allowed = allowed


class ReasonMissing(Exception):
    """No good-cause reason stands for this move, or the one given is no longer offered."""


class NoteMissing(Exception):
    """Staff set a limit aside, or marked or closed something, without a note that says why."""


class AlreadyDone(Exception):
    """What was asked for is so already, or was done otherwise by someone else meanwhile."""


class NotInGoodStanding(Exception):
    """The representative is not verified, or the accreditation ended: no client may be linked."""


class TooManyInvitations(Exception):
    """The client invited as many addresses to this case as a day allows."""
