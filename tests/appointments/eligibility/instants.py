"""Instants around every boundary: zones, days on which clocks change, and a microsecond on either side."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Every zone that a site can be in, including those without daylight saving time.
ZONES = tuple(
    map(
        ZoneInfo,
        (
            "America/New_York",
            "America/Detroit",
            "America/Indiana/Indianapolis",
            "America/Kentucky/Louisville",
            "America/Chicago",
            "America/Denver",
            "America/Boise",
            "America/Phoenix",
            "America/Los_Angeles",
            "America/Anchorage",
            "America/Adak",
            "Pacific/Honolulu",
            "America/Puerto_Rico",
            "America/St_Thomas",
            "Pacific/Guam",
            "Pacific/Pago_Pago",
        ),
    )
)

CUTOFF_2024 = datetime(2024, 5, 29, 0, 0, tzinfo=ZoneInfo("America/New_York"))
LAUNCH_2023 = datetime(2023, 6, 28, 0, 0, tzinfo=ZoneInfo("America/New_York"))
CUTOFF = timedelta(hours=12)
HORIZON = timedelta(days=60)

# Local wall times: on and around both days on which clocks change, in the hour that is skipped and in
# the one that comes twice, and on days when nothing happens.
LOCAL_STARTS = (
    datetime(2026, 3, 8, 1, 30),
    datetime(2026, 3, 8, 2, 30),
    datetime(2026, 3, 8, 3, 0),
    datetime(2026, 3, 8, 9, 0),
    datetime(2026, 3, 8, 14, 0),
    datetime(2026, 11, 1, 0, 30),
    datetime(2026, 11, 1, 1, 30),
    datetime(2026, 11, 1, 1, 30, fold=1),
    datetime(2026, 11, 1, 9, 0),
    datetime(2026, 11, 1, 13, 30),
    datetime(2026, 7, 1, 8, 0),
    datetime(2024, 5, 29, 0, 0),
)

# How far from a boundary: a microsecond is the smallest step, an hour is what a wrong offset would cost.
STEP_SIZES = (
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(minutes=59, seconds=59, microseconds=999_999),
    timedelta(hours=1),
)
STEPS = (timedelta(0), *STEP_SIZES, *(-size for size in STEP_SIZES))


def starts_in_every_zone():
    """(zone, start in UTC) for each local wall time of each zone."""
    for zone in ZONES:
        for local in LOCAL_STARTS:
            yield zone, local.replace(tzinfo=zone).astimezone(UTC)


def around(*boundaries):
    """Each boundary, and the instants a step before and after it, in UTC."""
    for boundary in boundaries:
        for step in STEPS:
            yield boundary.astimezone(UTC) + step
