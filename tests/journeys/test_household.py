"""A family of an adoption case reschedules together, and later without one person who is refused."""

import pytest
from playwright.sync_api import expect

from appointments.models import Appointment, Reschedule
from tests.factories.households import adjacent_slots, make_household


@pytest.mark.parametrize(
    ("language", "width"), [("en", "desktop"), ("es", "phone")], ids=["desktop", "phone in Spanish"]
)
def test_a_family_of_three_reschedules_together_and_then_the_others_without_one(
    committed_data, open_browser, language, width
):
    # Given a family of three, and two adjacent times with seats for all
    family = make_household(3, requestor__language=language)
    case = family[0].series.person.case
    slots = adjacent_slots(family[0].slot.site, seats=[2, 1, 2])
    reader = open_browser(language=language, width=width)
    reader.arrive_as(case.requestor)

    # When they open the case from the list and reschedule everyone together
    reader.follow("View case")
    reader.follow("Reschedule everyone together")
    reader.press("Continue")
    reader.choose("reason", "LIFE_EVENT")
    reader.press("Continue")
    reader.choose_time(slots[0])
    reader.press("Keep holding this time")
    reader.press("Confirm for everyone")

    # Then all three are rescheduled, each with a confirmation number
    reschedules = list(Reschedule.objects.order_by("reserved_seat_id"))
    assert [reschedule.to_appointment.slot for reschedule in reschedules] == [slots[0], slots[0], slots[1]]
    for reschedule in reschedules:
        expect(reader.page.locator("main")).to_contain_text(reschedule.confirmation_number)

    # Given that only staff can reschedule one of them from now on
    alone = reschedules[0].to_appointment
    Appointment.objects.filter(pk=alone.pk).update(is_staff_only=True)

    # When the family wants to go back to the old time
    reader.follow("Back to the case")
    reader.follow("Reschedule everyone together")

    # Then the page says who is refused and why, and reschedules the others
    assert reader.page.locator("[data-refusal=STAFF_ONLY]").count() == 1
    reader.press("Continue")
    reader.choose("reason", "ILLNESS")
    reader.press("Continue")
    reader.open_day(family[0].slot)
    reader.choose_time(family[0].slot)
    reader.press("Confirm for everyone")
    alone.refresh_from_db()
    assert alone.status == Appointment.Status.SCHEDULED
    assert Appointment.objects.filter(slot=family[0].slot, status=Appointment.Status.SCHEDULED).count() == 2

    # And the case history can be read
    reader.follow("Back to the case")
    reader.open(f"/cases/{case.public_id}/history/")


def test_a_refusal_at_the_last_step_reschedules_no_one_without_javascript(committed_data, open_browser):
    # Given a family that holds seats, in a browser without JavaScript
    family = make_household(3)
    case = family[0].series.person.case
    slots = adjacent_slots(family[0].slot.site, seats=[3])
    reader = open_browser(javascript=False)
    reader.arrive_as(case.requestor)
    reader.open(f"/cases/{case.public_id}/reschedule/")
    reader.press("Continue")
    reader.choose("reason", "ILLNESS")
    reader.press("Continue")
    reader.choose_time(slots[0])

    # When one of them can no longer reschedule
    Appointment.objects.filter(pk=family[2].pk).update(is_staff_only=True)
    reader.press("Confirm for everyone")

    # Then no one is rescheduled, and one button holds the time for the others
    assert not Reschedule.objects.exists()
    reader.press("Hold the same time for the others")
    reader.press("Confirm for everyone")
    assert Reschedule.objects.count() == 2
