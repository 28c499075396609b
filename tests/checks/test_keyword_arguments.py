"""The check of keyword-only arguments, on small samples."""

import pytest

from tests.checks.keyword_arguments import find_positional_arguments, list_files


@pytest.mark.parametrize(
    "source",
    [
        "def hold(slot, seats): ...",
        "def hold(slot, *, seats): ...",
        "def hold(slot, /, seats=1): ...",
        "def hold(*slots): ...",
        "class Locks:\n    def hold(self, slot, seats): ...",
        "class Locks:\n    @staticmethod\n    def hold(slot, seats): ...",
    ],
)
def test_an_argument_that_can_be_positional_is_found(source):
    [problem] = find_positional_arguments(source)

    assert problem.endswith(": hold needs keyword-only arguments")


@pytest.mark.parametrize(
    "source",
    [
        "def hold(slot): ...",
        "def hold(*, slot, seats): ...",
        "def _hold(slot, seats): ...",
        "class Locks:\n    def hold(self, slot): ...",
        "class Locks:\n    def __init__(self, slot, seats): ...",
        "def hold(*, slot):\n    def inner(slot, seats): ...",
    ],
)
def test_one_argument_keywords_and_private_functions_are_no_finding(source):
    assert find_positional_arguments(source) == []


def test_services_and_the_booking_engine_are_read(tmp_path):
    read = ["accounts/services/codes.py", "appointments/booking/seats.py", "policy/services.py"]
    for place in [*read, "accounts/views/cases.py", "tests/appointments/booking/acts.py"]:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()

    assert sorted(path.relative_to(tmp_path).as_posix() for path in list_files(tmp_path)) == read
