"""A person from a delivered schedule adds the case and reschedules the appointment."""

from django.core.management import call_command
from playwright.sync_api import expect

from accounts.services.access_codes import issue_access_code
from appointments.booking.decisions import decide_all
from appointments.booking.invariants import find_violations
from appointments.models import Appointment, Reschedule
from tests.factories.accounts import UserFactory


def find_reschedulable():
    scheduled = list(Appointment.objects.with_display_relations().filter(status=Appointment.Status.SCHEDULED))
    decisions, _ = decide_all(scheduled)
    return next(appointment for appointment in scheduled if decisions[appointment.pk].is_allowed)


def test_a_person_from_a_delivered_schedule_reschedules(committed_data, open_browser, tmp_path):
    # Given a delivery of the scheduler of record, and a code that one of its people received
    call_command("make_schedule", tmp_path, sites=4, appointments=80)
    reports = {name: tmp_path / f"{name}.csv" for name in ("faults", "conflicts")}
    call_command("import_schedule", tmp_path, **reports)
    appointment = find_reschedulable()
    case = appointment.series.person.case
    code = issue_access_code(case=case)
    reader = open_browser()
    reader.arrive_as(UserFactory())

    # When that person adds the case and reschedules to the first time offered
    reader.open("/cases/add/")
    reader.type("receipt_number", case.receipt_number)
    reader.type("access_code", code)
    reader.submit()
    reader.open(f"/appointments/{appointment.public_id}/")
    reader.follow("Reschedule this appointment")
    reader.choose("reason", "TRAVEL")
    reader.press("Continue")
    reader.page.locator("button[name=slot]").first.click()
    reader.page.wait_for_load_state("load")
    reader.look()
    reader.press("Confirm the new time")

    # Then the move is recorded and every invariant holds
    reschedule = Reschedule.objects.get(from_appointment=appointment)
    expect(reader.page.locator("main")).to_contain_text(reschedule.confirmation_number)
    assert find_violations() == []
