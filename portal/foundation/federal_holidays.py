"""Federal holidays of the United States, on which no site is open."""

from datetime import date
from functools import cache

import holidays


def is_federal_holiday(day: date) -> bool:
    """Return whether federal offices are closed on the day, also when a holiday is observed on it."""
    return day in _list_days(day.year)


@cache
def _list_days(year: int) -> frozenset[date]:
    # New Year's Day of the next year may be observed on December 31.
    return frozenset(holidays.country_holidays("US", years=[year, year + 1]))
