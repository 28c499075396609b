"""The product's rules against the reference: the exact set of codes, at every boundary, in every zone."""

from datetime import UTC, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.eligibility import Facts, SeatFacts, evaluate, evaluate_seat
from tests.appointments.eligibility import reference
from tests.appointments.eligibility.instants import (
    CUTOFF,
    CUTOFF_2024,
    HORIZON,
    LAUNCH_2023,
    LOCAL_STARTS,
    STEPS,
    ZONES,
    around,
    starts_in_every_zone,
)
from tests.appointments.eligibility.reference import micros


def assert_agrees(facts):
    """The product's decision and the reference's are the same, to the microsecond."""
    decision = evaluate(facts)
    expected = reference.refusals_of_appointment(
        now=micros(facts.now),
        starts=micros(facts.starts_at),
        made=micros(facts.scheduled_at),
        is_scheduled=facts.is_scheduled,
        status_changed=micros(facts.status_changed_at),
        is_staff_only=facts.is_staff_only,
        closed=micros(facts.case_closed_at),
        counted_reschedules=[micros(rescheduled_at) for rescheduled_at in facts.counted_reschedules_at],
        cutoff=micros(facts.online_cutoff),
        cap=facts.reschedule_cap,
        online_from=micros(facts.online_from),
        made_from=micros(facts.scheduled_from),
    )
    found = [
        (str(refusal.code), (micros(refusal.since), micros(refusal.until))) for refusal in decision.refusals
    ]
    assert len(found) == len(dict(found)), f"a code twice: {found}"
    assert dict(found) == expected, facts
    assert decision.is_allowed is (not expected), facts
    assert decision.codes == expected.keys(), facts
    assert decision.is_timely is reference.is_timely(now=micros(facts.now), starts=micros(facts.starts_at))
    assert micros(decision.online_until) == micros(facts.starts_at) - micros(facts.online_cutoff)
    assert decision.decided_at == facts.now


def assert_seat_agrees(facts):
    causes = evaluate_seat(facts)
    assert len(set(causes)) == len(causes)
    assert set(causes) == reference.refusals_of_seat(
        now=micros(facts.now),
        starts=micros(facts.starts_at),
        is_closed=facts.is_closed,
        is_current_slot=facts.is_current_slot,
        free_seats=facts.free_seats,
        cutoff=micros(facts.online_cutoff),
        horizon=micros(facts.horizon),
    ), facts


def plain_facts(**changes):
    """An appointment that no rule refuses but those of time."""
    made_at = changes["starts_at"] - timedelta(days=90)
    return Facts(
        **{
            "scheduled_at": made_at,
            "is_scheduled": True,
            "status_changed_at": made_at,
            "is_staff_only": False,
            "case_closed_at": None,
            "counted_reschedules_at": (),
            "online_cutoff": CUTOFF,
            "reschedule_cap": 2,
            "online_from": LAUNCH_2023,
            "scheduled_from": None,
            **changes,
        }
    )


def test_agrees_with_the_reference_at_over_ten_thousand_instants_around_every_boundary():
    checked = 0
    for zone, starts_at in starts_in_every_zone():
        launches = (LAUNCH_2023, starts_at - timedelta(days=3))
        boundaries = (starts_at, starts_at - CUTOFF, launches[1])
        for now, online_from in product(around(*boundaries), launches):
            # Once as the database gives instants, once all on the site's own clock.
            assert_agrees(plain_facts(now=now, starts_at=starts_at, online_from=online_from))
            assert_agrees(
                plain_facts(
                    now=now.astimezone(zone),
                    starts_at=starts_at.astimezone(zone),
                    online_from=online_from.astimezone(zone),
                )
            )
            checked += 1
    assert checked >= 10_000


def test_agrees_with_the_reference_around_the_adoption_cutoff_in_every_zone():
    for zone, starts_at in starts_in_every_zone():
        for made_at in around(CUTOFF_2024):
            facts = {"now": starts_at - timedelta(days=2), "starts_at": starts_at}
            for at in (made_at, made_at.astimezone(zone)):
                assert_agrees(plain_facts(**facts, scheduled_at=at, scheduled_from=CUTOFF_2024))


def test_agrees_with_the_reference_on_every_cap_and_count():
    for zone, starts_at in starts_in_every_zone():
        reschedules = [(starts_at - timedelta(days=80 - number)).astimezone(zone) for number in range(5)]
        for cap, count in product(range(4), range(5)):
            assert_agrees(
                plain_facts(
                    now=starts_at - timedelta(days=1),
                    starts_at=starts_at,
                    reschedule_cap=cap,
                    counted_reschedules_at=tuple(reschedules[:count]),
                )
            )


def test_agrees_with_the_reference_on_every_combination_of_rules():
    _, starts_at = next(starts_in_every_zone())
    a_day = timedelta(days=1)
    combinations = product(
        (starts_at - a_day, starts_at - CUTOFF / 2, starts_at),
        (None, LAUNCH_2023, starts_at + a_day),
        (None, starts_at - 100 * a_day, starts_at - 10 * a_day),
        ((), (starts_at - 9 * a_day, starts_at - 8 * a_day)),
        (True, False),
        (None, starts_at - 7 * a_day),
        (True, False),
    )
    for now, online_from, scheduled_from, reschedules, is_scheduled, closed_at, is_staff_only in combinations:
        assert_agrees(
            plain_facts(
                now=now,
                starts_at=starts_at,
                online_from=online_from,
                scheduled_from=scheduled_from,
                counted_reschedules_at=reschedules,
                is_scheduled=is_scheduled,
                case_closed_at=closed_at,
                is_staff_only=is_staff_only,
            )
        )


zones = st.sampled_from((UTC, *ZONES))
steps = st.sampled_from(STEPS) | st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3))


@st.composite
def facts_near_an_edge(draw):
    """Draw facts in which every instant is at an edge of a rule, or one step before or after it."""
    site_zone = draw(st.sampled_from(ZONES))
    starts_at = draw(st.sampled_from(LOCAL_STARTS)).replace(tzinfo=site_zone).astimezone(UTC)
    starts_at += draw(steps)
    cutoff = draw(st.sampled_from((CUTOFF, timedelta(0), timedelta(hours=48), timedelta(microseconds=1))))
    now = draw(st.sampled_from((starts_at, starts_at - cutoff))) + draw(steps)
    scheduled_from = draw(st.none() | st.just(CUTOFF_2024))
    made_at = draw(st.sampled_from((CUTOFF_2024, starts_at - timedelta(days=30)))).astimezone(UTC) + draw(
        steps
    )
    reschedules = sorted(draw(st.lists(st.timedeltas(timedelta(0), timedelta(days=900)), max_size=4)))
    shown_in = draw(zones)
    return Facts(
        now=now.astimezone(shown_in),
        starts_at=starts_at.astimezone(draw(st.sampled_from((UTC, site_zone, shown_in)))),
        scheduled_at=made_at.astimezone(draw(zones)),
        is_scheduled=draw(st.booleans()),
        status_changed_at=made_at.astimezone(draw(zones)),
        is_staff_only=draw(st.booleans()),
        case_closed_at=draw(st.none() | st.just(now - timedelta(days=1))),
        counted_reschedules_at=tuple(LAUNCH_2023.astimezone(UTC) + ahead for ahead in reschedules),
        online_cutoff=cutoff,
        reschedule_cap=draw(st.integers(0, 3)),
        online_from=draw(st.none() | st.sampled_from((LAUNCH_2023, now, now + STEPS[0], now + STEPS[1]))),
        scheduled_from=scheduled_from,
    )


@settings(max_examples=1_500, deadline=None, database=None)
@given(facts_near_an_edge())
def test_agrees_with_the_reference_on_appointments_drawn_at_random(facts):
    assert_agrees(facts)


def test_agrees_with_the_reference_on_every_seat_around_the_cutoff_and_the_horizon():
    for zone, now in starts_in_every_zone():
        for starts_at in around(now, now + CUTOFF, now + HORIZON):
            for closed, present, free in product((True, False), (True, False), (0, 1, 2)):
                seat = {
                    "is_closed": closed,
                    "is_current_slot": present,
                    "free_seats": free,
                    "online_cutoff": CUTOFF,
                    "horizon": HORIZON,
                }
                assert_seat_agrees(SeatFacts(now=now, starts_at=starts_at, **seat))
                assert_seat_agrees(
                    SeatFacts(now=now.astimezone(zone), starts_at=starts_at.astimezone(zone), **seat)
                )
