"""Generate valid deliveries of any size for tests, demonstrations and measurements.

The same seed gives the same delivery. Rows are streamed, so that a million need no more memory than ten.
No site is open on a federal holiday.
"""

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Case, Person
from appointments.models import Appointment
from appointments.schedule_import import columns
from appointments.schedule_import.manifest import FORMAT, MANIFEST
from appointments.schedule_import.sample_data import CITIES, FAMILY, FORM_WEIGHTS, GIVEN, SITE_FACTS
from portal.foundation.federal_holidays import is_federal_holiday
from portal.foundation.zip_codes import find_zip_coordinates

SLOTS_PER_APPOINTMENT = 0.6
FREE_SEATS = 0.38
PAST_SHARE = 0.15
OPENS, MINUTES_OPEN, VISIT = time(8), 480, 20
MAX_SLOTS_PER_DAY = 92
ADOPTION_SHARE = 0.04
# Degrees between the sites of one city: about 10 miles.
APART = 0.15


@dataclass(frozen=True, slots=True)
class GeneratorOptions:
    """What to generate. `forms` are pairs of a form's code and whether it is an adoption form."""

    sites: int
    appointments: int
    seed: int
    as_of: datetime
    forms: Sequence[tuple[str, bool]]
    days_back: int = 24
    days_ahead: int = 66


@dataclass(frozen=True, slots=True)
class _Site:
    code: str
    row: tuple[str, ...]
    zone: ZoneInfo
    is_open_on_saturday: bool

    def is_open(self, day: date) -> bool:
        if is_federal_holiday(day):
            return False
        return day.weekday() < 5 or (self.is_open_on_saturday and day.weekday() == 5)


@dataclass(frozen=True, slots=True)
class _Slot:
    site: _Site
    starts_text: str
    starts_at: datetime
    minutes: int
    capacity: int
    is_past: bool


def generate_delivery(directory: Path, options: GeneratorOptions) -> None:
    """Write the five files and their manifest to the directory, which is created if missing."""
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        writers = {table.file: _Writer(directory, table, stack) for table in columns.TABLES}
        sites = [_build_site(number) for number in range(options.sites)]
        for site in sites:
            writers[columns.SITES.file].write(site.row)
        _write_slots(options, sites, writers)
    listed = {
        name: {"sha256": _hash(directory / name), "rows": writer.rows} for name, writer in writers.items()
    }
    manifest = {"format": FORMAT, "as_of": options.as_of.isoformat(), "files": listed}
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


class _Writer:
    """Write one file: its header, then rows, which it counts."""

    def __init__(self, directory: Path, table: columns.Table, stack: ExitStack) -> None:
        file = stack.enter_context((directory / table.file).open("w", encoding="utf-8", newline=""))
        self._writer = csv.writer(file)
        self._writer.writerow(table.names)
        self.rows = 0

    def write(self, row: Sequence[Any]) -> None:
        self._writer.writerow(row)
        self.rows += 1


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build_site(number: int) -> _Site:
    code, city, state, postal_code, tz = CITIES[number % len(CITIES)]
    round_number = number // len(CITIES) + 1
    code, name = f"{code}{round_number}", f"{city} Support Center {round_number}"
    street = f"{100 * (number + 1)} Example Street"
    is_open_on_saturday = number % 5 == 1
    hours = ["08:00-16:00"] * 5 + ["08:00-16:00" if is_open_on_saturday else "", ""]
    facts = SITE_FACTS if number % 3 else [""] * len(SITE_FACTS)
    location = _locate(postal_code, round_number)
    row = (code, name, street, city, state, postal_code, tz, *hours, *location, *facts)
    return _Site(code, row, ZoneInfo(tz), is_open_on_saturday)


def _locate(postal_code: str, round_number: int) -> tuple[str, str]:
    """Return the coordinates of one of the sites in a city. The first one is in the middle."""
    middle = find_zip_coordinates(postal_code)
    if middle is None:
        return "", ""
    offset = APART * (round_number - 1)
    return f"{middle.latitude + offset:.4f}", f"{middle.longitude - offset:.4f}"


def _write_slots(options: GeneratorOptions, sites: list[_Site], writers: dict[str, _Writer]) -> None:
    """Write every slot and seat people in it: exactly as many appointments as requested."""
    seats = {True: 0, False: 0}
    for slot in _slots(options, sites):
        seats[slot.is_past] += slot.capacity
    past = min(round(options.appointments * PAST_SHARE), seats[True])
    wanted = {True: past, False: options.appointments - past}
    people = _People(options, writers)
    random = Random(options.seed)  # noqa: S311 (sample data, the same for each seed)
    for slot in _slots(options, sites):
        writers[columns.SLOTS.file].write((slot.site.code, slot.starts_text, slot.minutes, slot.capacity, ""))
        for _ in range(slot.capacity):
            # Every remaining seat has the same chance, so that the last appointment finds one as well.
            if random.random() * seats[slot.is_past] < wanted[slot.is_past]:
                wanted[slot.is_past] -= 1
                people.seat(slot)
            seats[slot.is_past] -= 1


def _slots(options: GeneratorOptions, sites: list[_Site]) -> Iterator[_Slot]:
    """Yield the same slots at each call. Capacities leave the wanted share of seats free."""
    days = range(-options.days_back, options.days_ahead)
    open_days = {True: 0, False: 0}
    for site in sites:
        for day in days:
            open_days[day < 0] += site.is_open(_day(options, site, day))
    total = max(1, sum(open_days.values()))
    per_day = round(options.appointments * SLOTS_PER_APPOINTMENT / total)
    per_day = min(MAX_SLOTS_PER_DAY, max(1, per_day))
    past = options.appointments * PAST_SHARE if options.days_back else 0
    seats = {
        True: past / 0.9 / max(1, open_days[True] * per_day),
        False: (options.appointments - past) / (1 - FREE_SEATS) / max(1, open_days[False] * per_day),
    }
    for site in sites:
        random = Random(f"{options.seed} {site.code}")  # noqa: S311 (sample data, the same for each seed)
        for day in days:
            on = _day(options, site, day)
            if site.is_open(on):
                yield from _slots_on(site, on, per_day, seats=seats[day < 0], is_past=day < 0, random=random)


def _day(options: GeneratorOptions, site: _Site, day: int) -> date:
    return options.as_of.astimezone(site.zone).date() + timedelta(days=day)


def _slots_on(
    site: _Site, on: date, per_day: int, *, seats: float, is_past: bool, random: Random
) -> Iterator[_Slot]:
    every = (MINUTES_OPEN - VISIT) // per_day // 5 * 5
    for number in range(per_day):
        local = datetime.combine(on, OPENS) + timedelta(minutes=number * every)
        # Round up or down at random to meet the average.
        capacity = max(1, int(seats * random.uniform(0.8, 1.2) + random.random()))
        starts_at = local.replace(tzinfo=site.zone)
        minutes = min(VISIT, every)
        yield _Slot(site, local.strftime("%Y-%m-%dT%H:%M"), starts_at, minutes, capacity, is_past)


class _People:
    """Seat one person after another. People of one household get neighboring seats."""

    def __init__(self, options: GeneratorOptions, writers: dict[str, _Writer]) -> None:
        self._options = options
        self._writers = writers
        self._random = Random(f"{options.seed} people")  # noqa: S311 (sample data, the same for each seed)
        self._adoption = [code for code, is_adoption in options.forms if is_adoption]
        self._other = [code for code, is_adoption in options.forms if not is_adoption]
        self._weights = [FORM_WEIGHTS.get(code, 2) for code in self._other]
        self._cases = 0
        self._people = 0
        self._receipt_number = ""
        self._family = ""
        self._roles: list[Person.Role] = []

    def seat(self, slot: _Slot) -> None:
        """Seat one person in the slot: the next one of the household, or the first one of a new case."""
        if not self._roles:
            self._begin_case()
        self._people += 1
        person_id = f"P{self._people:08d}"
        name = f"{self._random.choice(GIVEN)} {self._family}"
        person = (person_id, self._receipt_number, name, self._roles.pop(0), "")
        self._writers[columns.PEOPLE.file].write(person)
        self._writers[columns.APPOINTMENTS.file].write(self._appointment(person_id, slot))

    def _begin_case(self) -> None:
        random = self._random
        self._cases += 1
        is_adoption = bool(self._adoption) and (not self._other or random.random() < ADOPTION_SHARE)
        form = random.choice(self._adoption) if is_adoption else random.choices(self._other, self._weights)[0]
        self._receipt_number = f"{'SIM' if is_adoption else 'IOE'}{self._cases:010d}"
        self._family = random.choice(FAMILY)
        self._roles = [Person.Role.APPLICANT]
        if is_adoption:
            household = [Person.Role.PETITIONER, Person.Role.SPOUSE, Person.Role.HOUSEHOLD_MEMBER]
            self._roles = household[: random.randint(1, 3)]
        is_online = not is_adoption and random.random() < 0.6
        channel = Case.FilingChannel.ONLINE if is_online else Case.FilingChannel.PAPER
        status, closed_at = Case.Status.OPEN, ""
        if random.random() < 0.005:
            status = random.choice([Case.Status.CLOSED, Case.Status.WITHDRAWN])
            closed_at = (self._options.as_of - timedelta(days=random.randint(1, 5))).isoformat()
        email = f"filer{self._cases}@example.org" if is_online else ""
        self._writers[columns.CASES.file].write(
            (self._receipt_number, form, channel, email, status, closed_at)
        )

    def _appointment(self, person_id: str, slot: _Slot) -> Sequence[Any]:
        random = self._random
        status = Appointment.Status.SCHEDULED
        if slot.is_past:
            ended = [Appointment.Status.ATTENDED, Appointment.Status.MISSED, Appointment.Status.CANCELLED]
            status = random.choices(ended, [85, 10, 5])[0]
        made_before = min(self._options.as_of, slot.starts_at)
        scheduled_at = made_before - timedelta(days=random.randint(3, 45), seconds=random.randrange(86_400))
        reschedules = random.choices([0, 1, 2], [82, 13, 5])[0]
        rescheduled_at = [
            scheduled_at - timedelta(days=9 * number, seconds=77) for number in range(reschedules)
        ]
        return (
            f"A{self._people:08d}",
            person_id,
            slot.site.code,
            slot.starts_text,
            status,
            scheduled_at.isoformat(),
            random.choices([3, 1, 2], [80, 10, 10])[0],
            ";".join(instant.isoformat() for instant in sorted(rescheduled_at)),
            "yes" if random.random() < 0.003 else "",
        )
