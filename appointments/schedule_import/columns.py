"""Define every column of a delivery: its name, meaning and check.

docs/schedule-delivery.md says the same, and a test compares them.
"""

from dataclasses import dataclass

from accounts.models import Case, Person
from appointments.models.site import SITE_TEXT_MAX_LENGTH, SITE_TEXTS
from appointments.schedule_import import cells
from appointments.schedule_import.cells import Reader

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
APPOINTMENT_STATUSES = ["scheduled", "attended", "missed", "cancelled"]
MAX_CAPACITY = 32_767
MAX_VISIT_MINUTES = 720
LANGUAGES = {"en": "English", "es": "Spanish"}
MEANING_OF_SITE_TEXTS = {
    "accessibility": "Ramps, elevators, accessible restrooms and other help for people with disabilities",
    "parking": "Where to park, and what it costs",
    "not_allowed": "What people cannot bring into the site. Empty: the portal's general list",
    "directions": "How to find the entrance, and public transportation",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `read` checks everything that depends on the cell alone.

    A file may leave out an optional column. Its value is then None, and the portal keeps what it has.
    """

    name: str
    meaning: str
    check: str
    read: Reader
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a delivery."""

    file: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if not column.is_optional)


SITES = Table(
    "sites.csv",
    (
        Column(
            "code",
            "The scheduler's short name for the site.",
            "capital letters, digits, hyphens; at most 10",
            cells.code_of(10),
        ),
        Column(
            "name",
            "The site's name, as shown to people.",
            "at most 120 characters, with at least one letter",
            cells.name_of(120),
        ),
        Column("street", "Street and number.", "at most 200 characters", cells.text_of(200)),
        Column("city", "City.", "at most 100 characters", cells.text_of(100)),
        Column("state", "State or territory.", "two letters", cells.state),
        Column("postal_code", "ZIP code.", "five digits, or nine with a hyphen", cells.postal_code),
        Column("tz", "The site's time zone.", "an IANA name, like America/Phoenix", cells.zone),
        *(
            Column(
                day,
                f"The site's hours on {day.capitalize()}s, in its own time zone.",
                "like 08:00-16:00, or empty when closed; closing time after opening time",
                cells.optional(cells.hours),
            )
            for day in WEEKDAYS
        ),
        *(
            Column(
                name,
                f"The site's {name}. Without it the portal uses the middle of the site's ZIP Code.",
                f"degrees like {example}, from -{limit} to {limit}, or empty; both or none. Optional column",
                cells.optional(cells.decimal_between(-limit, limit)),
                is_optional=True,
            )
            for name, limit, example in (("latitude", 90, "33.4497"), ("longitude", 180, "-112.0783"))
        ),
        *(
            Column(
                f"{text}_{code}",
                f"{MEANING_OF_SITE_TEXTS[text]}. In {language}.",
                f"at most {SITE_TEXT_MAX_LENGTH} characters; both languages or none. Optional column",
                cells.optional_text_of(SITE_TEXT_MAX_LENGTH),
                is_optional=True,
            )
            for text in SITE_TEXTS
            for code, language in LANGUAGES.items()
        ),
    ),
)

SLOTS = Table(
    "slots.csv",
    (
        Column("site_code", "The site.", "a code in sites.csv or loaded before", cells.code_of(10)),
        Column(
            "starts_at",
            "When the slot begins, in the site's time zone.",
            "like 2026-12-01T09:00, with a UTC offset if it occurs twice that day; within the site's hours",
            cells.text_of(40),
        ),
        Column("minutes", "Length of a visit.", "1 to 720", cells.number_between(1, MAX_VISIT_MINUTES)),
        Column(
            "capacity",
            "Number of seats.",
            "1 to 32767; not below the number of seats taken",
            cells.number_between(1, MAX_CAPACITY),
        ),
        Column("closed", "Whether the slot is closed to new bookings.", "yes or empty", cells.yes),
    ),
)

CASES = Table(
    "cases.csv",
    (
        Column(
            "receipt_number", "The case.", "three letters and ten digits; once per file", cells.receipt_number
        ),
        Column(
            "form",
            "The form that was filed.",
            "a form in the portal, like I-485",
            cells.text_of(12),
        ),
        Column(
            "filing_channel",
            "How the case was filed.",
            "online or paper",
            cells.one_of(Case.FilingChannel.values),
        ),
        Column(
            "filed_by_email",
            "The email address of the account that filed online.",
            "an email address for online, empty for paper",
            cells.optional(cells.email),
        ),
        Column(
            "status", "Status of the case.", "open, closed or withdrawn", cells.one_of(Case.Status.values)
        ),
        Column(
            "closed_at",
            "When it was closed or withdrawn.",
            "date and time with UTC offset, not after as_of; empty while open",
            cells.optional(cells.instant),
        ),
    ),
)

PEOPLE = Table(
    "people.csv",
    (
        Column(
            "person_id",
            "The scheduler's number for the person on this case.",
            "at most 40",
            cells.reference,
        ),
        Column(
            "receipt_number",
            "The person's case.",
            "a case in cases.csv or loaded before; never changes for a person",
            cells.receipt_number,
        ),
        Column("name", "Full name.", "at most 200 characters, with at least one letter", cells.name_of(200)),
        Column(
            "role",
            "The person's role on the case.",
            "applicant, petitioner, spouse, household_member or beneficiary",
            cells.one_of(Person.Role.values),
        ),
        Column(
            "namesake",
            "Whether this is another person than the one with the same name and role on the case.",
            "yes or empty. Optional column",
            cells.yes,
            is_optional=True,
        ),
    ),
)

APPOINTMENTS = Table(
    "appointments.csv",
    (
        Column(
            "appointment_id",
            "The scheduler's number for the appointment.",
            "at most 40; never changes to another person",
            cells.reference,
        ),
        Column(
            "person_id",
            "The person.",
            "a person in people.csv or loaded before",
            cells.reference,
        ),
        Column("site_code", "The site.", "a code in sites.csv or loaded before", cells.code_of(10)),
        Column(
            "starts_at",
            "When it begins, as in slots.csv.",
            "a slot of that site with enough seats",
            cells.text_of(40),
        ),
        Column(
            "status",
            "Status of the appointment. `standing`, the older name of scheduled, is accepted too.",
            "scheduled, attended, missed or cancelled; at most one scheduled per person",
            cells.one_of(APPOINTMENT_STATUSES, older={"standing": "scheduled"}),
        ),
        Column(
            "scheduled_at",
            "When the scheduler made or last changed the appointment.",
            "date and time with UTC offset, not after as_of",
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
            "When the person rescheduled before, if it counts toward the limit.",
            "dates and times with UTC offset, separated by ;, none after as_of; may be empty",
            cells.instants,
        ),
        Column("staff_only", "Whether only staff may reschedule it.", "yes or empty", cells.yes),
    ),
)

TABLES = (SITES, SLOTS, CASES, PEOPLE, APPOINTMENTS)
