"""A representative's standing ended, and access with it: here the rows and the held seats follow."""

import logging

from django.db.models import Q

from accounts.models import Representation, User
from accounts.representation_states import Action, ActorRole
from appointments.notices.services.representations import withhold_all_mail
from appointments.representation.services import actions
from portal.foundation.clock import agency_day, agency_today
from portal.foundation.transactions import Busy, in_durable_transaction

logger = logging.getLogger(__name__)

CASES_AT_ONCE = 500
CASES_WHILE_SOMEONE_WAITS = 100


def expire_representations() -> int:
    """Marks what ended with a standing as lapsed, releases its reservations, tells both sides; how many.

    A standing ends with the accreditation, or when staff take the verification back; access ended in that
    moment already (`in_force`). Each case is a transaction of its own; one that stays locked is left to the
    next run. Any number may run at once.
    """
    return _expire_some(Q(), at_most=CASES_AT_ONCE)


def expire_those_of(representative: User) -> int:
    """The same for one representative while an officer waits: of many cases the next runs do the rest.

    Mail that is owed to the representative about any of them is not sent meanwhile.
    """
    withhold_all_mail(representative)
    return _expire_some(Q(representative=representative), at_most=CASES_WHILE_SOMEONE_WAITS)


def _expire_some(wanted: Q, *, at_most: int) -> int:
    ended = Representation.objects.open().with_ended_verification(on=agency_today()).filter(wanted)
    case_ids = ended.order_by("case_id").values_list("case_id", flat=True).distinct()[:at_most]
    return sum(map(_expire_on, list(case_ids)))


def _expire_on(case_id: int) -> int:
    try:
        return _expire(case_id)
    except Busy:
        logger.info("A case was busy; its lapsed representation is marked by the next run")
        return 0


@in_durable_transaction
def _expire(case_id: int) -> int:
    locked = actions.lock_case(case_id)
    rows = Representation.objects.filter(pk__in=[row.pk for row in locked.open])
    ended = set(rows.with_ended_verification(on=agency_day(locked.now)).values_list("pk", flat=True))
    for row in locked.open:
        if row.pk in ended:
            actions.end(row, locked, step=Action.EXPIRE, roles=frozenset({ActorRole.SYSTEM}), by=None)
    return len(ended)
