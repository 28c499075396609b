"""Every kind of error in the rows of a delivery is reported with file, line, column, value and remedy."""

import csv

import pytest

from appointments.models import Slot
from tests.factories.appointments import SiteFactory
from tests.support.deliveries import (
    faults_found,
    load,
    places,
)

pytestmark = pytest.mark.usefixtures("reference_data")


# --- One bad cell ---------------------------------------------------------------------------------

CELLS = [
    ("sites.csv", "code", "phx 1", "capital letters"),
    ("sites.csv", "code", "", "Fill in"),
    ("sites.csv", "name", "N" * 121, "at most 120"),
    ("sites.csv", "name", " Phoenix", "Remove the spaces"),
    ("sites.csv", "state", "ZZ", "two capital letters"),
    ("sites.csv", "postal_code", "8503", "leading zero"),
    ("sites.csv", "tz", "America/Phenix", "IANA time zone"),
    ("sites.csv", "tz", "", "IANA time zone"),
    ("sites.csv", "monday", "8-16", "like 08:00-16:00"),
    ("sites.csv", "friday", "16:00-08:00", "later than the opening time"),
    ("sites.csv", "latitude", "91", "from -90 to 90"),
    ("sites.csv", "longitude", "149.9 W", "like 33.4497"),
    ("sites.csv", "longitude", "nan", "like 33.4497"),
    ("sites.csv", "parking_es", "E" * 501, "at most 500"),
    ("slots.csv", "site_code", "XXX", "Unknown site"),
    ("slots.csv", "starts_at", "2026-01-13 09:00", "like 2026-12-01T09:00"),
    ("slots.csv", "starts_at", "2026-02-30T09:00", "does not exist"),
    ("slots.csv", "starts_at", "0026-01-13T09:00", "Correct the year"),
    ("slots.csv", "starts_at", "2026-01-13T03:00", "hours on that weekday are: 08:00-16:00"),
    ("slots.csv", "starts_at", "2026-01-18T09:00", "hours on that weekday are: closed"),
    ("slots.csv", "starts_at", "2026-01-13T15:50", "hours on that weekday are"),
    ("slots.csv", "starts_at", "2026-01-13T09:00+03:00", "not the UTC offset of"),
    ("slots.csv", "starts_at", "2026-01-13T09:00-99:00", "offset is not valid"),
    ("slots.csv", "minutes", "0", "1 to 720"),
    ("slots.csv", "minutes", "-30", "1 to 720"),
    ("slots.csv", "minutes", "half an hour", "1 to 720"),
    ("slots.csv", "capacity", "0", "1 to 32767"),
    ("slots.csv", "capacity", "32768", "1 to 32767"),
    ("slots.csv", "capacity", "²", "1 to 32767"),
    ("slots.csv", "closed", "no", "Write yes"),
    ("cases.csv", "receipt_number", "IOE12345", "three capital letters and ten digits"),
    ("cases.csv", "receipt_number", "IOEO000000001", "letter O or I is in place of"),
    ("cases.csv", "receipt_number", "IOE000000000I", "Did you mean IOE0000000001?"),
    ("cases.csv", "receipt_number", "1OE0000000001", "Did you mean IOE0000000001?"),
    ("cases.csv", "form", "I-999", "supports these forms"),
    ("cases.csv", "filing_channel", "fax", "online, paper"),
    ("cases.csv", "status", "denied", "closed, open, withdrawn"),
    ("people.csv", "person_id", "P 1", "letters, digits"),
    ("people.csv", "person_id", "P" * 41, "at most 40"),
    ("people.csv", "receipt_number", "IOE9999999999", "Unknown case"),
    ("people.csv", "name", "", "Fill in"),
    ("people.csv", "name", "Ana\tRivera", "control character"),
    ("people.csv", "name", "Ana\x00Rivera", "control character"),
    ("people.csv", "name", "N" * 5000, "at most 200"),
    ("people.csv", "role", "child", "household_member"),
    ("appointments.csv", "appointment_id", "=A1", "letters, digits"),
    ("appointments.csv", "person_id", "P999", "Unknown person"),
    ("appointments.csv", "site_code", "XXX", "Unknown site"),
    ("appointments.csv", "starts_at", "2026-01-13T09:01", "has no slot at this time"),
    ("appointments.csv", "status", "superseded", "scheduled"),
    ("appointments.csv", "scheduled_at", "2026-01-01T10:00", "offset is missing"),
    ("appointments.csv", "scheduled_at", "yesterday", "with its UTC offset"),
    ("appointments.csv", "scheduled_at", "2026-01-12T17:00:01+00:00", "after as_of"),
    ("appointments.csv", "scheduled_at", "0001-01-01T00:00+14:00", "Correct the year"),
    ("appointments.csv", "biometrics_code", "4", "1 to 3"),
    (
        "appointments.csv",
        "counted_moves_at",
        "2026-02-01T10:00:00+00:00",
        "counted reschedule is after as_of",
    ),
    ("appointments.csv", "counted_moves_at", "2026-01-01T10:00:00Z;", "with its UTC offset"),
    ("appointments.csv", "counted_moves_at", "2026-01-01T10:00Z;2026-01-01T10:00Z", "twice"),
    ("appointments.csv", "staff_only", "true", "Write yes"),
]


@pytest.mark.parametrize(("file", "column", "value", "remedy"), CELLS)
def test_reports_a_bad_cell(made, file, column, value, remedy):
    # The last row, so that its fault affects nothing but rows that refer to it.
    line = len(made.rows[file]) + 1
    made.rows[file][-1][column] = value

    faults = [fault for fault in faults_found(made.save()) if (fault.file, fault.line) == (file, line)]

    [fault] = [fault for fault in faults if fault.column == column]
    assert remedy in fault.remedy
    assert len(faults) == 1
    assert fault.value.startswith(value[:3].replace("\x00", "\\x00").replace("\t", "\\x09"))


# --- Cells that contradict each other -------------------------------------------------------------

ROWS = [
    ("sites.csv", {"latitude": ""}, "latitude", "leave longitude empty"),
    ("sites.csv", {"not_allowed_es": ""}, "not_allowed_es", "leave not_allowed_en empty"),
    ("cases.csv", {"status": "closed", "closed_at": ""}, "closed_at", "Enter when"),
    ("cases.csv", {"status": "open", "closed_at": "2026-01-01T10:00Z"}, "closed_at", "Leave this empty"),
    ("cases.csv", {"status": "closed", "closed_at": "2026-02-01T10:00Z"}, "closed_at", "after as_of"),
    (
        "cases.csv",
        {"filing_channel": "online", "filed_by_email": ""},
        "filed_by_email",
        "Enter the email address",
    ),
    ("cases.csv", {"filing_channel": "online", "filed_by_email": "me"}, "filed_by_email", "email address"),
    ("cases.csv", {"filing_channel": "paper", "filed_by_email": "a@b.org"}, "filed_by_email", "on paper"),
    ("appointments.csv", {"status": "attended"}, "status", "begins after as_of"),
]


@pytest.mark.parametrize(("file", "cells", "column", "remedy"), ROWS)
def test_reports_cells_that_contradict_each_other(made, file, cells, column, remedy):
    made.rows[file][-1].update(cells)
    if file == "appointments.csv":
        slot = made.rows["slots.csv"][-1]
        made.rows[file][-1].update(site_code=slot["site_code"], starts_at=slot["starts_at"])
        slot["capacity"] = "9"

    [fault] = faults_found(made.save())

    assert (fault.file, fault.line, fault.column) == (file, len(made.rows[file]) + 1, column)
    assert remedy in fault.remedy


# --- Rows that contradict each other --------------------------------------------------------------

KEYS = [
    ("sites.csv", "code"),
    ("slots.csv", "starts_at"),
    ("cases.csv", "receipt_number"),
    ("people.csv", "person_id"),
    ("appointments.csv", "appointment_id"),
]


@pytest.mark.parametrize(("file", "column"), KEYS)
def test_reports_a_duplicate_row(made, file, column):
    made.rows[file].append(dict(made.rows[file][0]))

    faults = faults_found(made.save())

    line = len(made.rows[file]) + 1
    assert (file, line, column) in places(faults)
    assert any("Line 2 already has" in fault.remedy for fault in faults)


def test_reports_people_without_a_seat(made):
    seated = [row for row in made.rows["appointments.csv"] if row["status"] == "scheduled"]
    first = seated[0]
    slot = next(
        row
        for row in made.rows["slots.csv"]
        if (row["site_code"], row["starts_at"]) == (first["site_code"], first["starts_at"])
    )
    slot["capacity"] = "1"
    extra = seated[1:4]
    for row in extra:
        row.update(site_code=first["site_code"], starts_at=first["starts_at"])

    faults = faults_found(made.save())

    assert {fault.line for fault in faults} >= {made.rows["appointments.csv"].index(r) + 2 for r in extra}
    assert {fault.column for fault in faults} == {"starts_at"}
    assert "More people than seats. The slot has 1" in faults[0].remedy


def test_reports_a_second_scheduled_appointment_of_one_person(made):
    scheduled = [n for n, row in enumerate(made.rows["appointments.csv"]) if row["status"] == "scheduled"]
    first, second = scheduled[:2]
    rows = made.rows["appointments.csv"]
    rows[second]["person_id"] = rows[first]["person_id"]

    [fault] = faults_found(made.save())

    assert (fault.line, fault.column) == (second + 2, "status")
    assert f"line {first + 2}" in fault.remedy


# --- Times that do not exist or occur twice -------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "remedy"),
    [
        ("2026-03-08T02:30", "does not exist on that day in America/New_York"),
        (
            "2026-11-01T01:30",
            "occurs twice on that day in America/New_York. Add its UTC offset: -04:00 or -05:00",
        ),
        ("2026-11-01T01:30-06:00", "not the UTC offset of America/New_York"),
        ("2026-03-08T02:30-05:00", "does not exist"),
    ],
)
def test_reports_a_time_on_a_day_when_clocks_change(made, starts_at, remedy):
    site = made.rows["sites.csv"][0]
    site.update(tz="America/New_York", sunday="00:00-23:00")
    row = dict(made.rows["slots.csv"][0], site_code=site["code"], starts_at=starts_at)
    made.rows["slots.csv"].append(row)

    faults = [fault for fault in faults_found(made.save()) if fault.line == len(made.rows["slots.csv"]) + 1]

    assert [(fault.column, fault.value) for fault in faults] == [("starts_at", starts_at)]
    assert remedy in faults[0].remedy


def test_both_times_of_one_that_occurs_twice_can_be_slots(made):
    made.rows = {file: [] for file in made.rows}
    made.add("sites.csv", code="NYC", name="New York", street="1 Example", city="New York", state="NY",
             postal_code="10007", tz="America/New_York", sunday="00:00-23:00")  # fmt: skip
    for starts_at in ("2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00", "2026-11-01T03:30"):
        made.add("slots.csv", site_code="NYC", starts_at=starts_at, minutes=20, capacity=1)

    load(made.save())

    starts = [slot.starts_at.isoformat() for slot in Slot.objects.order_by("starts_at")]
    assert starts == [f"2026-11-01T0{hour}:30:00+00:00" for hour in (5, 6, 8)]


# --- The file of faults ---------------------------------------------------------------------------


def test_the_file_has_every_fault_and_is_safe_in_a_spreadsheet(made):
    for row in made.rows["people.csv"]:
        row["role"] = "=HYPERLINK(1)"
    for file in ("cases.csv", "appointments.csv"):
        for row in made.rows[file]:
            row["status"] = "@SUM"

    assert len(faults_found(made.save())) == 50

    with (made.path / "faults.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == 60 + len(made.rows["cases.csv"])
    assert {row["value"] for row in rows} == {"'=HYPERLINK(1)", "'@SUM"}
    assert rows[0].keys() == {"file", "line", "column", "value", "remedy"}


def test_slots_of_a_site_that_is_not_delivered_use_its_known_time_zone(made):
    SiteFactory(code="OLD")
    made.rows["slots.csv"][-1].update(site_code="OLD")
    made.rows["appointments.csv"] = []

    load(made.save())

    assert Slot.objects.filter(site__code="OLD").count() == 1
