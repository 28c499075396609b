"""Every invariant's check finds a violation planted past the services and the constraints, and no other."""

from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Case
from accounts.services.access_codes import add_case, issue_access_code
from appointments.models import Appointment, Hold, Move, Notice, Slot
from appointments.booking import hold, reschedule_acts
from appointments.booking.invariants import CHECKS, find_violations
from appointments.booking.expiry import reap_lapsed_holds
from portal.foundation.clock import database_now
from policy.models import GoodCauseStatement
from tests.appointments.reschedules import move_by_agency, move_for_caller, move_online, with_story
from tests.factories.accounts import CaseFactory, PersonFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, ChainFactory, HoldFactory, SlotFactory
from tests.factories.policy import reason


def update(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def unguarded(table, constraint):
    """The constraint, or the index behind it, is gone until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        cursor.execute(f"DROP INDEX IF EXISTS {constraint}")


def move_by_representative(appointment):
    representation = RepresentationFactory(case=appointment.chain.person.case)
    attorney = representation.representative
    reschedule_acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    held = hold.take(account=attorney, appointment=appointment, slot=SlotFactory())
    return reschedule_acts.confirm(account=attorney, hold=with_story(held))


# Each plants one violation and returns the key of the row that must be named.


def seat_that_nobody_has():
    return SlotFactory(capacity=3, taken=1).pk


def standing_without_a_seat():
    appointment = AppointmentFactory()
    update(appointment.slot, taken=0)
    return appointment.slot_id


def hold_without_a_seat():
    held = HoldFactory()
    update(held.slot, taken=0)
    return held.slot_id


def slot_overbooked():
    unguarded("appointments_slot", "slot_taken_within_capacity")
    slot = SlotFactory(capacity=1)
    AppointmentFactory(slot=slot)
    AppointmentFactory(slot=slot)
    return slot.pk


def two_standing_in_one_chain():
    unguarded("appointments_appointment", "appointment_one_standing_per_chain")
    first = AppointmentFactory()
    AppointmentFactory(chain=first.chain)
    return first.chain_id


def moves_numbered_with_a_gap():
    second = move_online(move_online(AppointmentFactory()).to_appointment)
    update(second, number=3)
    return second.chain_id


def moves_numbered_from_two():
    move = move_online(AppointmentFactory())
    update(move, number=2)
    return move.chain_id


def move_into_another_chain():
    move = move_online(AppointmentFactory())
    update(move.to_appointment, chain=AppointmentFactory(status=Appointment.Status.ATTENDED).chain)
    return move.pk


def move_that_starts_elsewhere():
    first = move_online(AppointmentFactory())
    second = move_online(first.to_appointment)
    stray = AppointmentFactory(chain=first.chain, status=Appointment.Status.SUPERSEDED)
    update(second, from_appointment=stray)
    return second.pk


def moved_appointment_that_stands_for_missed():
    move = move_online(AppointmentFactory())
    update(move.from_appointment, status=Appointment.Status.MISSED)
    return move.pk


def superseded_by_nothing():
    return AppointmentFactory(status=Appointment.Status.SUPERSEDED).pk


def counted_move_without_a_statement():
    unguarded("appointments_move", "move_counts_with_one_statement")
    move = move_online(AppointmentFactory())
    update(move, statement=None)
    return move.pk


def counted_move_with_a_correction_for_its_statement():
    move = move_online(AppointmentFactory())
    first = GoodCauseStatement.objects.create(reason=reason())
    update(move.statement, corrects=first)
    return move.pk


def uncounted_move_with_a_statement():
    unguarded("appointments_move", "move_counts_with_one_statement")
    move = move_by_agency(AppointmentFactory())
    update(move, statement=GoodCauseStatement.objects.create(reason=reason()))
    return move.pk


def other_without_an_explanation():
    return GoodCauseStatement.objects.create(reason=reason("OTHER"), explanation=" ").pk


def move_of_which_the_requestor_was_not_told():
    move = move_by_agency(AppointmentFactory())
    Notice.objects.filter(move=move).delete()
    return move.pk


def move_of_which_only_another_was_told():
    move = move_by_agency(AppointmentFactory())
    Notice.objects.filter(move=move).update(addressee=UserFactory())
    return move.pk


def move_of_which_the_representative_was_not_told():
    move = move_by_representative(AppointmentFactory())
    Notice.objects.filter(addressee=move.actor).delete()
    return move.pk


def confirmed_hold_without_a_move():
    held = HoldFactory()
    update(held, state=Hold.State.CONFIRMED, ended_at=database_now())
    update(held.slot, taken=0)
    return held.pk


def move_by_a_hold_that_was_released():
    move = move_online(AppointmentFactory())
    update(move.hold, state=Hold.State.RELEASED)
    return move.hold_id


def hold_for_what_no_longer_stands():
    held = HoldFactory()
    update(held.appointment, status=Appointment.Status.CANCELLED)
    update(held.appointment.slot, taken=0)
    return held.pk


def household_of_which_one_was_moved():
    appointment = AppointmentFactory()
    household = uuid4()
    move = move_online(appointment)
    update(move.hold, household=household)
    left = HoldFactory()
    update(left, household=household, state="released", ended_at=database_now())
    update(left.slot, taken=0)
    row = Hold.objects.get(pk=move.hold_id)
    same = {field: getattr(row, field) for field in ("account", "made_at", "expires_at", "ceiling_at")}
    chain = move.to_appointment.chain
    other = PersonFactory(case=chain.person.case)
    update(left, appointment=AppointmentFactory(chain=ChainFactory(person=other)), **same)
    return move.hold_id


def household_of_two_cases():
    held = HoldFactory.create_batch(2)
    household = uuid4()
    for hold_of_one in held:
        update(hold_of_one, household=household)
    return held[0].pk


PLANTED = [
    ("taken_equals_standing_plus_held", seat_that_nobody_has),
    ("taken_equals_standing_plus_held", standing_without_a_seat),
    ("taken_equals_standing_plus_held", hold_without_a_seat),
    ("taken_within_capacity", slot_overbooked),
    ("one_standing_appointment_a_chain", two_standing_in_one_chain),
    ("moves_numbered_without_gap", moves_numbered_with_a_gap),
    ("moves_numbered_without_gap", moves_numbered_from_two),
    ("moves_within_their_chain", move_into_another_chain),
    ("moves_follow_each_other", move_that_starts_elsewhere),
    ("moved_appointment_is_superseded", moved_appointment_that_stands_for_missed),
    ("superseded_appointment_was_moved", superseded_by_nothing),
    ("one_statement_for_each_counted_move", counted_move_without_a_statement),
    ("one_statement_for_each_counted_move", counted_move_with_a_correction_for_its_statement),
    ("one_statement_for_each_counted_move", uncounted_move_with_a_statement),
    ("required_explanation_is_given", other_without_an_explanation),
    ("requestor_got_one_notice_of_each_move", move_of_which_the_requestor_was_not_told),
    ("requestor_got_one_notice_of_each_move", move_of_which_only_another_was_told),
    ("representative_got_one_notice_of_own_move", move_of_which_the_representative_was_not_told),
    ("confirmed_hold_made_one_move", confirmed_hold_without_a_move),
    ("confirmed_hold_made_one_move", move_by_a_hold_that_was_released),
    ("household_is_moved_whole_or_not", household_of_which_one_was_moved),
    ("household_is_one_act", household_of_two_cases),
    ("held_appointment_stands", hold_for_what_no_longer_stands),
]
# A stray move also leaves the appointment it should have left without one.
SIDE_EFFECTS = {move_that_starts_elsewhere: {"superseded_appointment_was_moved"}}


@pytest.mark.parametrize(("check", "plant"), PLANTED)
def test_finds(reference_data, check, plant):
    assert find_violations() == []
    key = plant()
    violations = find_violations()
    assert (check, key) in {(violation.check, violation.key) for violation in violations}
    assert {violation.check for violation in violations} - SIDE_EFFECTS.get(plant, set()) == {check}
    assert all(violation.found for violation in violations)


def test_every_check_has_a_planted_violation():
    assert {check for check, _ in PLANTED} == CHECKS.keys()


def test_finds_nothing_in_an_empty_database(reference_data):
    assert find_violations() == []


def test_finds_nothing_after_moves_by_everyone(reference_data):
    appointment = AppointmentFactory()
    for make_move in (move_online, move_by_agency, move_by_representative, move_by_agency):
        appointment = make_move(appointment).to_appointment
    move_for_caller(AppointmentFactory())
    assert Move.objects.count() == 5
    assert find_violations() == []


def test_finds_nothing_around_holds_of_every_state(reference_data):
    HoldFactory()
    for reaped in (True, False):
        HoldFactory(lapsed=True)
        if reaped:
            assert reap_lapsed_holds() == 1
    released = HoldFactory()
    hold.release(account=released.account, hold=with_story(released))
    move_online(AppointmentFactory())
    assert set(Hold.objects.values_list("state", flat=True)) == set(Hold.State)
    assert Slot.objects.filter(taken__gt=0).exists()
    assert find_violations() == []


def test_finds_nothing_when_a_case_was_moved_before_it_had_an_account(reference_data):
    case = CaseFactory(requestor=None, filing_channel=Case.FilingChannel.PAPER)
    move_for_caller(AppointmentFactory(chain__person__case=case, chain__person__name="Paper Filer"))
    assert find_violations() == []
    code = issue_access_code(case=case)
    add_case(account=UserFactory(), receipt_number=case.receipt_number, access_code=code)
    assert find_violations() == []
