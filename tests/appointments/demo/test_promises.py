"""What the demonstration and the README say about its people is true."""

from pathlib import Path

import pytest

from accounts.units import UNITS
from appointments.demo.plan import PERSONAS

README = (Path(__file__).parents[3] / "README.md").read_text()
OFFICERS = {plan.name.split()[0]: UNITS[plan.unit] for plan in PERSONAS if plan.unit is not None}


def find_line_of(key):
    [line] = [line for line in README.splitlines() if line.startswith(f"| `{key}@demo.invalid` |")]
    return line


@pytest.mark.parametrize("text", ["about_en", "about_es", "readme"])
def test_the_officer_who_is_to_verify_the_attorney_can_verify_representatives(text):
    [iris] = [plan for plan in PERSONAS if plan.key == "iris"]
    about = find_line_of("iris") if text == "readme" else getattr(iris, text)
    [officer] = [name for name in OFFICERS if name in about]
    assert OFFICERS[officer].verifies_representatives


@pytest.mark.parametrize("plan", [plan for plan in PERSONAS if plan.unit], ids=lambda plan: plan.key)
def test_the_readme_gives_an_officer_no_more_power_than_the_unit_has(plan):
    line = find_line_of(plan.key)
    assert ("verifies representatives" in line) == UNITS[plan.unit].verifies_representatives
    assert ("override" in line) == UNITS[plan.unit].can_override


def test_the_readme_names_every_person_of_the_demonstration():
    for plan in PERSONAS:
        assert find_line_of(plan.key)
