"""The status table, and the acts that reschedule: which succeed, and that a refusal changes nothing."""

from datetime import UTC, datetime
from itertools import cycle

import pytest
from django.forms.models import model_to_dict

from appointments.booking import reschedules
from appointments.booking.decisions import PastReschedules, decide, decide_given
from appointments.booking.errors import Refused
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Notice, Reschedule, Reservation, ReservedSeat, Slot
from appointments.models.appointment import STATUS_TRANSITIONS
from policy.models import GoodCauseStatement
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import reason
from tests.factories.reschedules import reschedule_by_agency, reschedule_for_caller

Status = Appointment.Status


class Given:
    """A scheduled appointment with a reason and a held seat, whose status is then changed to `status`."""

    def __init__(self, status, *, is_held):
        self.appointment = AppointmentFactory()
        self.account = self.appointment.series.person.case.requestor
        self.slot = SlotFactory()
        acts.state_reason(account=self.account, appointment=self.appointment, reason=reason(), explanation="")
        self.held = None
        if is_held:
            self.held = acts.hold(account=self.account, appointment=self.appointment, slot=self.slot)
        if status != Status.SCHEDULED:
            Appointment.objects.filter(pk=self.appointment.pk).update(
                status=status, status_changed_at=database_now()
            )
            Slot.objects.filter(pk=self.appointment.slot_id).update(taken=0)
        self.appointment.refresh_from_db()


def take_a_hold(given):
    return acts.hold(account=given.account, appointment=given.appointment, slot=given.slot)


def confirm_the_hold(given):
    return acts.confirm(account=given.account, reservation=given.held)


def agency_reschedules(given):
    return reschedule_by_agency(given.appointment, given.slot)


def staff_reschedules_for_caller(given):
    return reschedule_for_caller(given.appointment, given.slot)


ACTS = {
    take_a_hold: False,
    confirm_the_hold: True,
    agency_reschedules: False,
    staff_reschedules_for_caller: False,
}
CAN_BE_SUPERSEDED = {status for status, to in STATUS_TRANSITIONS.items() if Status.SUPERSEDED in to}
ENDED = sorted(set(Status) - {Status.SCHEDULED})
every_act = pytest.mark.parametrize("act", ACTS)


def all_rows():
    return {
        model.__name__: [model_to_dict(row) for row in model.objects.order_by("pk")]
        for model in (Appointment, Slot, Reservation, ReservedSeat, Reschedule, Notice, GoodCauseStatement)
    }


def test_only_a_scheduled_appointment_passes_the_rules(reference_data):
    appointment = AppointmentFactory()
    _, rules = decide(appointment)
    for status in Status:
        appointment.status = status
        decision = decide_given(appointment=appointment, rules=rules, past=PastReschedules())
        assert (RefusalCode.NOT_SCHEDULED in decision.codes) is (status != Status.SCHEDULED), status


@pytest.mark.parametrize(("act", "status"), list(zip(cycle(ACTS), ENDED, strict=False)))
def test_an_act_asks_the_rules_about_the_status_and_changes_nothing_if_refused(reference_data, act, status):
    given = Given(status, is_held=ACTS[act])
    before = all_rows()
    with pytest.raises(Refused) as caught:
        act(given)
    assert RefusalCode.NOT_SCHEDULED in caught.value.decision.codes
    assert all_rows() == before


@every_act
def test_a_scheduled_appointment_is_rescheduled_and_one_is_left_in_its_series(reference_data, act):
    given = Given(Status.SCHEDULED, is_held=ACTS[act])
    done = act(given)
    given.appointment.refresh_from_db()
    if act is take_a_hold:
        assert done.state == Reservation.State.HELD
        assert given.appointment.status == Status.SCHEDULED
        assert Reschedule.objects.count() == 0
    else:
        assert given.appointment.status == Status.SUPERSEDED
        assert done.from_appointment == given.appointment
        assert done.to_appointment.status == Status.SCHEDULED
        assert done.to_appointment.slot == given.slot
    scheduled = Appointment.objects.filter(series=given.appointment.series, status=Status.SCHEDULED)
    assert scheduled.count() == 1


def test_the_table_names_every_status_and_leads_nowhere_unknown():
    assert STATUS_TRANSITIONS.keys() == set(Status)
    # Of the acts below each is tried with one ended status.
    assert len(ENDED) >= len(ACTS)
    for reachable in STATUS_TRANSITIONS.values():
        assert reachable <= set(Status)
        assert Status.SCHEDULED not in reachable


@pytest.mark.parametrize("status", sorted(set(Status) - CAN_BE_SUPERSEDED))
def test_a_status_that_leads_nowhere_is_refused_before_the_first_statement(status):
    """Without a database, so any statement would fail."""
    with pytest.raises(ValueError, match=status):
        reschedules._supersede([Appointment(status=status)], [], datetime(2030, 1, 7, tzinfo=UTC))


@pytest.mark.parametrize("status", sorted(CAN_BE_SUPERSEDED))
def test_superseding_ends_the_old_appointment_and_books_the_new_one(reference_data, status):
    appointment = AppointmentFactory(status=status)
    slot, now = SlotFactory(), database_now()
    booked = reschedules._build_booked(appointment, slot, now)
    reschedules._supersede([appointment], [booked], now)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.status_changed_at) == (Status.SUPERSEDED, now)
    assert (booked.series, booked.slot, booked.status) == (appointment.series, slot, Status.SCHEDULED)
    assert booked.scheduled_at == now


@pytest.mark.parametrize("field", ["biometrics_code", "is_staff_only"])
def test_the_new_appointment_inherits_what_concerns_the_person(reference_data, field):
    appointment = AppointmentFactory(biometrics_code=1, is_staff_only=True)
    booked = reschedule_by_agency(appointment).to_appointment
    assert getattr(booked, field) == getattr(appointment, field)
