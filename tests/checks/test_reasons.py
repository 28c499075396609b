"""The check of marks and packages, on small samples."""

import pytest

from tests.checks.reasons import find_marks, has_description


@pytest.mark.parametrize(
    "mark",
    [
        "# noqa",
        "# noqa: S603",
        "# noqa: S603, S607",
        "# type: ignore",
        "# type: ignore # untyped",
        "# type: ignore[misc]",
        "# pragma: no cover",
    ],
)
def test_a_mark_without_a_check_or_a_reason_is_found(mark):
    assert find_marks(f"start()\nstop()  {mark}\n") == [2]


@pytest.mark.parametrize(
    "line",
    [
        "start()  # noqa: S603 (the command is fixed)",
        "start()  # noqa: S603, S607 (the command is fixed)",
        "start()  # type: ignore[misc] # untyped in the library",
        "start()  # pragma: no cover (Windows only)",
        "start('# noqa')",
        "start()  # no quarrel with this line",
    ],
)
def test_a_mark_with_its_reason_and_other_text_are_no_finding(line):
    assert find_marks(line) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [('"""Pages."""\n', True), ("", False), ("# Pages\n", False), ("import os\n", False)],
)
def test_a_package_is_described_by_its_docstring(source, expected):
    assert has_description(source) is expected
