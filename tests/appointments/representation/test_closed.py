"""A case that a delivery closed: who acted on it no longer does, and nobody begins to."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from accounts.models import Case, Representation
from appointments.booking.errors import AlreadyDone
from appointments.booking.invariants import find_violations
from appointments.models import Notice, RescheduleDraft, Reservation
from appointments.representation.services import answer
from appointments.representation.services.closed_cases import end_on_closed_cases
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import CaseFactory, RepresentationFactory, requested
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import reason
from tests.support.deliveries import Scheduler, ago
from tests.support.races import impatience, locked_by_another

pytestmark = pytest.mark.usefixtures("reference_data")
Status = Representation.Status


def close_as_a_delivery_does(case):
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=database_now() - timedelta(days=1))


def test_ends_what_is_open_frees_what_is_held_and_tells_both():
    appointment, slot = AppointmentFactory(), SlotFactory()
    case = appointment.series.person.case
    acting, asking = RepresentationFactory(case=case), requested(case=case)
    hold = acts.hold(account=acting.representative, appointment=appointment, slot=slot)
    other = RepresentationFactory()
    close_as_a_delivery_does(case)

    assert end_on_closed_cases() == 1
    assert end_on_closed_cases() == 0

    for row in (acting, asking, other, hold, slot):
        row.refresh_from_db()
    assert (acting.status, asking.status, other.status) == (Status.CLOSED, Status.CLOSED, Status.IN_FORCE)
    assert (acting.ended_by, hold.state, slot.taken) == (None, Reservation.State.RELEASED, 0)
    told = {notice.addressee for notice in Notice.objects.filter(facts__event="closed")}
    assert told == {case.requestor, acting.representative, asking.representative}
    assert find_violations() == []


def test_frees_what_the_client_alone_holds():
    appointment = AppointmentFactory()
    case = appointment.series.person.case
    hold = acts.hold(account=case.requestor, appointment=appointment, slot=SlotFactory())
    close_as_a_delivery_does(case)
    assert end_on_closed_cases() == 1
    hold.refresh_from_db()
    assert hold.state == Reservation.State.RELEASED


def test_forgets_a_reason_that_the_client_alone_gave():
    appointment = AppointmentFactory()
    case = appointment.series.person.case
    acts.state_reason(account=case.requestor, appointment=appointment, reason=reason(), explanation="A fever")
    close_as_a_delivery_does(case)
    assert end_on_closed_cases() == 1
    assert not RescheduleDraft.objects.exists()


def test_nobody_accepts_on_a_closed_case_before_that():
    row = requested()
    close_as_a_delivery_does(row.case)
    with pytest.raises(AlreadyDone):
        answer.accept(account=row.case.requestor, representation=row)
    row.refresh_from_db()
    assert row.status == Status.REQUESTED


def test_nobody_accepts_an_invitation_of_who_is_the_client_no_longer():
    row = requested(origin=Representation.Origin.INVITATION)
    Case.objects.update(requestor=CaseFactory().requestor)
    with pytest.raises(AlreadyDone):
        answer.accept(account=row.representative, representation=row)


def test_a_case_that_is_busy_is_left_to_the_next_run(committed_data):
    row, other = requested(), requested()
    for each in (row, other):
        close_as_a_delivery_does(each.case)
    with locked_by_another(Case.objects.filter(pk=row.case_id)), impatience():
        assert end_on_closed_cases() == 1
    assert end_on_closed_cases() == 1


def test_the_import_ends_it_after_the_delivery(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    scheduler = Scheduler(tmp_path)
    scheduler.slot(10)
    scheduler.appointment("A1", scheduler.person(), scheduler.row("slots.csv")["starts_at"])
    call_command("import_schedule", scheduler.deliver(hours=9).path)
    row = RepresentationFactory(case=Case.objects.get())
    scheduler.row("cases.csv").update(status="closed", closed_at=ago(days=1))
    call_command("import_schedule", scheduler.deliver(hours=1).path)
    row.refresh_from_db()
    assert row.status == Status.CLOSED
    assert "closed cases whose representations and requests were ended: 1" in capsys.readouterr().out
