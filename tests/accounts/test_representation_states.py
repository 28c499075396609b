"""The table of a representation's states, walked in every direction; no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Representation
from accounts.representation_states import (
    ENDED_FROM_FORCE_ONLY,
    ENDED_STATES,
    FIRST_STATES,
    NEVER_IN_FORCE,
    OPEN_STATES,
    OWN_ENDS,
    TRANSITIONS,
    Party,
    State,
    Step,
    find_own_end,
    follow,
)

walks = st.lists(st.tuples(st.sampled_from(Step), st.frozensets(st.sampled_from(Party), max_size=3)))


@given(first=st.sampled_from(sorted(FIRST_STATES)), walk=walks)
def test_on_any_walk_who_left_never_returns_and_force_comes_once_and_by_who_was_asked(first, walk):
    states = [State(first)]
    for step, parties in walk:
        state = follow(states[-1], step, parties)
        if state is None:
            continue
        if state == State.IN_FORCE:
            assert Party.ASKED in parties
        states.append(state)

    assert all(state not in ENDED_STATES for state in states[:-1])
    assert states.count(State.IN_FORCE) <= 1
    if State.IN_FORCE in states:
        assert states[-1] not in NEVER_IN_FORCE
    if states[-1] in ENDED_FROM_FORCE_ONLY:
        assert State.IN_FORCE in states


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_only_the_parties_of_the_table_take_a_step(state, step):
    to, takers = TRANSITIONS.get((state, step), (None, frozenset()))
    for party in Party:
        assert follow(state, step, frozenset({party})) == (to if party in takers else None)


def test_every_state_is_reached_and_every_ended_one_leads_nowhere():
    assert FIRST_STATES | {to for to, _ in TRANSITIONS.values()} == set(State)
    assert {State.REQUESTED, State.IN_FORCE} == OPEN_STATES
    assert all(follow(state, step, frozenset(Party)) is None for state in ENDED_STATES for step in Step)


def test_nobody_accepts_a_request_of_their_own():
    assert follow(State.REQUESTED, Step.ACCEPT, frozenset(Party) - {Party.ASKED}) is None


SIDES = [
    frozenset({side, part})
    for side in (Party.CLIENT, Party.REPRESENTATIVE)
    for part in (Party.ASKING, Party.ASKED)
]


@pytest.mark.parametrize("parties", SIDES)
@pytest.mark.parametrize("state", State)
def test_staff_end_for_a_side_by_the_one_step_by_which_that_side_ends_it_itself(state, parties):
    steps = [step for step in Step if step in OWN_ENDS and follow(state, step, parties)]
    assert len(steps) == (state in OPEN_STATES)
    assert [find_own_end(state, parties)] == (steps or [None])
    for step in steps:
        assert follow(state, step, parties) == follow(state, step, frozenset({Party.STAFF}))


def test_staff_begin_nothing_by_a_step():
    taken = {step for (_state, step), (_to, takers) in TRANSITIONS.items() if Party.STAFF in takers}
    assert taken == {*OWN_ENDS, Step.CLOSE}


def test_the_column_knows_exactly_the_states_of_the_table():
    assert set(Representation.Status.values) == {state.value for state in State}
    longest = max(map(len, Representation.Status.values))
    assert longest <= Representation._meta.get_field("status").max_length
