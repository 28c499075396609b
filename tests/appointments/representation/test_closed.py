"""Cases that a delivery closed: what was open on them ends, and nothing new begins."""

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


def test_it_ends_representations_releases_held_seats_and_notifies_both_sides():
    appointment, slot = AppointmentFactory(), SlotFactory()
    case = appointment.case
    in_force, request = RepresentationFactory(case=case), requested(case=case)
    hold = acts.hold(account=in_force.representative, appointment=appointment, slot=slot)
    other = RepresentationFactory()
    close_as_a_delivery_does(case)

    assert end_on_closed_cases() == 1
    assert end_on_closed_cases() == 0

    for row in (in_force, request, other, hold, slot):
        row.refresh_from_db()
    assert (in_force.status, request.status, other.status) == (Status.CLOSED, Status.CLOSED, Status.IN_FORCE)
    assert (in_force.ended_by, hold.state, slot.taken) == (None, Reservation.State.RELEASED, 0)
    notified = {notice.addressee for notice in Notice.objects.filter(facts__event="closed")}
    assert notified == {case.requestor, in_force.representative, request.representative}
    assert find_violations() == []


def test_it_releases_a_seat_that_only_the_client_holds():
    appointment = AppointmentFactory()
    case = appointment.case
    hold = acts.hold(account=case.requestor, appointment=appointment, slot=SlotFactory())
    close_as_a_delivery_does(case)
    assert end_on_closed_cases() == 1
    hold.refresh_from_db()
    assert hold.state == Reservation.State.RELEASED


def test_it_deletes_a_reason_that_only_the_client_gave():
    appointment = AppointmentFactory()
    case = appointment.case
    acts.state_reason(account=case.requestor, appointment=appointment, reason=reason(), explanation="A fever")
    close_as_a_delivery_does(case)
    assert end_on_closed_cases() == 1
    assert not RescheduleDraft.objects.exists()


def test_a_request_on_a_closed_case_cannot_be_accepted():
    row = requested()
    close_as_a_delivery_does(row.case)
    with pytest.raises(AlreadyDone):
        answer.accept(account=row.case.requestor, representation=row)
    row.refresh_from_db()
    assert row.status == Status.REQUESTED


def test_an_invitation_of_a_former_client_cannot_be_accepted():
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


def test_the_import_command_ends_representations_on_cases_it_closed(tmp_path, monkeypatch, capsys):
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
