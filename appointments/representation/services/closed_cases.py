"""End what is still open on cases that a delivery of the scheduler closed."""

import logging

from accounts.representation_states import Action, ActorRole
from appointments.booking import drafts, seats
from appointments.representation.queries import list_closed_cases_to_end
from appointments.representation.services import actions
from portal.foundation.transactions import Busy, in_durable_transaction

logger = logging.getLogger(__name__)

CASES_AT_ONCE = 500


def end_on_closed_cases() -> int:
    """End representations and holds on closed cases, notify both sides, and return the number of cases.

    `close_case` does this itself. A delivery closes many cases at once and leaves it to this function.
    Each case has a transaction of its own, and a busy case is left to the next run. Several runs may work
    at the same time.
    """
    case_ids = list_closed_cases_to_end().values_list("pk", flat=True)[:CASES_AT_ONCE]
    return sum(map(_end_on, list(case_ids)))


def _end_on(case_id: int) -> int:
    try:
        return _end(case_id)
    except Busy:
        logger.info("A closed case was busy; what is open on it is ended by the next run")
        return 0


@in_durable_transaction
def _end(case_id: int) -> int:
    locked = actions.lock_case(case_id)
    if locked.case.closed_at is None:
        return 0
    for row in locked.open:
        actions.end(
            representation=row,
            locked=locked,
            action=Action.CLOSE,
            roles=frozenset({ActorRole.SYSTEM}),
            by=None,
        )
    seats.release_holds(appointment_ids=locked.held, slots=locked.slots, now=locked.now)
    drafts.delete_drafts_on_case(locked.case)
    return 1
