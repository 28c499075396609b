"""Every journey that the README tells is walked by a test. A new journey without one fails here."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
# What the README lists as done, by the first words of each line, and the tests that walk it.
JOURNEYS = {
    "accounts with passkeys": ["tests/journeys/test_sign_in.py", "tests/journeys/test_accounts.py"],
    "adding a case with a code": [
        "tests/accounts/test_access_codes.py",
        "tests/accounts/test_filed_online.py",
    ],
    "an answer for every appointment": [
        "tests/journeys/test_main_journey.py",
        "tests/journeys/test_household.py",
        "tests/journeys/test_demo.py",
    ],
    "representatives: application": [
        "tests/journeys/test_becoming_a_representative.py",
        "tests/journeys/test_representation.py",
        "tests/journeys/test_caseload.py",
    ],
    "notices to print": ["tests/appointments/notices/test_pdf.py", "tests/journeys/test_texts.py"],
    "deliveries from the agency": ["tests/journeys/test_imported_schedule.py"],
    "staff units with their own": ["tests/journeys/test_officer.py", "tests/journeys/test_staff_end.py"],
    "a command that checks": ["tests/appointments/booking/test_check_invariants.py"],
}


def list_journeys(readme: str) -> list[str]:
    """Return the lines under "Done:" in the README, without their bullets."""
    _, _, done = readme.partition("\nDone:\n")
    return re.findall(r"^- (.+)$", done.split("\nNot yet")[0], re.MULTILINE)


def test_every_journey_of_the_readme_has_a_test_that_walks_it():
    journeys = list_journeys((CHECKOUT / "README.md").read_text())

    assert journeys
    assert [journey for journey in journeys if not journey.startswith(tuple(JOURNEYS))] == []
    assert [start for start in JOURNEYS if not any(journey.startswith(start) for journey in journeys)] == []


def test_every_test_that_walks_a_journey_exists():
    named = [path for paths in JOURNEYS.values() for path in paths]

    assert [path for path in named if "def test_" not in (CHECKOUT / path).read_text()] == []


def test_a_journey_without_a_test_is_found():
    assert list_journeys("\nDone:\n\n- a new journey;\n\nNot yet: more") == ["a new journey;"]
    assert not "a new journey;".startswith(tuple(JOURNEYS))
