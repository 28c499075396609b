"""The frozen facts of one notice: all that its documents may say, so that they can be drawn again."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self

from appointments.models.place_and_time import PlaceAndTime

NoticeKind = Literal["rescheduled", "agency_rescheduled"]
NoticeLanguage = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What one addressee is told of one move. `language` is the addressee's."""

    kind: NoticeKind
    language: NoticeLanguage
    agency_name: str
    receipt_number: str
    form_code: str
    person_name: str  # who gives biometrics
    addressee_name: str  # who gets the notice: the requestor or a representative
    notice_on: date
    confirmation_number: str
    verification_code: str
    check_url: str
    biometrics_code: int  # 1, 2 or 3: what the visit captures
    old: PlaceAndTime | None
    new: PlaceAndTime
    sequence: int  # number of the move within its chain
    calendar_uid: str
    is_demo: bool
    contact_name: str
    contact_phone: str
    contact_hours: str
    reschedules_left: int | None  # online moves that remain; None where the notice should not say

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON column. Instants are in UTC, ISO 8601."""
        stored = {name: getattr(self, name) for name in self.__slots__}
        stored["notice_on"] = self.notice_on.isoformat()
        stored["old"] = self.old.to_json() if self.old else None
        stored["new"] = self.new.to_json()
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The facts that `to_json` stored. Raises KeyError or TypeError for any others."""
        old = stored["old"]
        changed = {
            "notice_on": date.fromisoformat(stored["notice_on"]),
            "old": PlaceAndTime.from_json(old) if old else None,
            "new": PlaceAndTime.from_json(stored["new"]),
        }
        return cls(**{**stored, **changed})
