"""Random deliveries with random mistakes load completely, or every planted mistake is reported."""

import csv
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments.booking.invariants import find_violations
from appointments.models import Appointment, Site
from appointments.schedule_import.faults import ErrorReport, InvalidDelivery
from appointments.schedule_import.load import load_delivery
from tests.support.deliveries import Directory, small_options

BAD_CELLS = [
    ("sites.csv", "name", "Ana\x07"),
    ("sites.csv", "state", "Arizona"),
    ("sites.csv", "postal_code", "8500"),
    ("slots.csv", "site_code", "NOWHERE"),
    ("slots.csv", "starts_at", "2026-01-13T09:00:30"),
    ("slots.csv", "starts_at", "2026-01-18T09:00"),
    ("slots.csv", "minutes", "-1"),
    ("slots.csv", "capacity", "99999"),
    ("slots.csv", "closed", "maybe"),
    ("cases.csv", "receipt_number", "IOEO00000000I"),
    ("cases.csv", "form", "X-1"),
    ("cases.csv", "filing_channel", "Online"),
    ("cases.csv", "filed_by_email", "@"),
    ("cases.csv", "status", "shut"),
    ("cases.csv", "closed_at", "2026-01-12"),
    ("people.csv", "person_id", "=P"),
    ("people.csv", "receipt_number", "ZZZ9999999999"),
    ("people.csv", "name", ""),
    ("people.csv", "role", "uncle"),
    ("appointments.csv", "appointment_id", ""),
    ("appointments.csv", "person_id", "P-none"),
    ("appointments.csv", "starts_at", "2026-01-13T08:01"),
    ("appointments.csv", "status", "here"),
    ("appointments.csv", "scheduled_at", "2027-01-01T00:00Z"),
    ("appointments.csv", "biometrics_code", "0"),
    ("appointments.csv", "counted_moves_at", "2027-01-01T00:00Z"),
    ("appointments.csv", "staff_only", "y"),
]
KEYS = {
    "sites.csv": "code",
    "slots.csv": "starts_at",
    "cases.csv": "receipt_number",
    "people.csv": "person_id",
    "appointments.csv": "appointment_id",
}


def plant_bad_cell(made, data, used):
    file, column, value = data.draw(st.sampled_from(BAD_CELLS))
    row = select(made, data, used, file)
    if row is None:
        return set()
    made.rows[file][row][column] = value
    return {(file, row + 2, column)}


def plant_duplicate(made, data, used):
    file = data.draw(st.sampled_from(sorted(KEYS)))
    row = select(made, data, used, file)
    if row is None:
        return set()
    made.rows[file].append(dict(made.rows[file][row]))
    used.add((file, len(made.rows[file]) - 1))
    return {(file, len(made.rows[file]) + 1, KEYS[file])}


def plant_too_many_people(made, data, used):
    """Seat two more people than there are seats. The last two by line are reported."""
    row = select(made, data, used, "slots.csv")
    if row is None:
        return set()
    slot = made.rows["slots.csv"][row]
    slot["capacity"] = "1"
    comers = [select(made, data, used, "appointments.csv") for _ in range(3)]
    if None in comers:
        return set()
    for comer in comers:
        made.rows["appointments.csv"][comer].update(
            site_code=slot["site_code"], starts_at=slot["starts_at"], status="scheduled"
        )
    return {("appointments.csv", comer + 2, "starts_at") for comer in sorted(comers)[1:]}


def plant_second_scheduled(made, data, used):
    rows = [select(made, data, used, "appointments.csv") for _ in range(2)]
    if None in rows:
        return set()
    first, second = sorted(rows)
    appointments = made.rows["appointments.csv"]
    appointments[first]["status"] = appointments[second]["status"] = "scheduled"
    appointments[second]["person_id"] = appointments[first]["person_id"]
    return {("appointments.csv", second + 2, "status")}


def select(made, data, used, file):
    """Return a row that no other mistake touches, or None."""
    free = [row for row in range(len(made.rows[file])) if (file, row) not in used]
    if not free:
        return None
    row = data.draw(st.sampled_from(free))
    used.add((file, row))
    return row


PLANTS = [plant_bad_cell, plant_bad_cell, plant_duplicate, plant_too_many_people, plant_second_scheduled]


@pytest.mark.usefixtures("reference_data")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seed=st.integers(0, 2**16), people=st.integers(0, 40), sites=st.integers(1, 4))
def test_a_delivery_loads_completely_or_reports_every_mistake(data, seed, people, sites):
    path = Path(mkdtemp())
    try:
        made = Directory.generated(
            path, small_options(seed=seed, appointments=people, sites=sites, days_ahead=4)
        )
        used, planted = set(), set()
        for plant in data.draw(st.lists(st.sampled_from(PLANTS), max_size=4)):
            planted |= plant(made, data, used)
        before = transaction.savepoint()
        loads_or_reports(made.save(), planted)
        transaction.savepoint_rollback(before)
    finally:
        shutil.rmtree(path)


def loads_or_reports(made, planted):
    with ErrorReport(made.path / "faults.csv") as errors, suppress(InvalidDelivery):
        load_delivery(made.path, errors=errors, progress=list)
    if errors.total:
        with (made.path / "faults.csv").open(encoding="utf-8", newline="") as text:
            reported = {(row["file"], int(row["line"]), row["column"]) for row in csv.DictReader(text)}
        assert planted - reported == set()
        assert not Site.objects.exists()
    assert bool(errors.total) == bool(planted)
    if not planted:
        assert Appointment.objects.count() == len(made.rows["appointments.csv"])
        assert find_violations() == []
