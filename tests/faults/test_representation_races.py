"""Representations that begin and end at the same time, on real connections, each with a control."""

from functools import partial

import pytest
from django.db import IntegrityError

from accounts.models import FailedAttempt, Representation, RepresentativePasscode, RequestChannel
from accounts.services import applications, codes
from accounts.services.codes import CodeRejected, TooManyAttempts
from accounts.services.passcodes import create_for_client
from accounts.units import Unit
from appointments.booking import locks, reservations, seats
from appointments.booking.errors import AlreadyDone, HoldEnded, NotYours
from appointments.models import Notice, Reschedule, Reservation
from appointments.notices.facts import Entered, Side
from appointments.representation.services import actions, answer, end_by_staff, leave, verification
from appointments.representation.services.passcode_request import request_with_passcode
from tests.appointments.booking import acts
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    officer_of,
    requested,
)
from tests.factories.crowds import make_crowd, make_slots
from tests.factories.policy import reason
from tests.support.races import Started, gate_before, run_at_once
from tests.support.without_locks import meet_before, take_row_locks_away

pytestmark = pytest.mark.usefixtures("committed_data")
Status, Origin = Representation.Status, Representation.Origin
WRONG = "0" * 16


def race_two_for_one_case():
    """Accept a request and, at the same time, let another representative accept an invitation."""
    case = CaseFactory()
    request, invitation = requested(case=case), requested(case=case, origin=Origin.INVITATION)
    outcomes = run_at_once(
        [
            partial(answer.accept, account=case.requestor, representation=request),
            partial(answer.accept, account=invitation.representative, representation=invitation),
        ]
    )
    return case, outcomes


def test_of_two_representatives_who_race_for_a_case_one_is_in_force_and_one_superseded():
    case, outcomes = race_two_for_one_case()

    assert [outcome.error for outcome in outcomes] == [None, None]
    states = case.representations.order_by("in_force_from").values_list("status", flat=True)
    assert list(states) == [Status.SUPERSEDED, Status.IN_FORCE]


def test_control_without_the_locks_only_the_constraint_prevents_two_in_force(monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, actions, "put_in_force", racers=2)

    _case, outcomes = race_two_for_one_case()

    assert sum(isinstance(outcome.error, IntegrityError) for outcome in outcomes) == 1


def accept_at_once(times):
    row = requested()
    accept = partial(answer.accept, account=row.case.requestor, representation=row)
    return run_at_once([accept] * times)


def test_accepting_many_times_at_once_has_the_effect_of_accepting_once():
    outcomes = accept_at_once(8)
    assert len({outcome.result.in_force_from for outcome in outcomes}) == 1
    assert Notice.objects.count() == 2


def test_control_without_the_locks_each_side_is_notified_twice(monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, actions, "put_in_force", racers=2)
    accept_at_once(2)
    assert Notice.objects.count() == 4


@pytest.fixture
def acting():
    """A representation in force, and a live hold of the attorney for the client."""
    [client] = make_crowd(1)
    attorney = AttorneyFactory()
    row = RepresentationFactory(case=client.appointment.case, representative=attorney)
    acts.state_reason(account=attorney, appointment=client.appointment, reason=reason(), explanation="")
    [slot] = make_slots(1)
    return row, acts.hold(account=attorney, appointment=client.appointment, slot=slot)


def revoke(row):
    return leave.revoke(account=row.case.requestor, representation=row)


def test_a_revocation_waits_for_a_confirmation_that_came_first(acting, monkeypatch):
    row, held = acting
    gate = gate_before(monkeypatch.setattr, reservations, "record_reschedules")
    confirming = Started(partial(acts.confirm, account=held.account, reservation=held))
    gate.until_reached()
    revoking = Started(partial(revoke, row))
    revoking.until_it_waits_for_a_lock()
    gate.open()

    assert confirming.outcome().result.representation == row
    assert revoking.outcome().result.status == Status.REVOKED


def act_in_the_middle_of_a_revocation(acting, act, monkeypatch):
    row, _held = acting
    gate = gate_before(monkeypatch.setattr, seats, "release_holds")
    revoking = Started(partial(revoke, row))
    gate.until_reached()
    other = Started(act)
    other.until_it_waits_or_ends()
    gate.open()
    assert revoking.outcome().error is None
    return other.outcome()


def test_a_confirmation_in_the_middle_of_a_revocation_is_refused(acting, monkeypatch):
    _row, held = acting
    confirm = partial(acts.confirm, account=held.account, reservation=held)
    outcome = act_in_the_middle_of_a_revocation(acting, confirm, monkeypatch)
    assert isinstance(outcome.error, NotYours | HoldEnded)
    assert not Reschedule.objects.exists()


@pytest.mark.breaks_invariants
def test_control_without_the_locks_a_confirmation_slips_through_a_revocation(acting, monkeypatch):
    row, held = acting
    take_row_locks_away(monkeypatch.setattr)
    confirm = partial(acts.confirm, account=held.account, reservation=held)
    outcome = act_in_the_middle_of_a_revocation(acting, confirm, monkeypatch)
    row.refresh_from_db()
    assert (outcome.error, row.status) == (None, Status.REVOKED)


def test_no_hold_is_taken_in_the_middle_of_a_revocation(acting, monkeypatch):
    _row, held = acting
    [other] = make_slots(1)
    take = partial(acts.hold, account=held.account, appointment=acts.seat_of(held).appointment, slot=other)
    outcome = act_in_the_middle_of_a_revocation(acting, take, monkeypatch)
    assert isinstance(outcome.error, NotYours)
    assert not Reservation.objects.filter(account=held.account, state=Reservation.State.HELD).exists()


def end_verification_of(row, officer):
    profile = row.representative.representative_profile
    return partial(
        verification.end_verification,
        actor=officer,
        profile=profile,
        seen_at=profile.verified_at,
        rejection="not_active",
        note="Suspended",
    )


def test_ending_a_verification_waits_for_a_confirmation_that_came_first(acting, monkeypatch):
    row, held = acting
    end = end_verification_of(row, officer_of(Unit.NBC_ADOPTIONS))
    gate = gate_before(monkeypatch.setattr, reservations, "record_reschedules")
    confirming = Started(partial(acts.confirm, account=held.account, reservation=held))
    gate.until_reached()
    ending = Started(end)
    ending.until_it_waits_for_a_lock()
    gate.open()

    assert confirming.outcome().result.representation == row
    assert ending.outcome().error is None
    row.refresh_from_db()
    assert row.status == Status.EXPIRED


def act_while_a_verification_ends(acting, act, monkeypatch):
    row, _held = acting
    end = end_verification_of(row, officer_of(Unit.NBC_ADOPTIONS))
    gate = gate_before(monkeypatch.setattr, applications, "_save_decision")
    ending = Started(end)
    gate.until_reached()
    other = Started(act)
    other.until_it_waits_or_ends()
    gate.open()
    assert ending.outcome().error is None
    row.refresh_from_db()
    assert row.status == Status.EXPIRED
    return other.outcome()


def test_a_confirmation_while_a_verification_ends_is_refused(acting, monkeypatch):
    _row, held = acting
    confirm = partial(acts.confirm, account=held.account, reservation=held)
    outcome = act_while_a_verification_ends(acting, confirm, monkeypatch)
    assert isinstance(outcome.error, NotYours | HoldEnded)
    assert not Reschedule.objects.exists()


def test_no_hold_is_taken_while_a_verification_ends(acting, monkeypatch):
    _row, held = acting
    [other] = make_slots(1)
    take = partial(acts.hold, account=held.account, appointment=acts.seat_of(held).appointment, slot=other)
    outcome = act_while_a_verification_ends(acting, take, monkeypatch)
    assert isinstance(outcome.error, NotYours)
    assert not Reservation.objects.filter(account=held.account, state=Reservation.State.HELD).exists()


def test_control_without_the_shared_lock_a_confirmation_slips_through_an_ending(acting, monkeypatch):
    _row, held = acting
    monkeypatch.setattr(locks, "share_authority", lambda **_: None)
    confirm = partial(acts.confirm, account=held.account, reservation=held)
    outcome = act_while_a_verification_ends(acting, confirm, monkeypatch)
    assert outcome.error is None
    assert Reschedule.objects.count() == 1


def test_revoking_and_withdrawing_at_once_ends_it_once():
    row = RepresentationFactory()
    outcomes = run_at_once(
        [
            partial(revoke, row),
            partial(leave.withdraw, account=row.representative, representation=row),
        ]
    )
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [AlreadyDone]
    assert Notice.objects.count() == 2


def end_for_the_client(row, officer):
    entered = Entered(Side.CLIENT, RequestChannel.PHONE)
    return partial(
        end_by_staff.end_for,
        actor=officer,
        representation=row,
        seen=Status.IN_FORCE,
        entered=entered,
        note="Called",
    )


def test_the_client_and_staff_ending_it_at_once_ends_it_once():
    row = RepresentationFactory()
    outcomes = run_at_once([partial(revoke, row), end_for_the_client(row, officer_of(Unit.CONTACT_CENTER))])
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [AlreadyDone]
    assert Notice.objects.count() == 2


def test_control_without_the_locks_it_ends_twice_and_each_side_is_notified_twice(monkeypatch):
    row = RepresentationFactory()
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, actions, "end", racers=2)
    outcomes = run_at_once([partial(revoke, row), end_for_the_client(row, officer_of(Unit.CONTACT_CENTER))])
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert Notice.objects.count() == 4


def test_staff_who_end_it_wait_for_a_confirmation_that_came_first(acting, monkeypatch):
    row, held = acting
    end = end_for_the_client(row, officer_of(Unit.CONTACT_CENTER))
    gate = gate_before(monkeypatch.setattr, reservations, "record_reschedules")
    confirming = Started(partial(acts.confirm, account=held.account, reservation=held))
    gate.until_reached()
    ending = Started(end)
    ending.until_it_waits_for_a_lock()
    gate.open()

    assert confirming.outcome().result.representation == row
    assert ending.outcome().result.status == Status.REVOKED


def confirm_while_staff_end_it(acting, monkeypatch):
    row, held = acting
    gate = gate_before(monkeypatch.setattr, seats, "release_holds")
    ending = Started(end_for_the_client(row, officer_of(Unit.CONTACT_CENTER)))
    gate.until_reached()
    confirming = Started(partial(acts.confirm, account=held.account, reservation=held))
    confirming.until_it_waits_or_ends()
    gate.open()
    assert ending.outcome().error is None
    return confirming.outcome()


def test_a_confirmation_while_staff_end_it_is_refused(acting, monkeypatch):
    outcome = confirm_while_staff_end_it(acting, monkeypatch)
    assert isinstance(outcome.error, NotYours | HoldEnded)
    assert not Reschedule.objects.exists()


@pytest.mark.breaks_invariants
def test_control_without_the_locks_a_confirmation_slips_through_while_staff_end_it(acting, monkeypatch):
    row, _held = acting
    take_row_locks_away(monkeypatch.setattr)
    outcome = confirm_while_staff_end_it(acting, monkeypatch)
    row.refresh_from_db()
    assert (outcome.error, row.status) == (None, Status.REVOKED)


def guess_at_once(tries):
    """Guess passcodes for different receipt numbers, so that only the account's lock orders them."""
    attorney = AttorneyFactory()
    return run_at_once(
        [
            partial(
                request_with_passcode, account=attorney, receipt_number=f"ZZZ{number:010d}", passcode=WRONG
            )
            for number in range(tries)
        ]
    )


def test_two_hundred_guesses_at_a_passcode_leave_exactly_five_failures():
    errors = [type(outcome.error) for outcome in guess_at_once(200)]
    assert (errors.count(CodeRejected), errors.count(TooManyAttempts)) == (5, 195)
    assert FailedAttempt.objects.count() == 5


def test_control_without_the_locks_more_than_five_guesses_pass(monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, codes, "record_failed_attempt", racers=8)
    guess_at_once(8)
    assert FailedAttempt.objects.count() == 8


def use_one_passcode_twice():
    case = CaseFactory()
    code, _row = create_for_client(account=case.requestor, case=case)
    return run_at_once(
        [
            partial(
                request_with_passcode, account=attorney, receipt_number=case.receipt_number, passcode=code
            )
            for attorney in AttorneyFactory.create_batch(2)
        ]
    )


def test_two_representatives_who_race_for_one_passcode_get_one_representation():
    outcomes = use_one_passcode_twice()
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [CodeRejected]
    assert Representation.objects.count() == 1


def test_control_without_any_lock_one_passcode_makes_two_representations(monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    monkeypatch.setattr(codes, "lock_attempts", lambda _: None)
    meet_before(monkeypatch.setattr, actions, "lock_case", racers=2)
    outcomes = use_one_passcode_twice()
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert Representation.objects.count() == 2
    assert RepresentativePasscode.objects.count() == 1
