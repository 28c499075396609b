"""An attorney reschedules two clients at once and sees why a third cannot be rescheduled."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Reschedule, Reservation
from tests.factories.accounts import AttorneyFactory
from tests.factories.appointments import SiteFactory, SlotFactory
from tests.factories.caseloads import client_of, clients_of, end_representation
from tests.factories.scenarios import free_slots

pytestmark = pytest.mark.usefixtures("committed_data")

NAMES = ("Ana Núñez", "Bo Li", "Carmen Ruiz")


def three_clients(language):
    """Create an attorney, appointments of three clients at one site, and free times there."""
    attorney = AttorneyFactory(name="Maya Chen", language=language)
    site = SiteFactory(name="Phoenix Center")
    appointments = [
        client_of(attorney, name=name, slot=SlotFactory(site=site, ahead=timedelta(days=5, hours=number)))
        for number, name in enumerate(NAMES)
    ]
    return attorney, appointments, free_slots(site, count=4, seats=2)


def check(reader, appointment):
    reader.page.locator(f"label[for='select-{appointment.public_id}']").click()


@pytest.mark.parametrize(("language", "width"), [("en", "desktop"), ("es", "phone")])
def test_an_attorney_reschedules_two_clients_and_sees_a_third_refused(open_browser, language, width):
    # Given an attorney with three clients, who comes to the caseload after signing in
    attorney, appointments, slots = three_clients(language)
    reader = open_browser(language=language, width=width)
    reader.arrive_as(attorney)
    expect(reader.page).to_have_url(reader.base_url + "/caseload/")

    # When she selects all three and gives a shared reason, and a separate one for the second
    for appointment in appointments:
        check(reader, appointment)
    reader.press("Reschedule selected")
    reader.page.locator("select[name=reason]").select_option("TRAVEL")
    own = appointments[1].public_id
    reader.page.locator("#kept-form summary").nth(1).click()
    reader.page.locator(f"select[name='reason-{own}']").select_option("OTHER")
    reader.type(f"'explanation-{own}'", "A hearing on that day")
    reader.press("Continue")

    # And holds a time for each, while the earlier ones stay held
    for number in range(3):
        assert Reservation.objects.filter(state="held").count() == number
        reader.choose_time(slots[number])

    # And staff restrict the third to themselves in the meantime
    Appointment.objects.filter(pk=appointments[2].pk).update(is_staff_only=True)
    reader.page.reload()
    reader.look()
    expect(reader.page.locator("[data-refusal]")).to_have_attribute("data-refusal", RefusalCode.STAFF_ONLY)
    reader.page.locator("main form[action$='/confirm/'] button").click()
    reader.page.wait_for_load_state("load")
    reader.look()

    # Then two are rescheduled, with their numbers, and the third shows why not
    reschedules = list(Reschedule.objects.order_by("pk"))
    assert [reschedule.from_appointment for reschedule in reschedules] == appointments[:2]
    for reschedule in reschedules:
        expect(reader.page.locator("main")).to_contain_text(reschedule.confirmation_number)
    assert reschedules[1].statement.explanation == "A hearing on that day"
    refused = reader.page.locator(f"[data-item='{appointments[2].public_id}']")
    expect(refused.locator("[data-refusal]")).to_have_attribute("data-refusal", RefusalCode.STAFF_ONLY)

    # And the caseload shows it the same way
    reader.follow("Back to the caseload")
    expect(reader.page.locator(f"[data-appointment='{appointments[2].public_id}'] input")).to_have_count(0)


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_bar_counts_what_is_selected_and_stays_in_sight(open_browser, width):
    # Given a caseload longer than the screen, of which most can be rescheduled
    attorney = AttorneyFactory()
    clients_of(attorney, 28)
    client_of(attorney, is_staff_only=True)
    reader = open_browser(width=width)
    reader.arrive_as(attorney)
    bar, boxes = reader.page.locator("[data-selection]"), reader.page.locator("[name=appointment]:checked")

    # When she checks one, then the count follows without another page
    reader.page.locator(".usa-checkbox__label").first.click()
    expect(bar.locator("[data-selection-count]")).to_have_text("1")

    # When she selects all, then as many as fit are checked at once, the first one among them
    reader.page.get_by_role("button", name="Select all that can be rescheduled").click()
    expect(boxes).to_have_count(20)
    expect(bar.locator("[data-selection-count]")).to_have_text("20")
    reader.look()

    # And the bar is in sight at both ends of the list, also where a box further down has the focus
    for place in (reader.page.locator("h1"), reader.page.locator("[name=appointment]").last):
        place.scroll_into_view_if_needed()
        place.focus()
        expect(bar.get_by_role("button", name="Reschedule selected")).to_be_in_viewport()

    # When she sorts, then the same boxes are checked
    reader.page.locator("th button", has_text="Client").click()
    expect(reader.page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Client"))
    expect(boxes).to_have_count(20)
    reader.page.get_by_role("button", name="Uncheck all").click()
    expect(bar.locator("[data-selection-count]")).to_have_text("0")


def test_without_javascript_the_search_the_file_and_a_bulk_work_by_keyboard(open_browser):
    # Given an attorney without JavaScript
    attorney, appointments, slots = three_clients("en")
    reader = open_browser(javascript=False)
    reader.arrive_as(attorney)

    # When she searches by name
    reader.tab_to("input[name=words]")
    reader.page.keyboard.type("núñ")
    reader.enter()
    expect(reader.page.locator("[data-appointment]")).to_have_count(1)
    assert "Ana" not in reader.page.url
    reader.page.get_by_role("button", name="Select all that can be rescheduled").click()
    expect(reader.page.locator("[name=appointment]:checked")).to_have_count(1)
    expect(reader.page.locator("[data-selection-count]")).to_have_text("1")
    reader.page.get_by_role("button", name="Uncheck all").click()

    # And downloads the list
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="Download this list (CSV)").click()
    assert "Ana Núñez" in Path(download.value.path()).read_text("utf-8-sig")

    # And selects by keyboard, gives a reason, holds and confirms
    reader.tab_to(f"#select-{appointments[0].public_id}")
    reader.page.keyboard.press("Space")
    reader.press("Reschedule selected")
    reader.page.locator("select[name=reason]").select_option("ILLNESS")
    reader.press("Continue")
    reader.choose_time(slots[0])
    reader.press("Keep holding these times")
    reader.page.locator("main form[action$='/confirm/'] button").click()

    # Then it is rescheduled
    expect(reader.page.locator("main")).to_contain_text(Reschedule.objects.get().confirmation_number)


def test_a_client_who_revokes_before_confirmation_is_left_out_and_not_named(open_browser):
    # Given an attorney at the review of two held times
    attorney, appointments, slots = three_clients("en")
    reader = open_browser()
    reader.arrive_as(attorney)
    for appointment in appointments[:2]:
        check(reader, appointment)
    reader.press("Reschedule selected")
    reader.page.locator("select[name=reason]").select_option("TRAVEL")
    reader.press("Continue")
    for slot in slots[:2]:
        reader.choose_time(slot)

    # When the first client ends the representation, and she confirms what her page still shows
    end_representation(appointments[0])
    reader.page.locator("main form[action$='/confirm/'] button").click()
    reader.page.wait_for_load_state("load")
    reader.look()

    # Then the other is rescheduled, and the page only says that she can no longer reschedule the first
    assert Reschedule.objects.get().from_appointment == appointments[1]
    expect(reader.page.locator("[data-gone]")).to_contain_text("You can no longer reschedule 1 appointment")
    expect(reader.page.locator("main")).not_to_contain_text(NAMES[0])
