"""Writes valid deliveries of any size, the same for the same seed: for tests, for trying out, for measuring.

Rows are streamed, so a million need no more memory than ten. Federal holidays are working days here.
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
from appointments.schedule_import.sample_data import CITIES, FAMILY, FORM_WEIGHTS, GIVEN

SLOTS_FOR_EACH_APPOINTMENT = 0.6
FREE_SEATS = 0.38
PAST_SHARE = 0.15
OPENS, MINUTES_OPEN, VISIT = time(8), 480, 20
MOST_SLOTS_A_DAY = 92
ADOPTION_SHARE = 0.04


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted. `forms` are pairs of a form's code and whether it is an adoption form."""

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
        return day.weekday() < 5 or (self.is_open_on_saturday and day.weekday() == 5)


@dataclass(frozen=True, slots=True)
class _Slot:
    site: _Site
    starts_text: str
    starts_at: datetime
    capacity: int
    is_past: bool


def generate_delivery(directory: Path, order: Order) -> None:
    """Writes the five files and their manifest into the directory, which is made if it is not there."""
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        writers = {table.file: _Writer(directory, table, stack) for table in columns.TABLES}
        sites = [_make_site(number) for number in range(order.sites)]
        for site in sites:
            writers[columns.SITES.file].write(site.row)
        _write_slots(order, sites, writers)
    listed = {
        name: {"sha256": _hash(directory / name), "rows": writer.rows} for name, writer in writers.items()
    }
    manifest = {"format": FORMAT, "as_of": order.as_of.isoformat(), "files": listed}
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


class _Writer:
    """One file, its header written and its rows counted."""

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


def _make_site(number: int) -> _Site:
    code, city, state, postal_code, tz = CITIES[number % len(CITIES)]
    round_number = number // len(CITIES) + 1
    code, name = f"{code}{round_number}", f"{city} Support Center {round_number}"
    street = f"{100 * (number + 1)} Example Street"
    is_open_on_saturday = number % 5 == 1
    hours = ["08:00-16:00"] * 5 + ["08:00-16:00" if is_open_on_saturday else "", ""]
    row = (code, name, street, city, state, postal_code, tz, *hours)
    return _Site(code, row, ZoneInfo(tz), is_open_on_saturday)


def _write_slots(order: Order, sites: list[_Site], writers: dict[str, _Writer]) -> None:
    """Every slot, and for each seat that is given out someone who sits there: exactly as many as ordered."""
    seats = {True: 0, False: 0}
    for slot in _slots(order, sites):
        seats[slot.is_past] += slot.capacity
    past = min(round(order.appointments * PAST_SHARE), seats[True])
    wanted = {True: past, False: order.appointments - past}
    people = _People(order, writers)
    random = Random(order.seed)  # noqa: S311
    for slot in _slots(order, sites):
        writers[columns.SLOTS.file].write((slot.site.code, slot.starts_text, VISIT, slot.capacity, ""))
        for _ in range(slot.capacity):
            # Of the seats left, each has the same chance, so that the last appointment finds one too.
            if random.random() * seats[slot.is_past] < wanted[slot.is_past]:
                wanted[slot.is_past] -= 1
                people.seat(slot)
            seats[slot.is_past] -= 1


def _slots(order: Order, sites: list[_Site]) -> Iterator[_Slot]:
    """The same slots at each call. Capacities leave the wanted share of seats free."""
    days = range(-order.days_back, order.days_ahead)
    open_days = {True: 0, False: 0}
    for site in sites:
        for day in days:
            open_days[day < 0] += site.is_open(_day(order, site, day))
    total = max(1, sum(open_days.values()))
    a_day = round(order.appointments * SLOTS_FOR_EACH_APPOINTMENT / total)
    a_day = min(MOST_SLOTS_A_DAY, max(1, a_day))
    past = order.appointments * PAST_SHARE if order.days_back else 0
    seats = {
        True: past / 0.9 / max(1, open_days[True] * a_day),
        False: (order.appointments - past) / (1 - FREE_SEATS) / max(1, open_days[False] * a_day),
    }
    for site in sites:
        random = Random(f"{order.seed} {site.code}")  # noqa: S311
        for day in days:
            on = _day(order, site, day)
            if site.is_open(on):
                yield from _slots_on(site, on, a_day, seats=seats[day < 0], is_past=day < 0, random=random)


def _day(order: Order, site: _Site, day: int) -> date:
    return order.as_of.astimezone(site.zone).date() + timedelta(days=day)


def _slots_on(
    site: _Site, on: date, a_day: int, *, seats: float, is_past: bool, random: Random
) -> Iterator[_Slot]:
    every = (MINUTES_OPEN - VISIT) // a_day // 5 * 5
    for number in range(a_day):
        local = datetime.combine(on, OPENS) + timedelta(minutes=number * every)
        # Rounded up or down by chance, so that the average is met.
        capacity = max(1, int(seats * random.uniform(0.8, 1.2) + random.random()))
        starts_at = local.replace(tzinfo=site.zone)
        yield _Slot(site, local.strftime("%Y-%m-%dT%H:%M"), starts_at, capacity, is_past)


class _People:
    """Seats one person after another; people of one household sit next to each other."""

    def __init__(self, order: Order, writers: dict[str, _Writer]) -> None:
        self._order = order
        self._writers = writers
        self._random = Random(f"{order.seed} people")  # noqa: S311
        self._adoption = [code for code, is_adoption in order.forms if is_adoption]
        self._other = [code for code, is_adoption in order.forms if not is_adoption]
        self._weights = [FORM_WEIGHTS.get(code, 2) for code in self._other]
        self._cases = 0
        self._people = 0
        self._receipt_number = ""
        self._family = ""
        self._roles: list[Person.Role] = []

    def seat(self, slot: _Slot) -> None:
        """One person in the slot: the next of the household, or the first of a new case."""
        if not self._roles:
            self._begin_case()
        self._people += 1
        person_id = f"P{self._people:08d}"
        name = f"{self._random.choice(GIVEN)} {self._family}"
        person = (person_id, self._receipt_number, name, self._roles.pop(0))
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
            closed_at = (self._order.as_of - timedelta(days=random.randint(1, 5))).isoformat()
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
        made_before = min(self._order.as_of, slot.starts_at)
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
