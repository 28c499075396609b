"""A held time at the top of every page, with JavaScript: it counts down and expires by itself."""

import re

import pytest
from playwright.sync_api import expect

from appointments.models import Reservation
from tests.appointments.booking import acts
from tests.factories.policy import reason
from tests.factories.scenarios import applicant_with_times

pytestmark = pytest.mark.usefixtures("committed_data", "reference_data")


@pytest.mark.parametrize(
    ("language", "left", "expired"),
    [
        ("en", r"\d+ min \d+ sec left", "Your hold expired"),
        ("es", r"Quedan \d+ min \d+ s", "Su reserva venció"),
    ],
)
def test_a_held_time_counts_down_and_offers_itself_again_when_it_expires(
    open_browser, language, left, expired
):
    user, appointment, slots = applicant_with_times()
    acts.state_reason(account=user, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=user, appointment=appointment, slot=slots[0])
    reader = open_browser(language=language, width="phone" if language == "es" else "desktop")

    reader.page.clock.install()
    reader.arrive_as(user)
    banner = reader.page.locator(".portal-held")
    expect(banner.get_by_role("timer")).to_have_text(re.compile(left))
    expect(banner.get_by_text(expired).first).to_be_hidden()

    reader.page.clock.fast_forward("10:00")
    expect(banner.get_by_text(expired).first).to_be_visible()
    expect(banner.get_by_role("timer")).to_be_hidden()
    reader.look()

    acts.run_out(held)
    with reader.page.expect_navigation(url=re.compile("/reservations/")):
        banner.locator("[data-held-expired] form").first.locator("button").click()
    again = Reservation.objects.get(account=user, state=Reservation.State.HELD)
    assert str(again.public_id) in reader.page.url
