"""The frozen facts of notices. Pages and documents use only these, so they can be rendered again later."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from accounts.models import RequestChannel
from appointments.models.place_and_time import PlaceAndTime

NoticeKind = Literal["rescheduled", "agency_rescheduled"]
NoticeLanguage = Literal["en", "es"]


class RepresentationEvent(StrEnum):
    """A change of a representation that both sides are notified of."""

    REQUESTED = "requested"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CLOSED = "closed"


class Side(StrEnum):
    """The side of a representation that a notice is addressed to."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Entered:
    """For which side staff entered a change, and how that side asked for it."""

    side: Side
    channel: RequestChannel


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The facts of one reschedule for one addressee. `language` is the addressee's."""

    kind: NoticeKind
    language: NoticeLanguage
    agency_name: str
    receipt_number: str
    form_code: str
    person_name: str  # the person who comes to the appointment
    addressee_name: str  # the requestor or a representative
    notice_on: date
    confirmation_number: str
    verification_code: str
    check_url: str
    biometrics_code: int  # 1, 2 or 3: what the site collects
    old: PlaceAndTime | None
    new: PlaceAndTime
    sequence: int  # number of the reschedule within its series
    calendar_uid: str
    is_demo: bool
    contact_name: str
    contact_phone: str
    contact_hours: str
    reschedules_left: int | None  # online; None if the notice should not say

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column. Instants are in UTC, ISO 8601."""
        stored = {name: getattr(self, name) for name in self.__slots__}
        stored["notice_on"] = self.notice_on.isoformat()
        stored["old"] = self.old.to_json() if self.old else None
        stored["new"] = self.new.to_json()
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Return the facts that `to_json` stored. Raises KeyError or TypeError for other values."""
        old = stored["old"]
        changed = {
            "notice_on": date.fromisoformat(stored["notice_on"]),
            "old": PlaceAndTime.from_json(old) if old else None,
            "new": PlaceAndTime.from_json(stored["new"]),
        }
        return cls(**{**stored, **changed})
