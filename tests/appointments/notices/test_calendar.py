"""The calendar entry: the right instant in its own time zone, replaced at each reschedule, without names."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from appointments.notices.calendar import CalendarEntry, build_web_links, render_calendar
from appointments.notices.calendar_zones import find_zone
from appointments.schedule_import.sample_data import CITIES

RENDERED_AT = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
ZONES = sorted({tz for *_place, tz in CITIES} | {"America/Adak", "Pacific/Pago_Pago"})


def render(facts, *, rendered_at=RENDERED_AT, is_canceled=False):
    entry = CalendarEntry.of_notice(facts, is_canceled=is_canceled)
    return render_calendar(entry, language=facts.language, rendered_at=rendered_at)


def read_back(entry):
    """Return the event, and its start and end in UTC by the entry's own VTIMEZONE."""
    calendar = Calendar.from_ical(entry)
    (zone,) = calendar.walk("VTIMEZONE")
    (event,) = calendar.walk("VEVENT")
    rules = zone.to_tz(lookup_tzid=False)
    assert event["DTSTART"].params["TZID"] == zone["TZID"]
    start, end = (event[name].dt.replace(tzinfo=rules).astimezone(UTC) for name in ("DTSTART", "DTEND"))
    return event, start, end


@pytest.mark.parametrize(
    ("tz", "starts_at"),
    [
        ("America/New_York", datetime(2026, 3, 7, 13, 0, tzinfo=UTC)),  # the day before the spring change
        ("America/New_York", datetime(2026, 3, 8, 6, 30, tzinfo=UTC)),  # 1:30, half an hour before it
        ("America/New_York", datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),  # 3:00, the minute of it
        ("America/New_York", datetime(2026, 3, 8, 12, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # 1:30 for the first time
        ("America/New_York", datetime(2026, 11, 1, 7, 0, tzinfo=UTC)),  # 2:00, after the autumn change
        ("America/New_York", datetime(2026, 11, 1, 13, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 1, 1, 4, 30, tzinfo=UTC)),  # still 2026 at the site
        ("America/Anchorage", datetime(2026, 7, 1, 17, 0, tzinfo=UTC)),
        ("America/Phoenix", datetime(2026, 7, 1, 16, 0, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2026, 7, 1, 18, 0, tzinfo=UTC)),
        ("Pacific/Guam", datetime(2026, 12, 31, 22, 0, tzinfo=UTC)),  # already 2027 at the site
        ("America/Puerto_Rico", datetime(2026, 7, 1, 12, 0, tzinfo=UTC)),
    ],
)
def test_starts_at_the_right_instant_in_its_own_time_zone(make_facts, make_place, tz, starts_at):
    facts = make_facts(new=make_place(tz=tz, starts_at=starts_at))

    event, start, end = read_back(render(facts))

    assert event["DTSTART"].params["TZID"] == tz
    assert start == starts_at
    assert end == starts_at + timedelta(minutes=20)


def test_keeps_its_uid_and_raises_its_sequence_at_each_reschedule(make_facts, make_place):
    first = render(make_facts(sequence=1))
    second = render(
        make_facts(sequence=2, new=make_place(tz="America/Los_Angeles")),
        rendered_at=RENDERED_AT + timedelta(days=1),
    )

    before, after = read_back(first)[0], read_back(second)[0]
    assert before["UID"] == after["UID"] == "0f9c@appointments"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert before["DTSTAMP"].dt == RENDERED_AT
    assert before["DTSTAMP"].dt < after["DTSTAMP"].dt


def test_names_no_person_and_no_number(make_facts):
    entry = render(make_facts()).replace(b"\r\n ", b"").decode()

    facts = make_facts()
    for private in (
        facts.person_name,
        facts.receipt_number,
        facts.confirmation_number,
        facts.verification_code,
        facts.form_code,
    ):
        assert private not in entry


def test_is_published_and_confirmed_with_an_alarm_a_day_before(make_facts):
    calendar = Calendar.from_ical(render(make_facts()))

    (event,) = calendar.walk("VEVENT")
    (alarm,) = event.walk("VALARM")
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["VERSION"] == "2.0"
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "Biometric services appointment"
    assert (
        event["LOCATION"] == "Phoenix Application Support Center, 1330 South 16th Street, Phoenix, AZ 85034"
    )
    assert "printed on paper" in event["DESCRIPTION"]
    assert alarm["TRIGGER"].dt == timedelta(days=-1)
    assert "Tuesday, December 1, 2026 at 9:40 AM MST" in alarm["DESCRIPTION"]


def test_is_in_the_language_of_the_addressee(make_facts):
    event, _, _ = read_back(render(make_facts(language="es")))

    assert event["SUMMARY"] == "Cita de servicios biométricos"
    when = "martes 1 de diciembre de 2026 a las 9:40 a. m. (hora de la Montaña)"
    assert when in event.walk("VALARM")[0]["DESCRIPTION"]


def test_folds_its_lines_and_no_text_can_add_a_line(make_facts, make_place):
    site_name = "Ñ" * 200 + "\r\nATTENDEE:mailto:x@example.com\n;,\\\x00"
    entry = render(make_facts(new=make_place(site_name=site_name)))

    lines = entry.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(line.startswith(b"ATTENDEE") for line in lines)
    assert b"\n" not in entry.replace(b"\r\n", b"")
    assert "Ñ" * 200 + " ATTENDEE:mailto:x@example.com ;,\\," in read_back(entry)[0]["LOCATION"]


def test_is_marked_as_a_demonstration_only_in_a_demonstration(make_facts):
    shown = [
        "Demonstration only" in read_back(render(make_facts(is_demo=is_demo)))[0]["DESCRIPTION"]
        for is_demo in (True, False)
    ]

    assert shown == [True, False]


@pytest.mark.parametrize("tz", ZONES)
def test_every_onset_is_a_change_of_the_zone(tz):
    """The fault: each DAYLIGHT began an hour late, with dates that Outlook ignores."""
    zone = find_zone(tz, 2026)

    parts = [part for part in zone.subcomponents if "RRULE" in part]
    for part in parts:
        assert part["RRULE"].to_ical().startswith(b"FREQ=YEARLY;BYDAY=")
        first, before, after = part["DTSTART"].dt, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
        rule = rrulestr(part["RRULE"].to_ical().decode(), dtstart=first)
        onsets = rule.between(datetime(2025, 1, 1), datetime(2030, 1, 1), inc=True)
        assert len(onsets) == 5
        for onset in onsets:
            instant = (onset - before).replace(tzinfo=UTC)
            local = [
                (instant + step).astimezone(ZoneInfo(tz)) for step in (-timedelta(seconds=1), timedelta())
            ]
            assert [each.utcoffset() for each in local] == [before, after]
            assert local[1].tzname() == part["TZNAME"]
    names = [part.name for part in zone.subcomponents]
    assert sorted(names) == (["DAYLIGHT", "STANDARD"] if parts else ["STANDARD"])


@pytest.mark.parametrize("tz", ["America/Phoenix", "Pacific/Honolulu", "Pacific/Guam", "America/Puerto_Rico"])
def test_a_zone_without_changes_has_one_part_with_its_offset(tz):
    (part,) = find_zone(tz, 2026).subcomponents

    offset = datetime(2026, 7, 1, tzinfo=ZoneInfo(tz)).utcoffset()
    assert part["TZOFFSETFROM"].td == part["TZOFFSETTO"].td == offset


def test_a_zone_that_no_yearly_rule_expresses_is_given_in_utc(make_facts, make_place):
    place = make_place(tz="Africa/Casablanca")

    calendar = Calendar.from_ical(render(make_facts(new=place)))

    (event,) = calendar.walk("VEVENT")
    assert not calendar.walk("VTIMEZONE")
    assert event["DTSTART"].to_ical() == b"20261201T164000Z"


def test_names_the_portal_as_its_organizer(make_facts, settings):
    settings.DEFAULT_FROM_EMAIL = "Portal <no-reply@portal.example>"

    (event,) = Calendar.from_ical(render(make_facts(agency_name='An "Agency"'))).walk("VEVENT")

    assert event["ORGANIZER"] == "mailto:no-reply@portal.example"
    assert event["ORGANIZER"].params["CN"] == "An Agency"
    assert "ATTENDEE" not in event


def test_an_entry_that_no_longer_applies_removes_itself(make_facts):
    calendar = Calendar.from_ical(render(make_facts(), is_canceled=True))

    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "CANCEL"
    assert event["STATUS"] == "CANCELLED"
    assert event["UID"] == "0f9c@appointments"
    assert "Do not come" in event["DESCRIPTION"]
    assert not event.walk("VALARM")


def test_web_links_say_what_the_entry_says(make_place):
    links = build_web_links(make_place())

    google, outlook = (parse_qs(urlsplit(link).query) for link in (links.google, links.outlook))
    assert google["dates"] == ["20261201T164000Z/20261201T170000Z"]
    assert google["ctz"] == ["America/Phoenix"]
    assert outlook["startdt"] == ["2026-12-01T16:40:00Z"]
    assert outlook["enddt"] == ["2026-12-01T17:00:00Z"]
    where = ["Phoenix Application Support Center, 1330 South 16th Street, Phoenix, AZ 85034"]
    assert google["location"] == outlook["location"] == where
    assert google["text"] == outlook["subject"] == ["Biometric services appointment"]
    assert "printed on paper" in google["details"][0]
