"""Each rule by itself, at its own edge, as a table a policy officer could read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointments.eligibility import Facts, RefusalCode, evaluate
from tests.appointments.eligibility.instants import CUTOFF_2024

MICROSECOND = timedelta(microseconds=1)
START = datetime(2026, 6, 10, 15, 0, tzinfo=UTC)
MADE = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = (MADE + timedelta(days=day) for day in (1, 2, 3))

MOVABLE = Facts(
    now=START - timedelta(days=5),
    starts_at=START,
    scheduled_at=MADE,
    is_scheduled=True,
    status_changed_at=MADE,
    is_staff_only=False,
    case_closed_at=None,
    counted_reschedules_at=(),
    online_cutoff=timedelta(hours=12),
    reschedule_cap=2,
    online_from=datetime(2023, 6, 28, 4, 0, tzinfo=UTC),
    scheduled_from=None,
)


def decide(**changes):
    return evaluate(replace(MOVABLE, **changes))


def test_allows_a_scheduled_appointment_that_no_rule_refuses():
    decision = decide()
    assert decision.is_allowed
    assert decision.is_timely
    assert decision.refusals == ()
    assert decision.online_until == START - timedelta(hours=12)
    assert decision.decided_at == MOVABLE.now


@pytest.mark.parametrize(
    ("now", "codes", "is_timely"),
    [
        (START - timedelta(hours=12) - MICROSECOND, set(), True),
        (START - timedelta(hours=12), set(), True),
        (START - timedelta(hours=12) + MICROSECOND, {"WITHIN_12_HOURS"}, True),
        (START - timedelta(hours=6), {"WITHIN_12_HOURS"}, True),
        (START - MICROSECOND, {"WITHIN_12_HOURS"}, True),
        (START, {"ALREADY_PASSED"}, False),
        (START + MICROSECOND, {"ALREADY_PASSED"}, False),
        (START + timedelta(days=400), {"ALREADY_PASSED"}, False),
    ],
)
def test_closes_online_after_twelve_hours_and_stays_timely_until_the_start(now, codes, is_timely):
    decision = decide(now=now)
    assert decision.codes == codes
    assert decision.is_timely is is_timely


def test_says_since_when_it_is_within_twelve_hours_and_until_when():
    [refusal] = decide(now=START - timedelta(hours=3)).refusals
    assert (refusal.since, refusal.until) == (START - timedelta(hours=12), START)


def test_says_since_when_an_appointment_has_passed():
    [refusal] = decide(now=START + timedelta(hours=3)).refusals
    assert (refusal.since, refusal.until) == (START, None)


@pytest.mark.parametrize(
    ("starts_at_local", "hours_on_the_wall"),
    [
        # On March 8, 2026 clocks in Chicago skip an hour, on November 1 they run one twice.
        (datetime(2026, 3, 8, 9, 0), 13),
        (datetime(2026, 11, 1, 9, 0), 11),
        (datetime(2026, 7, 1, 9, 0), 12),
    ],
)
def test_counts_elapsed_hours_and_not_hours_on_the_wall(starts_at_local, hours_on_the_wall):
    zone = ZoneInfo("America/Chicago")
    starts_at = starts_at_local.replace(tzinfo=zone)
    last_moment = (starts_at_local - timedelta(hours=hours_on_the_wall)).replace(tzinfo=zone)
    assert decide(starts_at=starts_at, now=last_moment).is_allowed
    too_late = decide(starts_at=starts_at, now=last_moment.astimezone(UTC) + MICROSECOND)
    assert too_late.codes == {"WITHIN_12_HOURS"}
    assert too_late.online_until == last_moment.astimezone(UTC)


@pytest.mark.parametrize(
    ("reschedules", "cap", "since"),
    [
        ((), 2, "allowed"),
        ((FIRST,), 2, "allowed"),
        ((FIRST, SECOND), 2, SECOND),
        ((FIRST, SECOND, THIRD), 2, SECOND),
        ((FIRST, SECOND), 3, "allowed"),
        ((FIRST, SECOND, THIRD), 3, THIRD),
        ((FIRST,), 1, FIRST),
        ((), 0, None),
    ],
)
def test_refuses_when_the_counted_reschedules_reach_the_cap(reschedules, cap, since):
    refusals = decide(counted_reschedules_at=reschedules, reschedule_cap=cap).refusals
    if since == "allowed":
        assert refusals == ()
    else:
        assert [(refusal.code, refusal.since) for refusal in refusals] == [("RESCHEDULE_LIMIT", since)]


@pytest.mark.parametrize(
    ("online_from", "is_refused"),
    [
        (None, True),
        (MOVABLE.now + MICROSECOND, True),
        (MOVABLE.now, False),
        (MOVABLE.now - MICROSECOND, False),
    ],
)
def test_refuses_a_form_whose_launch_is_unknown_or_ahead(online_from, is_refused):
    refusals = decide(online_from=online_from).refusals
    expected = [("FORM_NOT_ENABLED", None, online_from)] if is_refused else []
    assert [(refusal.code, refusal.since, refusal.until) for refusal in refusals] == expected


@pytest.mark.parametrize(
    ("made_at", "is_refused"),
    [
        (CUTOFF_2024.astimezone(UTC) - MICROSECOND, True),
        (CUTOFF_2024.astimezone(UTC), False),
        (CUTOFF_2024.astimezone(UTC) + MICROSECOND, False),
        # The evening before in Washington is already May 29 in Guam and in UTC: still too early.
        (datetime(2024, 5, 29, 3, 59, 59, 999_999, tzinfo=UTC), True),
        (datetime(2024, 5, 29, 0, 0, tzinfo=ZoneInfo("Pacific/Guam")), True),
        (datetime(2024, 5, 28, 18, 0, tzinfo=ZoneInfo("Pacific/Honolulu")), False),
    ],
)
def test_asks_when_an_adoption_appointment_was_made_and_not_its_date(made_at, is_refused):
    refusals = decide(scheduled_at=made_at, scheduled_from=CUTOFF_2024).refusals
    expected = [("SCHEDULED_BEFORE_LAUNCH", CUTOFF_2024)] if is_refused else []
    assert [(refusal.code, refusal.until) for refusal in refusals] == expected


def test_knows_no_such_cutoff_for_a_form_without_one():
    assert decide(scheduled_at=datetime(2001, 1, 1, tzinfo=UTC), scheduled_from=None).is_allowed


def test_refuses_an_appointment_that_is_no_longer_scheduled():
    [refusal] = decide(is_scheduled=False, status_changed_at=SECOND).refusals
    assert (refusal.code, refusal.since) == (RefusalCode.NOT_SCHEDULED, SECOND)


def test_refuses_when_the_case_is_closed():
    [refusal] = decide(case_closed_at=FIRST).refusals
    assert (refusal.code, refusal.since) == (RefusalCode.CASE_CLOSED, FIRST)


def test_leaves_to_staff_what_is_theirs_and_says_not_since_when():
    [refusal] = decide(is_staff_only=True).refusals
    assert (refusal.code, refusal.since, refusal.until) == (RefusalCode.STAFF_ONLY, None, None)


def test_reports_every_refusal_and_not_only_the_first():
    everything = {
        "now": START - timedelta(hours=1),
        "is_scheduled": False,
        "is_staff_only": True,
        "case_closed_at": FIRST,
        "counted_reschedules_at": (FIRST, SECOND),
        "online_from": None,
        "scheduled_from": MADE + MICROSECOND,
    }
    assert decide(**everything).codes == set(RefusalCode) - {"ALREADY_PASSED"}
    assert decide(**everything | {"now": START}).codes == set(RefusalCode) - {"WITHIN_12_HOURS"}


def test_decides_nothing_on_an_instant_without_a_zone():
    with pytest.raises(ValueError, match="needs a time zone"):
        decide(now=datetime(2026, 6, 1, 12, 0))
