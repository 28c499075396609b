"""Every story that the README tells is walked by a test. A new story without one fails here."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
# What the README lists as done, by the first words of each line, and the tests that walk it.
STORIES = {
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


def list_stories(readme: str) -> list[str]:
    """Return the lines under "Done:" in the README, without their bullets."""
    _, _, done = readme.partition("\nDone:\n")
    return re.findall(r"^- (.+)$", done.split("\nNot yet")[0], re.MULTILINE)


def test_every_story_of_the_readme_has_a_test_that_walks_it():
    stories = list_stories((CHECKOUT / "README.md").read_text())

    assert stories
    assert [story for story in stories if not story.startswith(tuple(STORIES))] == []
    assert [start for start in STORIES if not any(story.startswith(start) for story in stories)] == []


def test_every_test_that_walks_a_story_exists():
    named = [path for paths in STORIES.values() for path in paths]

    assert [path for path in named if "def test_" not in (CHECKOUT / path).read_text()] == []


def test_a_story_without_a_test_is_found():
    assert list_stories("\nDone:\n\n- a new story;\n\nNot yet: more") == ["a new story;"]
    assert not "a new story;".startswith(tuple(STORIES))
