"""The place and time of an appointment, as notices store it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from appointments.models.slot import Slot


@dataclass(frozen=True, slots=True)
class PlaceAndTime:
    """The place and time of one appointment. `tz` is the site's IANA zone; both instants are aware."""

    site_name: str
    address_lines: tuple[str, ...]
    tz: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of_slot(cls, slot: Slot) -> Self:
        """Return the place and time of a slot that was read with its site."""
        site = slot.site
        return cls(
            site_name=site.name,
            address_lines=site.address_lines,
            tz=site.tz,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
        )

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


def _instant_to_json(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(UTC).isoformat()


def _instant_from_json(stored: str) -> datetime:
    return datetime.fromisoformat(stored).astimezone(UTC)
