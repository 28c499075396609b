"""Acts that begin, end or use representations on a few cases, all at once: no deadlocks, right counts.

Each act is tried only once, so a conflict that a second try would hide shows up as Busy.
"""

import random
from functools import partial

import pytest
from django.db.models import Count

from accounts.models import Case, Representation, RepresentativeProfile
from accounts.services.applications import AlreadyDecided, DetailsChanged
from accounts.services.codes import CodeRejected, TooManyAttempts
from accounts.services.deletion import DeletionRefused
from accounts.services.passcodes import create_for_client
from accounts.units import Unit
from appointments.account_deletion.services import delete_account
from appointments.booking import locks
from appointments.booking.errors import (
    AlreadyDone,
    CaseIsClosed,
    HeldBySomeoneElse,
    HoldEnded,
    NotVerified,
    NotYours,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyHolds,
    TooManyInvitations,
    TooManyItems,
)
from appointments.booking.invariants import find_violations
from appointments.booking.reschedules import GoodCause
from appointments.caseload.services import bulk_reschedules
from appointments.models import Appointment, BulkReschedule, Reschedule, Reservation
from appointments.representation.services import actions, answer, expiry, leave, verification
from appointments.representation.services.closed_cases import end_on_closed_cases
from appointments.representation.services.invite import invite
from appointments.representation.services.paper import enter_paper
from appointments.representation.services.passcode_request import request_with_passcode
from appointments.reschedule import services
from appointments.staff.services import close_case as closing
from appointments.staff.services import staff_call, staff_reschedule
from portal.foundation import transactions
from portal.foundation.clock import database_now
from portal.foundation.transactions import Busy
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, officer_of
from tests.factories.appointments import SiteFactory
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason
from tests.support.races import Started, gate_before, run_at_once

pytestmark = pytest.mark.usefixtures("committed_data")

EXPECTED = (
    AlreadyDecided,
    AlreadyDone,
    CaseIsClosed,
    DeletionRefused,
    HeldBySomeoneElse,
    HoldEnded,
    TooManyAttempts,
    CodeRejected,
    NotVerified,
    NotYours,
    DetailsChanged,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyHolds,
    TooManyInvitations,
    TooManyItems,
)


@pytest.fixture(autouse=True)
def one_try(monkeypatch):
    monkeypatch.setattr(transactions, "MAX_TRIES", 1)


class World:
    """Eight adoption cases with two people each, attorneys who represent most of them, and an officer."""

    def __init__(self):
        families = [make_household(2) for _ in range(8)]
        self.cases = [family[0].case for family in families]
        self.clients = {case.pk: case.requestor for case in self.cases}
        self.attorneys = AttorneyFactory.create_batch(4)
        for number, case in enumerate(self.cases[:6]):
            RepresentationFactory(case=case, representative=self.attorneys[number % 4])
        self.slots = adjacent_slots(SiteFactory(), seats=[4, 3, 4, 3, 4, 3])
        self.officer = officer_of(Unit.NBC_ADOPTIONS)


class Turn:
    """A case of the world with its client, an attorney and a slot, chosen by the seed."""

    def __init__(self, world, seed):
        self.world, self.random = world, random.Random(seed)
        self.case = self.random.choice(world.cases)
        self.client = world.clients[self.case.pk]
        self.slot = self.random.choice(world.slots)
        rows = Representation.objects.in_force().select_related("representative")
        row = rows.filter(case=self.case).first()
        self.attorney = row.representative if row else self.random.choice(world.attorneys)
        self.account = self.random.choice([self.client, self.attorney])
        self.family = list(
            Appointment.objects.select_related("series__person__case")
            .filter(series__person__case=self.case, status=Appointment.Status.SCHEDULED)
            .order_by("pk")
        )

    def list_representations(self, status):
        return Representation.objects.filter(case=self.case, status=status).select_related("representative")

    def list_held(self, *, is_together):
        rows = Reservation.objects.filter(account=self.account, state=Reservation.State.HELD)
        rows = rows.alias(people=Count("seats"))
        return (rows.filter(people__gt=1) if is_together else rows.filter(people=1)).order_by("-pk")


def request(turn):
    code, _row = create_for_client(account=turn.client, case=turn.case)
    request_with_passcode(account=turn.attorney, receipt_number=turn.case.receipt_number, passcode=code)


def invite_one(turn):
    invite(account=turn.client, case=turn.case, email=turn.random.choice(turn.world.attorneys).email)


def accept(turn):
    for row in turn.list_representations("requested"):
        requestee = turn.client if row.origin == Representation.Origin.PASSCODE else row.representative
        answer.accept(account=requestee, representation=row)


def revoke(turn):
    for row in turn.list_representations("in_force"):
        leave.revoke(account=turn.client, representation=row)


def withdraw(turn):
    for row in turn.list_representations("in_force"):
        leave.withdraw(account=row.representative, representation=row)


def enter_on_paper(turn):
    email = turn.random.choice(turn.world.attorneys).email
    enter_paper(actor=turn.world.officer, case=turn.case, email=email, note="Mail.")


def close(turn):
    closing.close_case(actor=turn.world.officer, case=turn.world.cases[0], status="closed", note="Decided.")


def close_by_delivery(_turn):
    end_on_closed_cases()


def delete(turn):
    last = turn.world.cases[-1]
    delete_account(account=turn.world.clients[last.pk])


def end_verification(turn):
    profile = turn.random.choice(turn.world.attorneys).representative_profile
    profile.refresh_from_db()
    if profile.verified_at is None:
        now = database_now()
        RepresentativeProfile.objects.filter(pk=profile.pk).update(
            verified_at=now, rejected_at=None, rejection="", verification_ended_at=None
        )
        return
    verification.end_verification(
        actor=turn.world.officer,
        profile=profile,
        seen_at=profile.verified_at,
        rejection="not_active",
        note="Suspended",
    )


def expire_representations(_turn):
    expiry.expire_representations()


def state(turn):
    one = turn.random.choice(turn.family)
    acts.state_reason(account=turn.account, appointment=one, reason=reason(), explanation="")


def take(turn):
    state(turn)
    acts.hold(account=turn.account, appointment=turn.random.choice(turn.family), slot=turn.slot)


def confirm(turn):
    for held in turn.list_held(is_together=False)[:1]:
        acts.confirm(account=turn.account, reservation=held)


def take_together(turn):
    services.state_reason(account=turn.account, appointments=turn.family, reason=reason(), explanation="")
    acts.hold_together(account=turn.account, appointments=turn.family, first=turn.slot)


def confirm_together(turn):
    for newest in turn.list_held(is_together=True)[:1]:
        acts.confirm_together(account=turn.account, reservation=newest)


def select(turn):
    mine = Appointment.objects.for_account(turn.attorney).filter(status="scheduled")
    picked = list(mine.select_related("series__person").order_by("pk")[:4])
    bulk_reschedules.add(account=turn.attorney, appointments=picked)
    cause = GoodCause(reason(), "")
    bulk_reschedules.state_reasons(account=turn.attorney, causes=[(row, cause) for row in picked])


def confirm_bulk_reschedule(turn):
    bulk = BulkReschedule.objects.filter(account=turn.attorney, finished_at=None).first()
    if bulk is not None:
        held = Reservation.objects.filter(account=turn.attorney, state=Reservation.State.HELD)
        bulk_reschedules.confirm_all(
            account=turn.attorney,
            bulk=bulk,
            reservation_ids=list(held.values_list("public_id", flat=True)),
        )


def note_call(turn):
    one = turn.random.choice(turn.family)
    officer = turn.world.officer
    staff_call.note_call(actor=officer, appointment=one, reason=reason(), explanation="", note="Called")


def reschedule_by_staff(turn):
    staff_reschedule.reschedule_by_agency(
        actor=turn.world.officer, appointment=turn.random.choice(turn.family), slot=turn.slot
    )


RARE = [close, close_by_delivery, delete, end_verification, end_verification, expire_representations]
OFTEN = [
    request,
    invite_one,
    accept,
    accept,
    revoke,
    withdraw,
    enter_on_paper,
    state,
    take,
    take,
    confirm,
    take_together,
    take_together,
    confirm_together,
    select,
    confirm_bulk_reschedule,
    note_call,
    reschedule_by_staff,
]


def play(world, act, seed):
    act(Turn(world, seed))
    return act


@pytest.mark.parametrize("seed", [1, 2])
def test_acts_at_the_same_time_cause_no_deadlock_and_leave_every_count_right(seed):
    world = World()
    acts = RARE * 2 + OFTEN * 6
    random.Random(seed).shuffle(acts)

    outcomes = run_at_once(
        [partial(play, world, act, 1000 * seed + number) for number, act in enumerate(acts)], workers=12
    )

    errors = [outcome.error for outcome in outcomes if outcome.error]
    assert [error for error in errors if not isinstance(error, EXPECTED)] == []
    assert set(RARE) <= {outcome.result for outcome in outcomes}
    assert Reschedule.objects.exists()
    assert Case.objects.filter(closed_at__isnull=False).count() == 1
    assert find_violations() == []


def revoke_while_one_confirms(monkeypatch):
    """Revoke the representation while the attorney's confirmation holds its locks."""
    world = World()
    case, attorney = world.cases[1], world.attorneys[1]
    turn = Turn(world, 1)
    turn.case, turn.client, turn.account = case, world.clients[case.pk], attorney
    turn.family = list(
        Appointment.objects.select_related("series__person__case").filter(series__person__case=case)[:1]
    )
    take(turn)
    [held] = turn.list_held(is_together=False)
    gate = gate_before(monkeypatch.setattr, locks, "lock_all_series")
    confirming = Started(partial(acts.confirm, account=attorney, reservation=held))
    gate.until_reached()
    revoking = Started(partial(revoke, turn))
    revoking.until_it_waits_for_a_lock()
    gate.open()
    return confirming.outcome(), revoking.outcome()


def test_a_revocation_and_a_confirmation_wait_in_one_order(monkeypatch):
    confirming, revoking = revoke_while_one_confirms(monkeypatch)
    assert (confirming.error, revoking.error) == (None, None)


def test_control_locking_the_series_before_the_case_deadlocks(monkeypatch):
    lock_case = locks.lock_case

    def lock_series_first(case_id):
        locks.lock_series_of_case(case_id)
        lock_case(case_id)

    monkeypatch.setattr(actions.locks, "lock_case", lock_series_first)
    errors = [outcome.error for outcome in revoke_while_one_confirms(monkeypatch)]
    [victim] = [error for error in errors if error is not None]
    assert isinstance(victim, Busy)
    assert victim.__cause__.__cause__.sqlstate == "40P01"
