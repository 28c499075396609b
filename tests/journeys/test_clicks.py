"""How many clicks it takes from the sign-in page to the receipt, counted where the browser reports them.

The names of the tests have the limits. The tests compare with what it takes today: less would mean that the
counter has missed some.
"""

from datetime import timedelta

import pytest

from appointments.models import Appointment, Reschedule
from tests.factories.accounts import PASSWORD, AttorneyFactory, UserFactory
from tests.factories.appointments import SiteFactory
from tests.factories.caseloads import clients_of
from tests.factories.households import adjacent_slots, make_household
from tests.factories.scenarios import applicant_with_times, free_slots

pytestmark = pytest.mark.usefixtures("committed_data", "reference_data")

# Presses of the pointer, and not click events: a click on a label makes two of these, and a key makes one.
COUNT = """
addEventListener("pointerdown", (event) => {
  if (event.isTrusted) sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks")) + 1);
}, true);
"""
TWO_MONTHS = timedelta(days=58)
MOST_TABS = 40


@pytest.fixture
def visitor(open_browser):
    """A reader whose clicks are counted. Other tests look at the same pages with axe."""
    reader = open_browser(is_altered=True)
    reader.accessibility = None
    reader.page.add_init_script(COUNT)
    return reader


def sign_in(visitor, user):
    """Fill in the sign-in page, as a password manager does, and click once."""
    visitor.page.goto(visitor.base_url + "/accounts/login/")
    visitor.fill_sign_in(user)


def count_clicks(visitor):
    return int(visitor.page.evaluate('sessionStorage.getItem("clicks")'))


def give_reason(visitor):
    visitor.choose("reason", "TRAVEL")
    visitor.press("Continue")


def assert_rescheduled_to(appointment, slot):
    assert Reschedule.objects.get(series=appointment.series).to_appointment.slot == slot


def test_the_default_path_takes_at_most_six_clicks(visitor):
    user, appointment, slots = applicant_with_times()
    sign_in(visitor, user)
    visitor.follow("Reschedule this appointment")
    give_reason(visitor)
    visitor.choose_time(slots[0])
    visitor.press("Confirm the new time")
    visitor.page.wait_for_url("**/receipt/")
    assert count_clicks(visitor) == 6
    assert_rescheduled_to(appointment, slots[0])


def test_any_date_takes_at_most_eight_clicks(visitor):
    user, appointment, _slots = applicant_with_times()
    [late] = free_slots(appointment.slot.site, count=1, first=TWO_MONTHS)
    sign_in(visitor, user)
    visitor.follow("Reschedule this appointment")
    give_reason(visitor)
    visitor.open_day(late)
    visitor.choose_time(late)
    visitor.press("Confirm the new time")
    visitor.page.wait_for_url("**/receipt/")
    assert count_clicks(visitor) == 7
    assert_rescheduled_to(appointment, late)


def test_any_date_at_another_site_takes_at_most_eight_clicks(visitor):
    user, appointment, _slots = applicant_with_times()
    other = SiteFactory(name="Another Center")
    free_slots(other)
    [late] = free_slots(other, count=1, first=TWO_MONTHS)
    sign_in(visitor, user)
    visitor.follow("Reschedule this appointment")
    give_reason(visitor)
    visitor.follow("Another Center")
    visitor.open_day(late)
    visitor.choose_time(late)
    visitor.press("Confirm the new time")
    visitor.page.wait_for_url("**/receipt/")
    assert count_clicks(visitor) == 8
    assert_rescheduled_to(appointment, late)


def test_a_family_of_four_takes_at_most_nine_clicks(visitor):
    family = make_household(4, requestor=UserFactory())
    slots = adjacent_slots(family[0].slot.site, seats=[2, 2])
    sign_in(visitor, family[0].case.requestor)
    visitor.follow("Reschedule everyone together")
    visitor.press("Continue")
    give_reason(visitor)
    visitor.choose_time(slots[0])
    visitor.press("Confirm for everyone")
    visitor.page.wait_for_url("**/receipt/")
    assert count_clicks(visitor) == 7
    assert Reschedule.objects.count() == 4


def test_an_attorney_with_four_clients_takes_at_most_twelve_clicks(visitor):
    attorney = AttorneyFactory()
    site = SiteFactory()
    clients_of(attorney, 4, slot=free_slots(site, count=1, first=timedelta(days=5), seats=4)[0])
    free_slots(site, count=1, seats=4)
    sign_in(visitor, attorney)
    visitor.press("Select all that can be rescheduled")
    visitor.press("Reschedule selected")
    visitor.page.locator("select[name=reason]").select_option("TRAVEL")
    opened_and_chosen = 2  # The list of a select is drawn outside the page, which sees none of its clicks.
    visitor.press("Continue")
    for _client in range(4):
        visitor.page.locator("button[name=slot]").first.click()
        visitor.page.wait_for_load_state("load")
    visitor.page.locator("main form[action$='/confirm/'] button").click()
    visitor.page.wait_for_load_state("load")
    assert count_clicks(visitor) + opened_and_chosen == 11
    assert Appointment.objects.filter(status="superseded").count() == 4


class Keyboard:
    """Someone who uses no mouse. Counts how often Tab is pressed."""

    def __init__(self, visitor):
        self.visitor, self.page, self.tabs = visitor, visitor.page, 0

    def tab(self):
        self.page.keyboard.press("Tab")
        self.tabs += 1

    def is_at(self, selector):
        return self.page.evaluate("selector => document.activeElement.matches(selector)", selector)

    def go_to(self, selector):
        """Skip the header, unless the page begins behind it, and reach the control."""
        self.tab()
        if self.is_at("a.usa-skipnav"):
            self.page.keyboard.press("Enter")
        while not self.is_at(selector):
            self.tab()
            assert self.tabs <= MOST_TABS, f"{selector} on {self.page.url}"

    def open(self, selector):
        self.go_to(selector)
        self.visitor.enter()


def test_the_default_path_takes_at_most_forty_tab_stops(visitor):
    user, appointment, slots = applicant_with_times()
    keyboard = Keyboard(visitor)
    visitor.page.goto(visitor.base_url + "/accounts/login/")
    visitor.page.locator("input[name=login]").fill(user.email)
    visitor.page.locator("input[name=password]").fill(PASSWORD)
    keyboard.open("main form button[type=submit]")
    keyboard.open("main a[href$='/reschedule/reason/']")
    keyboard.go_to("input[name=reason]")
    visitor.page.keyboard.press("Space")
    keyboard.open("main form button[type=submit]")
    keyboard.open("a[href$='#times']")
    keyboard.open("button[name=slot]")
    keyboard.open("form[action$='/confirm/'] button")
    visitor.page.wait_for_url("**/receipt/")
    assert keyboard.tabs <= MOST_TABS
    assert_rescheduled_to(appointment, slots[0])
