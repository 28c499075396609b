"""Times as people read them: on the site's clock, with its letters, in their language."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from portal.foundation.site_time import (
    format_date,
    format_day,
    format_instant,
    format_time,
    format_zone,
    in_site_zone,
)


@pytest.mark.parametrize(
    ("tz", "instant", "said"),
    [
        (
            "America/Phoenix",
            datetime(2026, 12, 1, 16, 40, tzinfo=UTC),
            "Tuesday, December 1, 2026 at 9:40 AM MST",
        ),
        (
            "America/Phoenix",
            datetime(2026, 7, 1, 16, 40, tzinfo=UTC),
            "Wednesday, July 1, 2026 at 9:40 AM MST",
        ),
        (
            "Pacific/Honolulu",
            datetime(2026, 7, 1, 22, 0, tzinfo=UTC),
            "Wednesday, July 1, 2026 at 12:00 PM HST",
        ),
        ("Pacific/Guam", datetime(2026, 6, 30, 22, 5, tzinfo=UTC), "Wednesday, July 1, 2026 at 8:05 AM ChST"),
        (
            "America/Puerto_Rico",
            datetime(2026, 7, 1, 4, 0, tzinfo=UTC),
            "Wednesday, July 1, 2026 at 12:00 AM AST",
        ),
        ("America/New_York", datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "Sunday, March 8, 2026 at 1:59 AM EST"),
        ("America/New_York", datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "Sunday, March 8, 2026 at 3:00 AM EDT"),
        (
            "America/New_York",
            datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
            "Sunday, November 1, 2026 at 1:30 AM EDT",
        ),
        (
            "America/New_York",
            datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
            "Sunday, November 1, 2026 at 1:30 AM EST",
        ),
    ],
)
def test_says_an_instant_on_the_clock_of_the_site(tz, instant, said):
    assert format_instant(instant, tz) == said


def test_says_an_instant_in_spanish():
    morning = datetime(2026, 12, 1, 16, 40, tzinfo=UTC)
    evening = datetime(2026, 12, 2, 1, 5, tzinfo=UTC)

    with override("es"):
        assert format_instant(morning, "America/Phoenix") == "martes, 1 de diciembre de 2026, 9:40 a. m. MST"
        assert format_day(evening, "America/Phoenix") == "martes, 1 de diciembre de 2026"
        assert format_time(evening, "America/Phoenix") == "6:05 p. m. MST"
        assert format_date(date(2026, 11, 21)) == "21 de noviembre de 2026"


def test_says_a_date_without_a_zone():
    assert format_date(date(2026, 11, 21)) == "November 21, 2026"


@pytest.mark.parametrize(
    ("tz", "said"),
    [
        ("Pacific/Guam", "ChST"),
        ("Asia/Dhaka", "UTC+6"),
        ("Australia/Lord_Howe", "UTC+11"),
        ("America/Sao_Paulo", "UTC-3"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("UTC", "UTC"),
    ],
)
def test_names_zones_without_letters_by_their_offset(tz, said):
    assert format_zone(datetime(2026, 1, 15, 12, 0, tzinfo=UTC), tz) == said


def test_keeps_the_instant():
    instant = datetime(2026, 12, 1, 16, 40, tzinfo=UTC)

    assert in_site_zone(instant, "Pacific/Guam") == instant


def test_refuses_an_instant_without_a_zone():
    with pytest.raises(ValueError, match="needs a time zone"):
        format_instant(datetime(2026, 12, 1, 16, 40), "America/Phoenix")
