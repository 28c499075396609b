"""A case that the scheduler of record closed: whoever acted or asked to act on it no longer does."""

import logging

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Case, Representation
from accounts.representation_states import Action, ActorRole
from appointments.booking import drafts, seats
from appointments.models import RescheduleDraft, ReservedSeat
from appointments.representation.services import actions
from portal.foundation.transactions import Busy, in_durable_transaction

logger = logging.getLogger(__name__)

CASES_AT_ONCE = 500


def end_on_closed_cases() -> int:
    """Ends what is open on closed cases, releases their reservations, tells both sides; how many cases.

    `close_case` does so itself; a delivery closes many cases at once and leaves it to this. Each case is a
    transaction of its own; one that stays locked is left to the next run. Any number may run at once.
    """
    case_ids = closed_cases_to_end().values_list("pk", flat=True)[:CASES_AT_ONCE]
    return sum(map(_end_on, list(case_ids)))


def closed_cases_to_end() -> QuerySet[Case]:
    """Closed cases on which someone still acts, asks to act, holds a seat, or gave a reason."""
    acting = Representation.objects.open().filter(case=OuterRef("pk"))
    held = ReservedSeat.objects.filter(held_until__isnull=False)
    holding = held.filter(appointment__series__person__case=OuterRef("pk"))
    stating = RescheduleDraft.objects.filter(appointment__series__person__case=OuterRef("pk"))
    closed = Case.objects.filter(closed_at__isnull=False)
    return closed.filter(Exists(acting) | Exists(holding) | Exists(stating)).order_by("pk")


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
        actions.end(row, locked, step=Action.CLOSE, roles=frozenset({ActorRole.SYSTEM}), by=None)
    seats.release_holds(locked.held, locked.slots, now=locked.now)
    drafts.forget_on(locked.case)
    return 1
