"""Which days are federal holidays."""

from datetime import date

import pytest

from portal.foundation.federal_holidays import is_federal_holiday


@pytest.mark.parametrize(
    "day",
    ["2026-11-26", "2026-12-25", "2027-01-01", "2027-01-18", "2027-07-05", "2021-12-31"],
    ids=["Thanksgiving", "Christmas", "New Year", "Martin Luther King", "observed Monday", "observed Friday"],
)
def test_federal_offices_are_closed_on(day):
    assert is_federal_holiday(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-11-27", "2026-12-24", "2027-02-12", "2027-07-06"])
def test_federal_offices_are_open_on(day):
    assert not is_federal_holiday(date.fromisoformat(day))
