"""The state table of representations: which action leads to which state, and who may take it. No queries."""

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    REQUESTED = "requested"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CLOSED = "closed"


class Action(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"
    EXPIRE = "expire"
    CLOSE = "close"


class ActorRole(StrEnum):
    """The role in which someone acts: by side, by who sent the request, or on neither side."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"
    REQUESTER = "requester"
    REQUESTEE = "requestee"
    STAFF = "staff"
    SUCCESSOR = "successor"
    SYSTEM = "system"


# (state, action) → (next state, roles). SUCCESSOR: another representation on the same case was accepted.
TRANSITIONS: dict[tuple[State, Action], tuple[State, frozenset[ActorRole]]] = {
    (State.REQUESTED, Action.ACCEPT): (State.IN_FORCE, frozenset({ActorRole.REQUESTEE})),
    (State.REQUESTED, Action.DECLINE): (State.DECLINED, frozenset({ActorRole.REQUESTEE, ActorRole.STAFF})),
    (State.REQUESTED, Action.WITHDRAW): (State.WITHDRAWN, frozenset({ActorRole.REQUESTER, ActorRole.STAFF})),
    (State.REQUESTED, Action.SUPERSEDE): (State.SUPERSEDED, frozenset({ActorRole.SUCCESSOR})),
    (State.REQUESTED, Action.EXPIRE): (State.EXPIRED, frozenset({ActorRole.SYSTEM})),
    (State.REQUESTED, Action.CLOSE): (State.CLOSED, frozenset({ActorRole.STAFF, ActorRole.SYSTEM})),
    (State.IN_FORCE, Action.WITHDRAW): (
        State.WITHDRAWN,
        frozenset({ActorRole.REPRESENTATIVE, ActorRole.STAFF}),
    ),
    (State.IN_FORCE, Action.REVOKE): (State.REVOKED, frozenset({ActorRole.CLIENT, ActorRole.STAFF})),
    (State.IN_FORCE, Action.SUPERSEDE): (State.SUPERSEDED, frozenset({ActorRole.SUCCESSOR})),
    (State.IN_FORCE, Action.EXPIRE): (State.EXPIRED, frozenset({ActorRole.SYSTEM})),
    (State.IN_FORCE, Action.CLOSE): (State.CLOSED, frozenset({ActorRole.STAFF, ActorRole.SYSTEM})),
}

# The actions by which a side ends the representation. Staff take them only at the request of that side.
ENDING_ACTIONS = (Action.DECLINE, Action.WITHDRAW, Action.REVOKE)

# A representation starts as a request, or is in force at once if it comes from a paper form.
FIRST_STATES = frozenset({State.REQUESTED, State.IN_FORCE})
OPEN_STATES = frozenset(state for state, _ in TRANSITIONS)
ENDED_STATES = frozenset(State) - OPEN_STATES
ENDED_BY_A_SIDE = frozenset(to for (_, action), (to, _) in TRANSITIONS.items() if action in ENDING_ACTIONS)
# For the constraints on the instants: states that are reached only from IN_FORCE, or only from REQUESTED.
ENDED_FROM_FORCE_ONLY = frozenset(
    state
    for state in ENDED_STATES
    if {start for (start, _), (to, _) in TRANSITIONS.items() if to == state} == {State.IN_FORCE}
)
NEVER_IN_FORCE = frozenset(
    state
    for state in ENDED_STATES
    if {start for (start, _), (to, _) in TRANSITIONS.items() if to == state} == {State.REQUESTED}
)


def list_state_values(states: Iterable[State]) -> list[str]:
    """Return the column values of the states, sorted so that migrations stay stable."""
    return sorted(state.value for state in states)


def next_state(state: State, action: Action, roles: frozenset[ActorRole]) -> State | None:
    """Return the state that the action leads to, or None if these roles cannot take it in this state."""
    target, allowed = TRANSITIONS.get((state, action), (None, frozenset()))
    return target if allowed & roles else None


def find_ending_action(state: State, roles: frozenset[ActorRole]) -> Action | None:
    """Return the action by which these roles, or staff for them, end it. None if it has already ended."""
    own = (action for action in ENDING_ACTIONS if next_state(state, action, roles))
    return next((action for action in own if next_state(state, action, frozenset({ActorRole.STAFF}))), None)
