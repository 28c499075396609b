"""One person reschedules: from signing in to the receipt, in both languages, at both widths."""

import io
from datetime import timedelta

import pikepdf
import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from appointments.models import Appointment, Notice, Reschedule
from tests.factories.scenarios import applicant_with_times, free_slots


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_applicant_reschedules_an_appointment_and_holds_the_new_notice(
    committed_data, open_browser, width, language
):
    # Given a person with an appointment that can be rescheduled
    user, appointment, slots = applicant_with_times(language=language)
    reader = open_browser(language=language, width=width)
    reader.arrive_as(user)

    # When they give a reason, choose a time and confirm
    reader.follow("Reschedule this appointment")
    reader.choose("reason", "TRAVEL")
    reader.type("explanation", "The trip was booked in June.")
    reader.press("Continue")
    reader.choose_time(slots[2])
    expect(reader.page.locator("main")).to_contain_text("The trip was booked in June.")
    reader.press("Confirm the new time")

    # Then the receipt says so, and the rows agree
    reschedule = Reschedule.objects.get(series=appointment.series)
    expect(reader.page.locator("main")).to_contain_text(reschedule.confirmation_number)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.SUPERSEDED
    assert reschedule.to_appointment.slot == slots[2]
    assert reschedule.statement.explanation == "The trip was booked in June."

    # And the notice can be printed and put into a calendar
    notice = Notice.objects.get(reschedule=reschedule, addressee=user)
    pdf = reader.fetch(f"/notices/{notice.public_id}/notice.pdf")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang).startswith(language)
        assert document.Root.MarkInfo.Marked
    event = Calendar.from_ical(reader.fetch(f"/notices/{notice.public_id}/appointment.ics")).events[0]
    assert event.start == slots[2].starts_at
    assert event["sequence"] == 1

    # And the inbox shows it, the list shows the new time
    reader.open("/notices/")
    reader.page.locator("main h2 a").first.click()
    reader.look()
    reader.open(f"/appointments/{appointment.public_id}/")
    reader.open("/appointments/")
    assert reader.page.locator(".portal-past s").count() == 1


def test_journey_works_without_javascript(committed_data, open_browser):
    # Given a browser without JavaScript
    user, appointment, slots = applicant_with_times()
    reader = open_browser(javascript=False)
    reader.arrive_as(user)

    # When the person goes through every step
    reader.follow("Reschedule this appointment")
    reader.choose("reason", "ILLNESS")
    reader.press("Continue")
    reader.choose_time(slots[0])
    reader.press("Keep holding this time")
    reader.press("Confirm the new time")

    # Then the appointment is rescheduled
    assert Reschedule.objects.get(series=appointment.series).to_appointment.slot == slots[0]


def test_journey_works_by_keyboard_alone(committed_data, open_browser):
    # Given a person who uses no mouse
    user, appointment, slots = applicant_with_times()
    reader = open_browser()
    reader.arrive_as(user)

    # When they reach every control with Tab and use it with Enter, Space and arrows
    reader.tab_to("main a.usa-button")
    reader.enter()
    reader.tab_to("input[name=reason]")
    reader.page.keyboard.press("Space")
    reader.tab_to("main form button[type=submit]")
    reader.enter()
    day = slots[1].starts_at.astimezone(slots[1].site.zone).date()
    reader.tab_to(f"table a[href*='day={day}']")
    reader.enter()
    reader.tab_to(f"button[name=slot][value='{slots[1].public_id}']")
    reader.enter()
    reader.tab_to("form[action$='/confirm/'] button")
    reader.enter()

    # Then the appointment is rescheduled
    reader.page.wait_for_url("**/receipt/")
    assert Reschedule.objects.get(series=appointment.series).to_appointment.slot == slots[1]


def test_another_site_and_another_day_can_be_chosen_and_changed(committed_data, open_browser):
    # Given two sites with free times
    user, appointment, slots = applicant_with_times()
    _, other_appointment, other_slots = applicant_with_times()
    reader = open_browser(width="phone")
    reader.arrive_as(user)
    reader.follow("Reschedule this appointment")
    reader.choose("reason", "TRANSPORT")
    reader.press("Continue")

    # When the person chooses the other site and a later day
    [later, *_] = free_slots(other_appointment.slot.site, count=1, first=timedelta(days=40))
    reader.follow(other_appointment.slot.site.name)
    reader.open_day(later)
    reader.choose_time(later)

    # And changes the reason, which keeps the held time, and then the time
    reader.follow("Change the reason")
    reader.press("Continue")
    expect(reader.page.locator("h1")).to_have_text("Review and confirm")
    reader.follow("Change the time")
    expect(reader.page.locator("main")).to_contain_text("we stop holding the one that you have now")
    reader.open_day(other_slots[1])
    reader.choose_time(other_slots[1])
    reader.press("Confirm the new time")

    # Then the new appointment is at the other site
    assert Reschedule.objects.get(series=appointment.series).to_appointment.slot == other_slots[1]
