"""Confirming a hold: what is written, who is told, and that again means the same."""

import re
from datetime import timedelta

import pytest

from accounts.models import Message
from appointments.models import Appointment, Hold, Move, Notice, RescheduleDraft, Slot
from appointments.notices.facts import NoticeFacts
from appointments.booking import reschedules, reschedule_acts
from appointments.staff.services import staff_reschedule
from appointments.booking import hold as holds
from appointments.booking.invariants import find_violations
from policy.models import FormTypeVersion, GoodCauseStatement, PolicyVersion
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import reason


@pytest.fixture
def move(account, held, stated):
    return reschedule_acts.confirm(account=account, hold=held)


def test_the_old_appointment_is_superseded_by_the_new_one(move, appointment, slot, held):
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.SUPERSEDED
    assert appointment.status_changed_at == move.moved_at
    booked = Appointment.objects.get(chain=appointment.chain, status=Appointment.Status.STANDING)
    assert (move.from_appointment, move.to_appointment) == (appointment, booked)
    assert (booked.slot, booked.scheduled_at) == (slot, move.moved_at)
    assert booked.biometrics_code == appointment.biometrics_code
    held.refresh_from_db()
    assert (held.state, held.ended_at) == (Hold.State.CONFIRMED, move.moved_at)


def test_the_held_seat_becomes_the_booked_one_and_the_old_seat_is_free(move, appointment, slot):
    assert Slot.objects.get(pk=slot.pk).taken == 1
    assert Slot.objects.get(pk=appointment.slot_id).taken == 0
    assert find_violations() == []


def test_the_move_records_who_how_and_under_which_rules(move, account, held):
    assert (move.actor, move.channel, move.representation) == (account, Move.Channel.ONLINE, None)
    assert (move.number, move.counts, move.hold) == (1, True, held)
    assert move.policy_version == PolicyVersion.objects.get()
    assert move.form_type_version == FormTypeVersion.objects.get(form_type__code="I-485")
    assert re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", move.confirmation_number)


def test_what_was_stated_as_the_reason_is_kept_with_the_move(move):
    statement = GoodCauseStatement.objects.get()
    assert move.statement == statement
    assert (statement.reason.code, statement.explanation) == ("TRAVEL", "A trip since spring")
    assert statement.stated_at == move.moved_at
    assert not RescheduleDraft.objects.exists()


def test_confirming_again_returns_the_same_move(move, account, held, nothing_changes):
    with nothing_changes():
        assert reschedule_acts.confirm(account=account, hold=held) == move


def test_confirming_again_long_after_the_hold_would_have_lapsed_returns_the_same_move(
    move, account, held, shift_clock
):
    shift_clock(timedelta(days=1))

    assert reschedule_acts.confirm(account=account, hold=held) == move


def test_the_requestor_gets_one_notice_and_is_owed_one_mail(move, account, slot):
    notice = Notice.objects.get()
    assert (notice.addressee, notice.move, notice.appointment) == (account, move, move.to_appointment)
    facts = NoticeFacts.from_json(notice.facts)
    assert (facts.kind, facts.language, facts.sequence, facts.moves_left) == ("rescheduled", "en", 1, 1)
    assert (facts.old.starts_at, facts.new.starts_at) == (
        move.from_appointment.slot.starts_at,
        slot.starts_at,
    )
    assert facts.confirmation_number == move.confirmation_number
    assert facts.verification_code == notice.verification_code
    assert notice.email == Message.objects.get()
    assert (notice.email.account, notice.email.state) == (account, Message.State.DUE)


def test_the_mail_that_is_owed_names_nothing_but_the_week(move, slot):
    monday = slot.starts_at.astimezone(slot.site.zone).date()
    monday -= timedelta(days=monday.weekday())

    message = Message.objects.get()

    assert message.context == {"week_of": monday.isoformat()}
    assert (message.subject, message.body, message.to_address) == ("", "", "")


def test_requestor_and_representative_are_both_told_each_in_an_own_language(db, reference_data):
    spanish = UserFactory(spanish=True)
    appointment = AppointmentFactory(chain__person__case__requestor=spanish)
    attorney = RepresentationFactory(case=appointment.chain.person.case).representative
    reschedule_acts.state_reason(account=spanish, appointment=appointment, reason=reason(), explanation="")
    held = holds.take(account=spanish, appointment=appointment, slot=SlotFactory())

    move = reschedule_acts.confirm(account=spanish, hold=held)

    told = {notice.addressee: notice.facts["language"] for notice in move.notices.all()}
    assert told == {spanish: "es", attorney: "en"}
    assert {message.account: message.language for message in Message.objects.all()} == told
    assert len(set(move.notices.values_list("verification_code", flat=True))) == 2


def test_a_representative_confirms_under_the_representation(
    attorney, representation, account, appointment, slot
):
    reschedule_acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    held = holds.take(account=attorney, appointment=appointment, slot=slot)

    move = reschedule_acts.confirm(account=attorney, hold=held)

    assert (move.actor, move.representation) == (attorney, representation)
    assert {notice.addressee for notice in move.notices.all()} == {account, attorney}
    assert find_violations() == []


def test_a_representative_whose_representation_ended_before_is_told_nothing(
    representation, account, held, stated
):
    representation.status, representation.ended_at = "revoked", representation.in_force_from
    representation.save()
    RepresentationFactory(
        case=representation.case, representative=AttorneyFactory(), status="requested", in_force_from=None
    )

    move = reschedule_acts.confirm(account=account, hold=held)

    assert [notice.addressee for notice in move.notices.all()] == [account]


def test_moves_are_numbered_within_the_chain_and_moves_left_count_down(move, account):
    second = move_again(account, move.to_appointment)

    assert (move.number, second.number) == (1, 2)
    assert [move.notices.get().facts["moves_left"], second.notices.get().facts["moves_left"]] == [1, 0]
    assert move.chain.person.chain == second.chain
    assert find_violations() == []


def move_again(account, appointment):
    reschedule_acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    held = holds.take(account=account, appointment=appointment, slot=SlotFactory())
    return reschedule_acts.confirm(account=account, hold=held)


def test_a_move_by_the_agency_leaves_both_own_moves(account, appointment):
    agency = staff_reschedule.move_by_agency(actor=None, appointment=appointment, slot=SlotFactory())

    first = move_again(account, agency.to_appointment)
    second = move_again(account, first.to_appointment)

    assert [move.counts for move in (agency, first, second)] == [False, True, True]
    assert second.number == 3
    assert find_violations() == []


@pytest.mark.parametrize("last_step", ["write_move_notices", "draw_confirmation_number", "_supersede"])
def test_a_failure_at_any_step_leaves_nothing_done(
    last_step, committed_data, account, held, stated, nothing_changes, monkeypatch
):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(reschedules, last_step, fail)

    with nothing_changes(), pytest.raises(ZeroDivisionError):
        reschedule_acts.confirm(account=account, hold=held)

    monkeypatch.undo()
    assert reschedule_acts.confirm(account=account, hold=held).number == 1
