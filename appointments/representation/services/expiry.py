"""Mark representations as expired after the verification or accreditation of the representative has ended."""

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
CASES_WHILE_STAFF_WAIT = 100


def expire_representations() -> int:
    """Expire representations whose representative is no longer verified, and return their number.

    Releases held seats and notifies both sides. Access ended earlier, at the moment when the accreditation
    or the verification ended (`in_force`). Each case has a transaction of its own, and a busy case is left
    to the next run. Several runs may work at the same time.
    """
    return _expire_some(Q(), at_most=CASES_AT_ONCE)


def expire_those_of(representative: User) -> int:
    """Expire the representations of one representative while an officer waits, and return their number.

    Withholds unsent mail about all of the cases first. If there are too many cases, the next periodic runs
    do the rest.
    """
    withhold_all_mail(representative)
    return _expire_some(Q(representative=representative), at_most=CASES_WHILE_STAFF_WAIT)


def _expire_some(wanted: Q, *, at_most: int) -> int:
    ended = Representation.objects.open().with_ended_verification(on=agency_today()).filter(wanted)
    case_ids = ended.order_by("case_id").values_list("case_id", flat=True).distinct()[:at_most]
    return sum(map(_expire_on, list(case_ids)))


def _expire_on(case_id: int) -> int:
    try:
        return _expire(case_id)
    except Busy:
        logger.info("A case was busy; its representation is expired by the next run")
        return 0


@in_durable_transaction
def _expire(case_id: int) -> int:
    locked = actions.lock_case(case_id)
    rows = Representation.objects.filter(pk__in=[row.pk for row in locked.open])
    ended = set(rows.with_ended_verification(on=agency_day(locked.now)).values_list("pk", flat=True))
    for row in locked.open:
        if row.pk in ended:
            actions.end(
                representation=row,
                locked=locked,
                action=Action.EXPIRE,
                roles=frozenset({ActorRole.SYSTEM}),
                by=None,
            )
    return len(ended)
