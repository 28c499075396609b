"""Plain values of a calendar feed. No query and no text."""

from dataclasses import dataclass

from appointments.notices.calendar import CalendarEntry


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One appointment of the feed. `name` and `receipt_number` are empty unless the account wants names."""

    entry: CalendarEntry
    name: str = ""
    receipt_number: str = ""
