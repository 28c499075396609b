"""An accreditation ended at midnight, and access with it: here the rows and the held seats follow."""

import logging

from accounts.models import Representation
from accounts.representation_states import Party, Step
from appointments.services.representations import steps
from policy.transactions import Busy, in_durable_transaction

logger = logging.getLogger(__name__)

CASES_AT_ONCE = 500


def lapse_representations() -> int:
    """Marks what ended with an accreditation as lapsed, releases its holds, tells both sides; how many.

    Access ended at midnight already (`in_force`). Each case is a transaction of its own; one that stays
    locked is left to the next run. Any number may run at once.
    """
    ended = Representation.objects.open().with_ended_accreditation()
    case_ids = ended.order_by("case_id").values_list("case_id", flat=True).distinct()[:CASES_AT_ONCE]
    return sum(map(_lapse_on, list(case_ids)))


def _lapse_on(case_id: int) -> int:
    try:
        return _lapse(case_id)
    except Busy:
        logger.info("A case was busy; its lapsed representation is marked by the next run")
        return 0


@in_durable_transaction
def _lapse(case_id: int) -> int:
    locked = steps.lock_case(case_id)
    rows = [row.pk for row in locked.open]
    ended = set(
        Representation.objects.with_ended_accreditation().filter(pk__in=rows).values_list("pk", flat=True)
    )
    for row in locked.open:
        if row.pk in ended:
            steps.end(row, locked, step=Step.LAPSE, parties=frozenset({Party.CLOCK}), by=None)
    return len(ended)
