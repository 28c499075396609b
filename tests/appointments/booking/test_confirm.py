"""Confirming a hold: what is written, who is told, and that again means the same."""

import re
from datetime import timedelta

import pytest

from accounts.models import Message
from appointments.booking import reschedules
from appointments.booking.invariants import find_violations
from appointments.models import Appointment, Notice, Reschedule, RescheduleDraft, Reservation, Slot
from appointments.notices.facts import NoticeFacts
from appointments.reschedule import services
from appointments.staff.services import staff_reschedule
from policy.models import FormTypeVersion, GoodCauseStatement, PolicyVersion
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import reason


@pytest.fixture
def reschedule(account, held, stated):
    return acts.confirm(account=account, reservation=held)


def test_the_old_appointment_is_superseded_by_the_new_one(reschedule, appointment, slot, held):
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.SUPERSEDED
    assert appointment.status_changed_at == reschedule.rescheduled_at
    booked = Appointment.objects.get(series=appointment.series, status=Appointment.Status.SCHEDULED)
    assert (reschedule.from_appointment, reschedule.to_appointment) == (appointment, booked)
    assert (booked.slot, booked.scheduled_at) == (slot, reschedule.rescheduled_at)
    assert booked.biometrics_code == appointment.biometrics_code
    held.refresh_from_db()
    assert (held.state, held.ended_at) == (Reservation.State.CONFIRMED, reschedule.rescheduled_at)


def test_the_held_seat_becomes_the_booked_one_and_the_old_seat_is_free(reschedule, appointment, slot):
    assert Slot.objects.get(pk=slot.pk).taken == 1
    assert Slot.objects.get(pk=appointment.slot_id).taken == 0
    assert find_violations() == []


def test_the_reschedule_records_who_how_and_under_which_rules(reschedule, account, held):
    assert (reschedule.actor, reschedule.channel, reschedule.representation) == (
        account,
        Reschedule.Channel.ONLINE,
        None,
    )
    assert (reschedule.number, reschedule.counts, reschedule.reserved_seat) == (1, True, acts.seat_of(held))
    assert reschedule.policy_version == PolicyVersion.objects.get()
    assert reschedule.form_type_version == FormTypeVersion.objects.get(form_type__code="I-485")
    assert re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", reschedule.confirmation_number)


def test_what_was_stated_as_the_reason_is_kept_with_the_reschedule(reschedule):
    statement = GoodCauseStatement.objects.get()
    assert reschedule.statement == statement
    assert (statement.reason.code, statement.explanation) == ("TRAVEL", "A trip since spring")
    assert statement.stated_at == reschedule.rescheduled_at
    assert not RescheduleDraft.objects.exists()


def test_confirming_again_returns_the_same_reschedule(reschedule, account, held, nothing_changes):
    with nothing_changes():
        assert acts.confirm(account=account, reservation=held) == reschedule


def test_confirming_again_long_after_the_hold_would_have_expired_returns_the_same_reschedule(
    reschedule, account, held, shift_clock
):
    shift_clock(timedelta(days=1))

    assert acts.confirm(account=account, reservation=held) == reschedule


def test_the_requestor_gets_one_notice_and_is_queued_one_mail(reschedule, account, slot):
    notice = Notice.objects.get()
    assert (notice.addressee, notice.reschedule, notice.appointment) == (
        account,
        reschedule,
        reschedule.to_appointment,
    )
    facts = NoticeFacts.from_json(notice.facts)
    assert (facts.kind, facts.language, facts.sequence, facts.reschedules_left) == ("rescheduled", "en", 1, 1)
    assert (facts.old.starts_at, facts.new.starts_at) == (
        reschedule.from_appointment.slot.starts_at,
        slot.starts_at,
    )
    assert facts.confirmation_number == reschedule.confirmation_number
    assert facts.verification_code == notice.verification_code
    assert notice.email == Message.objects.get()
    assert (notice.email.account, notice.email.state) == (account, Message.State.DUE)


def test_the_mail_that_is_queued_names_nothing_but_the_week(reschedule, slot):
    monday = slot.starts_at.astimezone(slot.site.zone).date()
    monday -= timedelta(days=monday.weekday())

    message = Message.objects.get()

    assert message.context == {"week_of": monday.isoformat()}
    assert (message.subject, message.body, message.to_address) == ("", "", "")


def test_requestor_and_representative_each_get_a_notice_in_their_own_language(db, reference_data):
    spanish = UserFactory(spanish=True)
    appointment = AppointmentFactory(series__person__case__requestor=spanish)
    attorney = RepresentationFactory(case=appointment.series.person.case).representative
    acts.state_reason(account=spanish, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=spanish, appointment=appointment, slot=SlotFactory())

    reschedule = acts.confirm(account=spanish, reservation=held)

    languages = {notice.addressee: notice.facts["language"] for notice in reschedule.notices.all()}
    assert languages == {spanish: "es", attorney: "en"}
    assert {message.account: message.language for message in Message.objects.all()} == languages
    assert len(set(reschedule.notices.values_list("verification_code", flat=True))) == 2


def test_a_representative_confirms_under_the_representation(
    attorney, representation, account, appointment, slot
):
    acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=attorney, appointment=appointment, slot=slot)

    reschedule = acts.confirm(account=attorney, reservation=held)

    assert (reschedule.actor, reschedule.representation) == (attorney, representation)
    assert {notice.addressee for notice in reschedule.notices.all()} == {account, attorney}
    assert find_violations() == []


def test_a_representative_whose_representation_ended_before_gets_no_notice(
    representation, account, held, stated
):
    representation.status, representation.ended_at = "revoked", representation.in_force_from
    representation.save()
    RepresentationFactory(
        case=representation.case, representative=AttorneyFactory(), status="requested", in_force_from=None
    )

    reschedule = acts.confirm(account=account, reservation=held)

    assert [notice.addressee for notice in reschedule.notices.all()] == [account]


def test_reschedules_are_numbered_within_the_series_and_reschedules_left_count_down(reschedule, account):
    second = reschedule_again(account, reschedule.to_appointment)

    assert (reschedule.number, second.number) == (1, 2)
    assert [
        reschedule.notices.get().facts["reschedules_left"],
        second.notices.get().facts["reschedules_left"],
    ] == [1, 0]
    assert reschedule.series.person.series == second.series
    assert find_violations() == []


def reschedule_again(account, appointment):
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=account, appointment=appointment, slot=SlotFactory())
    return acts.confirm(account=account, reservation=held)


def test_a_reschedule_by_the_agency_leaves_both_own_reschedules(account, appointment):
    agency = staff_reschedule.reschedule_by_agency(actor=None, appointment=appointment, slot=SlotFactory())

    first = reschedule_again(account, agency.to_appointment)
    second = reschedule_again(account, first.to_appointment)

    assert [reschedule.counts for reschedule in (agency, first, second)] == [False, True, True]
    assert second.number == 3
    assert find_violations() == []


@pytest.mark.parametrize(
    ("owner", "last_step"),
    [
        (services, "queue_reschedule_notices"),
        (reschedules, "generate_confirmation_number"),
        (reschedules, "_supersede"),
    ],
)
def test_a_failure_at_any_step_leaves_nothing_done(
    owner, last_step, committed_data, account, held, stated, nothing_changes, monkeypatch
):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(owner, last_step, fail)

    with nothing_changes(), pytest.raises(ZeroDivisionError):
        acts.confirm(account=account, reservation=held)

    monkeypatch.undo()
    assert acts.confirm(account=account, reservation=held).number == 1
