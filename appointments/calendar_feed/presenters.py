"""A feed as a calendar file (RFC 5545), from its entries. No query."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Timezone

from appointments.calendar_feed.facts import FeedEntry
from appointments.notices.calendar import build_event
from appointments.notices.calendar_zones import find_zone


def hash_entries(entries: Sequence[FeedEntry], *, language: str) -> str:
    """Return a hash of everything that the calendar would say, without rendering it."""
    said = [
        [
            row.entry.uid,
            row.entry.sequence,
            row.entry.is_canceled,
            row.entry.agency_name,
            row.entry.place.to_json(),
            row.name,
            row.receipt_number,
        ]
        for row in entries
    ]
    return hashlib.sha256(json.dumps([language, said]).encode()).hexdigest()


def render_feed(entries: Sequence[FeedEntry], *, language: str, rendered_at: datetime) -> bytes:
    """Return the calendar with all entries and their time zones, in that language.

    Entries keep the identifier and the sequence number of single entries, so that a calendar that has both
    shows one appointment.
    """
    with override(language):
        calendar = Calendar()
        calendar.add("prodid", "-//Appointment portal//Calendar feed//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("Biometric services appointments"))
        calendar.add("refresh-interval;value=duration", "PT1H")
        zones: dict[str, Timezone | None] = {}
        for tz, year in sorted({(row.entry.place.tz, row.entry.place.starts_at.year) for row in entries}):
            zones.setdefault(tz, find_zone(tz, year))
        for zone in zones.values():
            if zone is not None:
                calendar.add_component(zone)
        for row in entries:
            event = build_event(row.entry, rendered_at, is_in_utc=zones[row.entry.place.tz] is None)
            if row.name:
                event["summary"] = _("Biometric services appointment: %(name)s (%(number)s)") % {
                    "name": row.name,
                    "number": row.receipt_number,
                }
            calendar.add_component(event)
    return bytes(calendar.to_ical())
