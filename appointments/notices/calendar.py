"""The calendar entry (RFC 5545), rendered from the frozen facts. It has no name and no number of a person.

It is published (METHOD:PUBLISH) and not an invitation, so it names no organizer. Each reschedule raises
SEQUENCE under the same UID, so that a calendar replaces the earlier entry.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Alarm, Calendar, Event, Timezone

from appointments.models.place_and_time import PlaceAndTime
from appointments.notices import wording
from appointments.notices.facts import NoticeFacts
from portal.foundation.site_time import format_instant, in_site_zone

REMIND_BEFORE = timedelta(days=1)


def render_calendar(facts: NoticeFacts, *, rendered_at: datetime) -> bytes:
    """Return one event with its time zone and an alarm one day before, in the addressee's language."""
    with override(facts.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Appointment portal//Notices//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add_component(_build_zone(facts.new.tz, facts.new.starts_at.year))
        calendar.add_component(_build_event(facts, rendered_at))
    return bytes(calendar.to_ical())


def _build_event(facts: NoticeFacts, rendered_at: datetime) -> Event:
    new = facts.new
    event = Event()
    event.add("uid", facts.calendar_uid)
    event.add("sequence", facts.sequence)
    event.add("dtstamp", rendered_at.astimezone(UTC))
    event.add("dtstart", in_site_zone(new.starts_at, new.tz))
    event.add("dtend", in_site_zone(new.ends_at, new.tz))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("summary", _("Biometric services appointment"))
    event.add("location", ", ".join(map(_put_on_one_line, (new.site_name, *new.address_lines))))
    event.add("description", _describe(facts))
    event.add_component(_build_alarm(new))
    return event


def _describe(facts: NoticeFacts) -> str:
    """Return what to bring, one item per line."""
    lines = [_("What to bring"), *(f"- {item}" for item in wording.describe_what_to_bring())]
    if facts.is_demo:
        lines.append(_("Demonstration only. This is not an official notice of any government agency."))
    return "\n".join(lines)


def _build_alarm(new: PlaceAndTime) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMIND_BEFORE)
    alarm.add(
        "description",
        _("Biometric services appointment: %(instant)s") % {"instant": format_instant(new.starts_at, new.tz)},
    )
    return alarm


def _put_on_one_line(text: str) -> str:
    """Remove control characters, which RFC 5545 forbids in a value."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@lru_cache(maxsize=64)
def _build_zone(tz: str, year: int) -> Timezone:
    """Return the site's time zone with every clock change from the year before to the year after.

    Cached per zone and year: finding the changes takes longer than everything else.
    """
    return Timezone.from_tzinfo(ZoneInfo(tz), tz, date(year - 1, 1, 1), date(year + 2, 1, 1))
