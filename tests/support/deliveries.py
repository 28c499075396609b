"""Build deliveries for tests, generated or row by row. Read, edit and seal them again."""

import csv
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from appointments.booking.invariants import find_violations
from appointments.models import Appointment, Delivery, Site
from appointments.schedule_import.columns import TABLES
from appointments.schedule_import.faults import ErrorReport, InvalidDelivery
from appointments.schedule_import.generate import GeneratorOptions, generate_delivery
from appointments.schedule_import.load import load_delivery
from portal.foundation.clock import database_now

FORMS = [("I-485", False), ("I-765", False), ("N-400", False), ("I-600A", True), ("I-800", True)]
PHOENIX = ZoneInfo("America/Phoenix")
HEADERS = {table.file: table.names for table in TABLES}
# A Monday noon in winter, far from any change of clocks.
AS_OF = datetime(2026, 1, 12, 17, tzinfo=UTC)


def small_options(**changes):
    defaults = {"sites": 3, "appointments": 30, "seed": 1, "as_of": AS_OF, "days_back": 4, "days_ahead": 8}
    return GeneratorOptions(forms=FORMS, **{**defaults, **changes})


class Directory:
    """One delivery on disk. Cells are read and set by file, data row (from 0) and column."""

    def __init__(self, path: Path, as_of: datetime = AS_OF) -> None:
        self.path = path
        self.as_of = as_of
        self.rows = {file: [] for file in HEADERS}
        path.mkdir(parents=True, exist_ok=True)

    @classmethod
    def generated(cls, path: Path, options: GeneratorOptions) -> "Directory":
        generate_delivery(path, options)
        made = cls(path, options.as_of)
        for file in HEADERS:
            with (path / file).open(encoding="utf-8", newline="") as text:
                made.rows[file] = list(csv.DictReader(text))
        return made

    def add(self, file: str, **cells) -> dict:
        self.rows[file].append({name: str(cells.get(name, "")) for name in HEADERS[file]})
        return self.rows[file][-1]

    def save(self) -> "Directory":
        for file, header in HEADERS.items():
            with (self.path / file).open("w", encoding="utf-8", newline="") as text:
                writer = csv.DictWriter(text, header)
                writer.writeheader()
                writer.writerows(self.rows[file])
        return self.seal()

    def seal(self, **manifest) -> "Directory":
        """Write a manifest that matches the files as they are."""
        files = {}
        for file in HEADERS:
            path = self.path / file
            if path.exists():
                content = path.read_bytes()
                rows = max(0, len([line for line in content.splitlines() if line.strip()]) - 1)
                files[file] = {"sha256": hashlib.sha256(content).hexdigest(), "rows": rows}
        content = {"format": 1, "as_of": self.as_of.isoformat(), "files": files, **manifest}
        (self.path / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
        return self

    def replace(self, file: str, old: bytes, new: bytes) -> "Directory":
        """Edit a file as bytes, without the CSV writer, and seal the delivery again."""
        path = self.path / file
        assert old in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old, new, 1))
        return self.seal()


def load(directory: Directory | Path):
    """Load the delivery, which must be valid, and check every invariant of the portal."""
    path = getattr(directory, "path", directory)
    with ErrorReport(path / "faults.csv") as errors:
        try:
            loaded = load_delivery(path, errors=errors, progress=list)
        except InvalidDelivery:
            raise AssertionError("\n".join(map(str, errors.first))) from None
    assert find_violations() == []
    return loaded


def faults_of(directory: Directory | Path):
    """Return every fault of a delivery that must not load."""
    path = getattr(directory, "path", directory)
    with ErrorReport(path / "faults.csv") as errors:
        try:
            load_delivery(path, errors=errors, progress=list)
        except InvalidDelivery:
            assert errors.total == len(errors.first) or errors.total > 50
            return errors.first
    raise AssertionError("it loaded")


def faults_found(directory: Directory):
    """Return every fault of a delivery to an empty portal, which must stay empty."""
    faults = faults_of(directory)
    assert not Site.objects.exists()
    assert not Appointment.objects.exists()
    assert not Delivery.objects.exists()
    return faults


def places(faults):
    return {(fault.file, fault.line, fault.column) for fault in faults}


def ago(**distance):
    """Return an instant before the database's now, as text."""
    return (database_now() - timedelta(**distance)).isoformat()


class Scheduler:
    """A scheduler of record with one site in Phoenix. It makes appointments and delivers what it has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._delivered = 0
        self._state = Directory(folder / "state")
        self._state.add(
            "sites.csv",
            code="PHX1",
            name="Phoenix",
            street="1 Example Street",
            city="Phoenix",
            state="AZ",
            postal_code="85003",
            tz="America/Phoenix",
            **dict.fromkeys(
                ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "00:00-23:59"
            ),
        )

    def slot(self, days: int, *, hour: int = 9, capacity: int = 2, closed: str = "") -> str:
        """Add a slot so many days from today and return its start as written in the files."""
        day = (database_now() + timedelta(days=days)).astimezone(PHOENIX).date()
        starts_at = f"{day.isoformat()}T{hour:02d}:00"
        self._state.add(
            "slots.csv", site_code="PHX1", starts_at=starts_at, minutes=30, capacity=capacity, closed=closed
        )
        return starts_at

    def person(self, number: int = 1, **cells) -> str:
        """Add a person on a new case and return the person_id."""
        receipt_number = f"MSC{number:010d}"
        case = {"form": "I-485", "filing_channel": "paper", "status": "open", **cells}
        self._state.add("cases.csv", receipt_number=receipt_number, **case)
        self._state.add(
            "people.csv",
            person_id=f"P{number}",
            receipt_number=receipt_number,
            name=f"Núria O'Neil {number}",
            role="applicant",
        )
        return f"P{number}"

    def appointment(self, reference: str, person_id: str, starts_at: str, **cells) -> dict:
        """Add an appointment and return its row, to be edited before the next delivery."""
        made = {"status": "scheduled", "scheduled_at": ago(days=10), "biometrics_code": 3, **cells}
        return self._state.add(
            "appointments.csv",
            appointment_id=reference,
            person_id=person_id,
            site_code="PHX1",
            starts_at=starts_at,
            **made,
        )

    def add(self, file: str, **cells) -> dict:
        return self._state.add(file, **cells)

    def row(self, file: str, number: int = 0) -> dict:
        return self._state.rows[file][number]

    def forget(self, file: str, number: int = 0) -> None:
        del self._state.rows[file][number]

    def deliver(self, **age) -> Directory:
        """Deliver everything as of so long ago, or as of now without an age."""
        self._delivered += 1
        made = Directory(self._folder / f"delivery{self._delivered}", database_now() - timedelta(**age))
        made.rows = self._state.rows
        return made.save()
