"""Tests of how times are formatted: in the site's time zone, with its name, in the reader's language."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from portal.foundation.site_time import (
    ZONE_NAMES,
    format_date,
    format_day,
    format_instant,
    format_time,
    in_site_zone,
)


@pytest.mark.parametrize(
    ("tz", "instant", "text"),
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
def test_an_instant_is_formatted_in_the_time_zone_of_the_site(tz, instant, text):
    assert format_instant(instant, tz) == text


def test_an_instant_is_formatted_in_spanish():
    morning = datetime(2026, 12, 1, 16, 40, tzinfo=UTC)
    evening = datetime(2026, 12, 2, 1, 5, tzinfo=UTC)

    with override("es"):
        assert (
            format_instant(morning, "America/Phoenix")
            == "martes 1 de diciembre de 2026 a las 9:40 a. m. (hora de la Montaña)"
        )
        assert format_day(evening, "America/Phoenix") == "martes 1 de diciembre de 2026"
        assert format_time(evening, "America/Phoenix") == "6:05 p. m. (hora de la Montaña)"
        assert format_date(date(2026, 11, 21)) == "21 de noviembre de 2026"


@pytest.mark.parametrize(
    ("hour", "text"),
    [
        (5, "domingo 1 de noviembre de 2026 a la 1:30 a. m. (hora de verano del Este)"),
        (6, "domingo 1 de noviembre de 2026 a la 1:30 a. m. (hora del Este)"),
        (7, "domingo 1 de noviembre de 2026 a las 2:30 a. m. (hora del Este)"),
        (18, "domingo 1 de noviembre de 2026 a la 1:30 p. m. (hora del Este)"),
    ],
)
def test_spanish_tells_the_hour_that_comes_twice_apart_and_has_an_article_for_one_oclock(hour, text):
    with override("es"):
        assert format_instant(datetime(2026, 11, 1, hour, 30, tzinfo=UTC), "America/New_York") == text


def test_every_zone_of_the_sites_has_a_spanish_name():
    with override("es"):
        assert [name for name, translated in ZONE_NAMES.items() if str(translated) == name] == []


def test_a_date_is_formatted_without_a_zone():
    assert format_date(date(2026, 11, 21)) == "November 21, 2026"


@pytest.mark.parametrize(
    ("tz", "text"),
    [
        ("Pacific/Guam", "10:00 PM ChST"),
        ("Asia/Dhaka", "6:00 PM UTC+6"),
        ("Australia/Lord_Howe", "11:00 PM UTC+11"),
        ("America/Sao_Paulo", "9:00 AM UTC-3"),
        ("Asia/Kathmandu", "5:45 PM UTC+5:45"),
        ("UTC", "12:00 PM UTC"),
    ],
)
def test_a_zone_without_an_abbreviation_is_named_by_its_offset(tz, text):
    assert format_time(datetime(2026, 1, 15, 12, 0, tzinfo=UTC), tz) == text


def test_the_instant_stays_the_same_in_another_zone():
    instant = datetime(2026, 12, 1, 16, 40, tzinfo=UTC)

    assert in_site_zone(instant, "Pacific/Guam") == instant


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        format_instant(datetime(2026, 12, 1, 16, 40), "America/Phoenix")
