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
    LAPSED = "lapsed"
    CLOSED = "closed"


class Step(StrEnum):
    """What may be done to a representation."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"
    LAPSE = "lapse"
    CLOSE = "close"


class Party(StrEnum):
    """Who takes a step: by side, by who asked and who was asked, or nobody on either side."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"
    ASKING = "asking"
    ASKED = "asked"
    STAFF = "staff"
    NEXT = "next"
    CLOCK = "clock"


# (from, step) → (to, who may). NEXT: the acceptance of another representation on the same case.
TRANSITIONS: dict[tuple[State, Step], tuple[State, frozenset[Party]]] = {
    (State.REQUESTED, Step.ACCEPT): (State.IN_FORCE, frozenset({Party.ASKED})),
    (State.REQUESTED, Step.DECLINE): (State.DECLINED, frozenset({Party.ASKED, Party.STAFF})),
    (State.REQUESTED, Step.WITHDRAW): (State.WITHDRAWN, frozenset({Party.ASKING, Party.STAFF})),
    (State.REQUESTED, Step.SUPERSEDE): (State.SUPERSEDED, frozenset({Party.NEXT})),
    (State.REQUESTED, Step.LAPSE): (State.LAPSED, frozenset({Party.CLOCK})),
    (State.REQUESTED, Step.CLOSE): (State.CLOSED, frozenset({Party.STAFF, Party.CLOCK})),
    (State.IN_FORCE, Step.WITHDRAW): (State.WITHDRAWN, frozenset({Party.REPRESENTATIVE, Party.STAFF})),
    (State.IN_FORCE, Step.REVOKE): (State.REVOKED, frozenset({Party.CLIENT, Party.STAFF})),
    (State.IN_FORCE, Step.SUPERSEDE): (State.SUPERSEDED, frozenset({Party.NEXT})),
    (State.IN_FORCE, Step.LAPSE): (State.LAPSED, frozenset({Party.CLOCK})),
    (State.IN_FORCE, Step.CLOSE): (State.CLOSED, frozenset({Party.STAFF, Party.CLOCK})),
}

# By which a side ends it itself. Staff take them for the side that asked for it, and only then.
OWN_ENDS = (Step.DECLINE, Step.WITHDRAW, Step.REVOKE)

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


def follow(state: State, step: Step, parties: frozenset[Party]) -> State | None:
    """The state that the step leads to; None where it leads nowhere, or none of the parties may take it."""
    to, takers = TRANSITIONS.get((state, step), (None, frozenset()))
    return to if takers & parties else None


def find_own_end(state: State, parties: frozenset[Party]) -> Step | None:
    """The step by which whoever is these parties ends it, and staff for them; None: it has ended."""
    own = (step for step in OWN_ENDS if follow(state, step, parties))
    return next((step for step in own if follow(state, step, frozenset({Party.STAFF}))), None)
