"""The one table of a representation's states: which step leads where, and who may take it. Pure: no query."""

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """What a representation may be."""

    REQUESTED = "requested"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CLOSED = "closed"


class Action(StrEnum):
    """What may be done to a representation."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"
    EXPIRE = "expire"
    CLOSE = "close"


class ActorRole(StrEnum):
    """Who takes a step: by side, by who asked and who was asked, or nobody on either side."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"
    REQUESTER = "asking"
    REQUESTEE = "asked"
    STAFF = "staff"
    SUCCESSOR = "next"
    SYSTEM = "clock"


# (from, step) → (to, who may). NEXT: the acceptance of another representation on the same case.
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

# By which a side ends it itself. Staff take them for the side that asked for it, and only then.
OWN_ENDS = (Action.DECLINE, Action.WITHDRAW, Action.REVOKE)

# As a request, or from a paper form in force at once.
FIRST_STATES = frozenset({State.REQUESTED, State.IN_FORCE})
OPEN_STATES = frozenset(state for state, _ in TRANSITIONS)
ENDED_STATES = frozenset(State) - OPEN_STATES
ENDED_BY_A_SIDE = frozenset(to for (_, step), (to, _) in TRANSITIONS.items() if step in OWN_ENDS)
# What the constraints of the table say of the instants: follows from where each state is reached from.
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


def in_words(states: Iterable[State]) -> list[str]:
    """The states as the column has them, in a fixed order: for conditions that migrations write down."""
    return sorted(state.value for state in states)


def next_state(state: State, step: Action, roles: frozenset[ActorRole]) -> State | None:
    """The state that the step leads to; None where it leads nowhere, or none of the parties may take it."""
    to, takers = TRANSITIONS.get((state, step), (None, frozenset()))
    return to if takers & roles else None


def find_own_end(state: State, roles: frozenset[ActorRole]) -> Action | None:
    """The step by which whoever is these parties ends it, and staff for them; None: it has ended."""
    own = (step for step in OWN_ENDS if next_state(state, step, roles))
    return next((step for step in own if next_state(state, step, frozenset({ActorRole.STAFF}))), None)
