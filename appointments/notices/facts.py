"""The frozen facts of one notice: all that its documents may say, so that they can be drawn again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, Self

NoticeKind = Literal["rescheduled", "agency_rescheduled"]
NoticeLanguage = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class PlaceAndTime:
    """Where and when one visit is. `tz` is the site's IANA zone; both instants are aware."""

    site_name: str
    address_lines: tuple[str, ...]
    tz: str
    starts_at: datetime
    ends_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "site_name": self.site_name,
            "address_lines": list(self.address_lines),
            "tz": self.tz,
            "starts_at": _instant_to_json(self.starts_at),
            "ends_at": _instant_to_json(self.ends_at),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(
            site_name=stored["site_name"],
            address_lines=tuple(stored["address_lines"]),
            tz=stored["tz"],
            starts_at=_instant_from_json(stored["starts_at"]),
            ends_at=_instant_from_json(stored["ends_at"]),
        )


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


def _instant_to_json(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be kept")
    return instant.astimezone(UTC).isoformat()


def _instant_from_json(stored: str) -> datetime:
    return datetime.fromisoformat(stored).astimezone(UTC)
