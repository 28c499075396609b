"""Every column of a delivery: its name, what it means, what is asked of it. docs/schedule-delivery.md says
the same, and a test compares them.
"""

from dataclasses import dataclass

from accounts.models import Case, Person
from appointments.schedule_import import cells
from appointments.schedule_import.cells import Reader

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
APPOINTMENT_STATUSES = ["scheduled", "attended", "missed", "cancelled"]
LARGEST_CAPACITY = 32_767
LONGEST_VISIT = 720


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `read` checks what can be told from the cell alone."""

    name: str
    meaning: str
    check: str
    read: Reader


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a delivery."""

    file: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


SITES = Table(
    "sites.csv",
    (
        Column(
            "code",
            "The scheduler's short name of the site.",
            "capitals, digits, hyphens; at most 10",
            cells.code_of(10),
        ),
        Column("name", "The site's name, as people read it.", "at most 120 characters", cells.text_of(120)),
        Column("street", "Street and number.", "at most 200 characters", cells.text_of(200)),
        Column("city", "City.", "at most 100 characters", cells.text_of(100)),
        Column("state", "State or territory.", "two letters", cells.state),
        Column("postal_code", "ZIP code.", "five digits, or nine with a hyphen", cells.postal_code),
        Column("tz", "The zone of the site's clocks.", "an IANA zone, like America/Phoenix", cells.zone),
        *(
            Column(
                day,
                f"Hours of the site on {day.capitalize()}s, in its own time.",
                "08:00-16:00, or empty when closed; closes later than it opens",
                cells.optional(cells.hours),
            )
            for day in WEEKDAYS
        ),
    ),
)

SLOTS = Table(
    "slots.csv",
    (
        Column("site_code", "The site.", "a code of sites.csv, or one loaded before", cells.code_of(10)),
        Column(
            "starts_at",
            "When the slot begins, on the site's clocks.",
            "like 2026-12-01T09:00, with an offset when that exists twice that day; within the site's hours",
            cells.text_of(40),
        ),
        Column("minutes", "How long a visit takes.", "1 to 720", cells.number_between(1, LONGEST_VISIT)),
        Column(
            "capacity",
            "How many people may come.",
            "1 to 32767; not below the seats taken",
            cells.number_between(1, LARGEST_CAPACITY),
        ),
        Column("closed", "Whether the slot offers no seat any more.", "yes or empty", cells.yes),
    ),
)

CASES = Table(
    "cases.csv",
    (
        Column(
            "receipt_number", "The case.", "three letters and ten digits; once a file", cells.receipt_number
        ),
        Column("form", "The form that was filed.", "a form of the portal, like I-485", cells.text_of(12)),
        Column(
            "filing_channel", "How it was filed.", "online or paper", cells.one_of(Case.FilingChannel.values)
        ),
        Column(
            "filed_by_email",
            "The address of the account that filed online.",
            "an e-mail address for online, empty for paper",
            cells.optional(cells.email),
        ),
        Column(
            "status", "The state of the case.", "open, closed or withdrawn", cells.one_of(Case.Status.values)
        ),
        Column(
            "closed_at",
            "When it was closed or withdrawn.",
            "an instant with its offset, not after as_of; empty while open",
            cells.optional(cells.instant),
        ),
    ),
)

PEOPLE = Table(
    "people.csv",
    (
        Column(
            "person_id",
            "The scheduler's number of the person on this case.",
            "at most 40",
            cells.reference,
        ),
        Column(
            "receipt_number",
            "The person's case.",
            "a case of cases.csv, or one loaded before; never another than before",
            cells.receipt_number,
        ),
        Column("name", "Full name.", "at most 200 characters", cells.text_of(200)),
        Column(
            "role",
            "What the person is on the case.",
            "applicant, petitioner, spouse, household_member or beneficiary",
            cells.one_of(Person.Role.values),
        ),
    ),
)

APPOINTMENTS = Table(
    "appointments.csv",
    (
        Column(
            "appointment_id",
            "The scheduler's own number of the appointment.",
            "at most 40; of the same person as before",
            cells.reference,
        ),
        Column("person_id", "Who comes.", "a person of people.csv, or one loaded before", cells.reference),
        Column("site_code", "Where.", "a code of sites.csv, or one loaded before", cells.code_of(10)),
        Column(
            "starts_at",
            "When, as in slots.csv.",
            "a slot of that site with a seat for each person",
            cells.text_of(40),
        ),
        Column(
            "status",
            "What became of it.",
            "standing, attended, missed or cancelled; one standing for each person",
            cells.one_of(APPOINTMENT_STATUSES),
        ),
        Column(
            "scheduled_at",
            "When the appointment was made or last changed by the scheduler.",
            "an instant with its offset, not after as_of",
            cells.instant,
        ),
        Column(
            "biometrics_code",
            "1 fingerprints; 2 photo, signature and index fingerprint; 3 both.",
            "1, 2 or 3",
            cells.number_between(1, 3),
        ),
        Column(
            "counted_moves_at",
            "When the person's appointment was moved before, for moves that count.",
            "instants with their offset and ; between them, none after as_of; may be empty",
            cells.instants,
        ),
        Column("staff_only", "Whether only staff may move it.", "yes or empty", cells.yes),
    ),
)

TABLES = (SITES, SLOTS, CASES, PEOPLE, APPOINTMENTS)
