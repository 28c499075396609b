"""An officer on the phone finds a case by name, overrides the limit, and reads out the number."""

import pytest
from playwright.sync_api import expect

from accounts.units import Unit
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Notice, Reschedule, Slot
from tests.factories.accounts import CaseFactory, PersonFactory, UserFactory, officer_of
from tests.factories.appointments import (
    AppointmentFactory,
    SeriesFactory,
    SiteFactory,
    SlotFactory,
)
from tests.factories.reschedules import reschedule_for_caller
from tests.factories.scenarios import free_slots
from tests.journeys.staff import arrive_as_staff

pytestmark = pytest.mark.usefixtures("committed_data")

NOTE = "Adoption hearing; the unit’s lead agreed."


def adoption_appointment():
    """Return an adoption appointment of Luz Marín, rescheduled twice by phone, and free slots at its site."""
    requestor = UserFactory(name="Luz Marín")
    person = PersonFactory(case=CaseFactory(adoption=True, requestor=requestor), name="Luz Marín")
    appointment = AppointmentFactory(series=SeriesFactory(person=person))
    site = SiteFactory(name="Phoenix Center")
    for slot in (SlotFactory(), SlotFactory(site=site)):
        appointment = reschedule_for_caller(appointment, slot).to_appointment
    return appointment, free_slots(site)


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_an_officer_reschedules_an_appointment_past_the_limit_for_a_caller(open_browser, language, width):
    # Given an officer of the NBC Adoptions Unit, and a caller who has used both reschedules
    appointment, slots = adoption_appointment()
    officer = officer_of(Unit.NBC_ADOPTIONS, name="Nina Becker", language=language)
    reader = open_browser(language=language, width=width)
    arrive_as_staff(reader, officer)

    # When she finds the case by the caller's name and opens it
    reader.type("q", "luz mar")
    reader.press("Search")
    reader.page.locator("#result_list a").first.click()
    reader.look()
    expect(reader.page.locator("[data-refusal]")).to_have_attribute(
        "data-refusal", RefusalCode.RESCHEDULE_LIMIT
    )

    # And reschedules the appointment with a note
    reader.follow("Reschedule for caller")
    reader.choose("reason", "LIFE_EVENT")
    reader.type("note", NOTE)
    reader.press("Continue")
    reader.choose_time(slots[1])
    reader.press("Override limits and reschedule")

    # Then the confirmation number shows, and the rows agree
    reschedule = Reschedule.objects.get(series=appointment.series, number=3)
    expect(reader.page.locator(".staff-number")).to_have_text(reschedule.confirmation_number)
    assert (reschedule.actor, reschedule.channel, reschedule.counts) == (
        officer,
        Reschedule.Channel.NBC_ADOPTIONS,
        True,
    )
    assert (reschedule.overridden_limits, reschedule.note) == ([RefusalCode.RESCHEDULE_LIMIT], NOTE)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.SUPERSEDED
    assert Slot.objects.get(pk=slots[1].pk).taken == 1

    # And the requestor has the notice in the inbox
    requestor = appointment.series.person.case.requestor
    notice = Notice.objects.get(reschedule=reschedule, addressee=requestor)
    applicant = open_browser(language=language, width=width)
    applicant.arrive_as(requestor)
    applicant.open("/notices/")
    expect(applicant.page.locator(f"a[href*='{notice.public_id}']").first).to_be_visible()

    # And the page of the case shows the reschedule with its note
    reader.follow("Back to the case")
    expect(reader.page.locator("main")).to_contain_text(NOTE)


def test_a_time_that_someone_else_took_loses_nothing(open_browser):
    # Given an officer at the last step, and someone else who takes the seat
    appointment, slots = adoption_appointment()
    reader = open_browser(javascript=False)
    arrive_as_staff(reader, officer_of(Unit.NBC_ADOPTIONS))
    case = appointment.series.person.case
    reader.open(f"/admin/accounts/case/{case.pk}/change/")
    reader.follow("Reschedule for caller")
    reader.choose("reason", "ILLNESS")
    reader.type("note", NOTE)
    reader.press("Continue")
    reader.choose_time(slots[0])
    AppointmentFactory(slot=slots[0])

    # When she confirms, the page says so and offers the other times
    reader.press("Override limits and reschedule")
    expect(reader.page.get_by_role("alert")).to_contain_text("Someone else just took the last seat")
    reader.choose_time(slots[2])
    expect(reader.page.locator("main")).to_contain_text(NOTE)
    reader.press("Override limits and reschedule")

    # Then the appointment is rescheduled once, to the other time
    assert Reschedule.objects.get(series=appointment.series, number=3).to_appointment.slot == slots[2]


def test_without_javascript_a_long_page_shows_the_end_of_the_session_below_it(open_browser):
    # Given an officer who reads a case on a phone
    appointment, _ = adoption_appointment()
    reader = open_browser(width="phone", javascript=False)
    arrive_as_staff(reader, officer_of(Unit.NBC_ADOPTIONS))
    reader.open(f"/admin/accounts/case/{appointment.series.person.case.pk}/change/")

    # Then the message about the end of the session covers nothing of the page
    main = reader.page.locator("#main").bounding_box()
    note = reader.page.locator(".portal-session-note").bounding_box()
    assert main["height"] > 1000
    assert note["y"] >= main["y"] + main["height"]
