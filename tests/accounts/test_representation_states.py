"""The state table of representations, walked in every direction without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Representation
from accounts.representation_states import (
    ENDED_FROM_FORCE_ONLY,
    ENDED_STATES,
    ENDING_ACTIONS,
    FIRST_STATES,
    NEVER_IN_FORCE,
    OPEN_STATES,
    TRANSITIONS,
    Action,
    ActorRole,
    State,
    find_ending_action,
    next_state,
)

walks = st.lists(st.tuples(st.sampled_from(Action), st.frozensets(st.sampled_from(ActorRole), max_size=3)))


@given(first=st.sampled_from(sorted(FIRST_STATES)), walk=walks)
def test_on_any_walk_an_ended_state_is_final_and_only_the_requestee_brings_it_into_force(first, walk):
    states = [State(first)]
    for step, roles in walk:
        state = next_state(states[-1], step, roles)
        if state is None:
            continue
        if state == State.IN_FORCE:
            assert ActorRole.REQUESTEE in roles
        states.append(state)

    assert all(state not in ENDED_STATES for state in states[:-1])
    assert states.count(State.IN_FORCE) <= 1
    if State.IN_FORCE in states:
        assert states[-1] not in NEVER_IN_FORCE
    if states[-1] in ENDED_FROM_FORCE_ONLY:
        assert State.IN_FORCE in states


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Action)
def test_only_the_roles_in_the_table_can_take_an_action(state, step):
    to, takers = TRANSITIONS.get((state, step), (None, frozenset()))
    for party in ActorRole:
        assert next_state(state, step, frozenset({party})) == (to if party in takers else None)


def test_every_state_is_reachable_and_ended_states_are_final():
    assert FIRST_STATES | {to for to, _ in TRANSITIONS.values()} == set(State)
    assert {State.REQUESTED, State.IN_FORCE} == OPEN_STATES
    assert all(
        next_state(state, step, frozenset(ActorRole)) is None for state in ENDED_STATES for step in Action
    )


def test_a_requester_cannot_accept_their_own_request():
    assert next_state(State.REQUESTED, Action.ACCEPT, frozenset(ActorRole) - {ActorRole.REQUESTEE}) is None


SIDES = [
    frozenset({side, part})
    for side in (ActorRole.CLIENT, ActorRole.REPRESENTATIVE)
    for part in (ActorRole.REQUESTER, ActorRole.REQUESTEE)
]


@pytest.mark.parametrize("roles", SIDES)
@pytest.mark.parametrize("state", State)
def test_staff_end_it_for_a_side_with_the_action_of_that_side(state, roles):
    steps = [step for step in Action if step in ENDING_ACTIONS and next_state(state, step, roles)]
    assert len(steps) == (state in OPEN_STATES)
    assert [find_ending_action(state, roles)] == (steps or [None])
    for step in steps:
        assert next_state(state, step, roles) == next_state(state, step, frozenset({ActorRole.STAFF}))


def test_staff_cannot_start_a_representation_with_an_action():
    taken = {step for (_state, step), (_to, takers) in TRANSITIONS.items() if ActorRole.STAFF in takers}
    assert taken == {*ENDING_ACTIONS, Action.CLOSE}


def test_the_column_has_exactly_the_states_of_the_table():
    assert set(Representation.Status.values) == {state.value for state in State}
    longest = max(map(len, Representation.Status.values))
    assert longest <= Representation._meta.get_field("status").max_length
