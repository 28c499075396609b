"""The calendar entry of an appointment (RFC 5545, RFC 5546): a file, and links for web calendars.

An entry has no name and no number of a person. It is published (METHOD:PUBLISH), so no one is invited. Each
change raises SEQUENCE under the same UID, so that a calendar replaces the earlier entry. An entry that no
longer applies is sent with METHOD:CANCEL, which removes it from the calendar.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from appointments.models.place_and_time import PlaceAndTime
from appointments.notices import wording
from appointments.notices.calendar_zones import find_zone
from appointments.notices.facts import NoticeFacts
from portal.foundation.site_time import format_instant, in_site_zone

REMIND_BEFORE = timedelta(days=1)
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What an entry says. `is_canceled` removes the entry from the reader's calendar."""

    uid: str
    sequence: int
    place: PlaceAndTime
    agency_name: str
    is_demo: bool
    is_canceled: bool = False

    @classmethod
    def of_notice(cls, facts: NoticeFacts, *, is_canceled: bool = False) -> Self:
        """Return the entry of a notice. `is_canceled` says that its appointment no longer applies."""
        return cls(
            uid=facts.calendar_uid,
            sequence=facts.sequence,
            place=facts.new,
            agency_name=facts.agency_name,
            is_demo=facts.is_demo,
            is_canceled=is_canceled,
        )


@dataclass(frozen=True, slots=True)
class WebLinks:
    """Addresses that open a web calendar with the entry filled in."""

    google: str
    outlook: str


def render_calendar(entry: CalendarEntry, *, language: str, rendered_at: datetime) -> bytes:
    """Return one event with its time zone and an alarm one day before, in that language."""
    with override(language):
        calendar = Calendar()
        calendar.add("prodid", "-//Appointment portal//Notices//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "CANCEL" if entry.is_canceled else "PUBLISH")
        zone = find_zone(entry.place.tz, entry.place.starts_at.year)
        if zone is not None:
            calendar.add_component(zone)
        calendar.add_component(build_event(entry, rendered_at, is_in_utc=zone is None))
    return bytes(calendar.to_ical())


def build_web_links(place: PlaceAndTime) -> WebLinks:
    """Return links that add the appointment to a web calendar, in the active language.

    They contain what the entry contains: the place, the time and what to bring.
    """
    starts_at, ends_at = place.starts_at.astimezone(UTC), place.ends_at.astimezone(UTC)
    summary, location = _("Biometric services appointment"), _describe_location(place)
    description = _describe(is_demo=settings.IS_DEMO)
    google = {
        "action": "TEMPLATE",
        "text": summary,
        "dates": f"{starts_at:%Y%m%dT%H%M%SZ}/{ends_at:%Y%m%dT%H%M%SZ}",
        "ctz": place.tz,
        "location": location,
        "details": description,
    }
    outlook = {
        "rru": "addevent",
        "subject": summary,
        "startdt": f"{starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{ends_at:%Y-%m-%dT%H:%M:%SZ}",
        "location": location,
        "body": description,
    }
    return WebLinks(google=f"{GOOGLE}?{urlencode(google)}", outlook=f"{OUTLOOK}?{urlencode(outlook)}")


def build_event(entry: CalendarEntry, rendered_at: datetime, *, is_in_utc: bool) -> Event:
    """Return one event in the active language, in its site's time zone or in UTC."""
    place = entry.place
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", rendered_at.astimezone(UTC))
    event.add("organizer", _build_organizer(entry.agency_name))
    for name, instant in (("dtstart", place.starts_at), ("dtend", place.ends_at)):
        event.add(name, instant.astimezone(UTC) if is_in_utc else in_site_zone(instant, place.tz))
    event.add("status", "CANCELLED" if entry.is_canceled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("summary", _("Biometric services appointment"))
    event.add("location", _describe_location(place))
    if entry.is_canceled:
        event.add("description", _("This appointment is no longer valid. Do not come at this time."))
        return event
    event.add("description", _describe(is_demo=entry.is_demo))
    event.add_component(_build_alarm(place))
    return event


def _build_organizer(agency_name: str) -> vCalAddress:
    """Return the portal as organizer. RFC 5546 requires one, also where no one is invited."""
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(_put_on_one_line(agency_name).replace('"', ""))
    return organizer


def _describe_location(place: PlaceAndTime) -> str:
    return ", ".join(map(_put_on_one_line, (place.site_name, *place.address_lines)))


def _describe(*, is_demo: bool) -> str:
    """Return what to bring, one item per line."""
    lines = [_("What to bring"), *(f"- {item}" for item in wording.describe_what_to_bring())]
    if is_demo:
        lines.append(_("Demonstration only. This is not an official notice of any government agency."))
    return "\n".join(lines)


def _build_alarm(place: PlaceAndTime) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMIND_BEFORE)
    alarm.add(
        "description",
        _("Biometric services appointment: %(instant)s")
        % {"instant": format_instant(place.starts_at, place.tz)},
    )
    return alarm


def _put_on_one_line(text: str) -> str:
    """Remove control characters, which RFC 5545 forbids in a value."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
