"""Families that book the same few seats, together and alone, while staff and periodic tasks act."""

import random
from functools import partial

import pytest

from accounts.units import Unit
from appointments.booking import expiry
from appointments.booking.errors import (
    AlreadyDone,
    HoldEnded,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyHolds,
)
from appointments.booking.invariants import find_violations
from appointments.models import Appointment, Reservation
from appointments.reschedule import services
from appointments.staff.services import staff_only, staff_reschedule
from tests.appointments.booking import acts
from tests.factories.accounts import officer_of
from tests.factories.appointments import SiteFactory
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason
from tests.faults.test_no_deadlocks import once
from tests.support.races import run_at_once

pytestmark = pytest.mark.usefixtures("committed_data")

# Someone held alone, without a reason, cannot be confirmed.
EXPECTED = (AlreadyDone, HoldEnded, ReasonMissing, Refused, SeatRefused, TooManyHolds)
TOGETHER = ["confirm_together", "extend", "release"]
ACTS = ["together", "together", "together", "alone", *TOGETHER, "expire", "expire", "agency", "mark"]


def act_at_random(seed, families, slots, officer):
    """Run a random act of a random family, or of one of its people."""
    draw = random.Random(seed)
    series_list, slot, kind = draw.choice(families), draw.choice(slots), draw.choice(ACTS)
    account = series_list[0].person.case.requestor
    scheduled = list(
        Appointment.objects.select_related("series__person")
        .filter(series__in=series_list, status=Appointment.Status.SCHEDULED)
        .order_by("pk")
    )
    one, some = draw.choice(scheduled), draw.sample(scheduled, draw.choice([2, 3]))
    newest = Reservation.objects.filter(account=account).order_by("-pk").first()
    if kind == "together":
        services.state_reason(account=account, appointments=some, reason=reason(), explanation="")
        once(acts.hold_together, account=account, appointments=some, first=slot)
    elif kind == "alone":
        once(acts.hold, account=account, appointment=one, slot=slot)
    elif kind == "agency":
        once(staff_reschedule.reschedule_by_agency, actor=officer, appointment=one, slot=slot)
    elif kind == "mark":
        marks = {"is_staff_only": draw.random() < 0.3, "note": "asked for"}
        once(staff_only.mark_staff_only, actor=officer, appointment=one, **marks)
    elif kind == "expire":
        expiry.expire_overdue_holds()
    elif kind == "expire" and newest is not None:
        acts.run_out(newest)
    elif newest is not None:
        once(getattr(acts, kind), account=account, reservation=newest)
    return kind


@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm_of_groups_leaves_every_count_right_without_a_deadlock(seed):
    families = [[member.series for member in make_household(3)] for _ in range(5)]
    slots = adjacent_slots(SiteFactory(), seats=[4, 3, 2, 3, 4])
    officer = officer_of(Unit.NBC_ADOPTIONS)

    outcomes = run_at_once(
        [partial(act_at_random, 1000 * seed + turn, families, slots, officer) for turn in range(300)],
        workers=16,
    )

    errors = [outcome.error for outcome in outcomes if outcome.error]
    assert [error for error in errors if not isinstance(error, EXPECTED)] == []
    assert set(ACTS) == {outcome.result for outcome in outcomes if outcome.result}
    assert find_violations() == []
