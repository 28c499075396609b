"""The frozen facts of notices. Pages and documents use only these, so they can be rendered again later."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from accounts.models import RequestChannel, User
from appointments.models.place_and_time import PlaceAndTime
from policy.models import ContactRoute

NoticeKind = Literal["rescheduled", "agency_rescheduled", "canceled", "site_changed"]
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


class CaseAccessEvent(StrEnum):
    """A change of which account has a case, that the account is notified of."""

    SUSPENDED = "suspended"
    KEPT = "kept"
    DETACHED = "detached"


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
    """The facts of one change of an appointment for one addressee. `language` is the addressee's.

    `new` is the appointment's place and time after the change; of a canceled one, where it would have been.
    """

    kind: NoticeKind
    language: NoticeLanguage
    agency_name: str
    receipt_number: str
    form_code: str
    person_name: str  # the person who comes to the appointment
    addressee_name: str  # the requestor or a representative
    notice_on: date
    confirmation_number: str | None  # only of a reschedule
    verification_code: str
    check_url: str
    biometrics_code: int  # 1, 2 or 3: what the site collects
    old: PlaceAndTime | None
    new: PlaceAndTime
    sequence: int  # of the calendar entry: it rises with each change within the series
    calendar_uid: str
    is_demo: bool
    contact_name: str
    contact_phone: str
    contact_hours: str
    reschedules_left: int | None  # online; None if the notice should not say

    def address_to(self, reader: User, *, office: ContactRoute) -> Self:
        """Return the facts as a copy for another reader, in their language. `office` answers questions."""
        in_spanish = reader.language == User.Language.SPANISH
        return replace(
            self,
            addressee_name=reader.name,
            language="es" if in_spanish else "en",
            contact_name=office.name_es if in_spanish else office.name_en,
            contact_hours=office.hours_es if in_spanish else office.hours_en,
        )

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
