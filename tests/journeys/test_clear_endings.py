"""What can go wrong between two clicks: each case ends on a clear page, and nothing is lost."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from appointments.models import Reschedule, RescheduleDraft, Reservation
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.policy import PolicyVersionFactory, reason
from tests.factories.scenarios import applicant_with_times, fill


@pytest.fixture
def at_times(committed_data, open_browser):
    """(reader, account, appointment, slots): a reason is given, the times are shown."""
    user, appointment, slots = applicant_with_times()
    reader = open_browser()
    reader.arrive_as(user)
    reader.open(f"/appointments/{appointment.public_id}/reschedule/reason/")
    reader.choose("reason", "TRAVEL")
    reader.type("explanation", "Typed once.")
    reader.press("Continue")
    return reader, user, appointment, slots


@pytest.fixture
def at_review(at_times):
    """The same, with the first time held."""
    reader, user, appointment, slots = at_times
    reader.choose_time(slots[0])
    return reader, user, appointment, slots


def test_back_and_reload_after_confirming_show_the_receipt(at_review):
    reader, _, appointment, _ = at_review
    review_url = reader.page.url
    reader.press("Confirm the new time")
    receipt_url = reader.page.url
    reader.page.reload()
    assert reader.page.url == receipt_url
    reader.page.go_back()
    reader.page.goto(review_url)
    assert reader.page.url == receipt_url
    assert Reschedule.objects.filter(series=appointment.series).count() == 1


def test_double_click_reschedules_once(at_review):
    reader, _, appointment, _ = at_review
    reader.page.locator("form[action$='/confirm/'] button").dblclick()
    reader.page.wait_for_url("**/receipt/")
    reader.look()
    assert Reschedule.objects.filter(series=appointment.series).count() == 1


def test_second_tab_that_confirms_too_gets_the_same_receipt(at_review):
    reader, _, appointment, _ = at_review
    other_tab = reader.page.context.new_page()
    other_tab.goto(reader.page.url)
    reader.press("Confirm the new time")
    other_tab.locator("form[action$='/confirm/'] button").click()
    other_tab.wait_for_url("**/receipt/")
    assert other_tab.url == reader.page.url
    assert Reschedule.objects.filter(series=appointment.series).count() == 1


def test_second_tab_that_holds_another_time_leaves_a_next_step_in_the_first(at_review):
    reader, user, appointment, slots = at_review
    acts.hold(account=user, appointment=appointment, slot=slots[3])
    reader.press("Confirm the new time")
    expect(reader.page.locator("h1")).to_contain_text("no longer holding")
    reader.press("Try the same time again")
    reader.press("Confirm the new time")
    assert Reschedule.objects.get(series=appointment.series).to_appointment.slot == slots[0]


def test_expired_hold_offers_the_same_time_again(at_review, shift_clock):
    reader, _, appointment, slots = at_review
    shift_clock(timedelta(minutes=11))
    reader.press("Confirm the new time")
    expect(reader.page.locator("h1")).to_contain_text("no longer holding")
    reader.press("Try the same time again")
    expect(reader.page.locator("main")).to_contain_text("Typed once.")
    reader.press("Confirm the new time")
    assert Reschedule.objects.get(series=appointment.series).to_appointment.slot == slots[0]


def test_slot_taken_in_between_says_so_and_shows_the_others(at_times):
    reader, _, appointment, slots = at_times
    fill(slots[0])
    reader.choose_time(slots[0])
    expect(reader.page.get_by_role("alert")).to_contain_text("Someone else just took the last seat")
    assert reader.page.locator(f"button[value='{slots[0].public_id}']").count() == 0
    assert not Reservation.objects.exists()
    reader.choose_time(slots[1])
    expect(reader.page.locator("main")).to_contain_text("Typed once.")


def test_policy_changed_in_between_refuses_with_the_reason(at_review):
    reader, _, appointment, _ = at_review
    PolicyVersionFactory(effective_at=database_now(), reschedule_cap=0)
    reader.press("Confirm the new time")
    expect(reader.page.locator("[data-refusal=RESCHEDULE_LIMIT]")).to_be_visible()
    assert not Reschedule.objects.exists()


def test_reason_ended_in_between_is_asked_again_and_keeps_what_was_typed(at_review):
    reader, _, appointment, _ = at_review
    ended = reason("TRAVEL")
    ended.ended_at = database_now()
    ended.save()
    reader.press("Confirm the new time")
    expect(reader.page.locator("textarea[name=explanation]")).to_have_value("Typed once.")
    reader.choose("reason", "OTHER")
    reader.press("Continue")
    assert RescheduleDraft.objects.get(appointment=appointment).reason.code == "OTHER"


def test_signed_out_before_confirming_comes_back_to_the_review(at_review):
    reader, user, appointment, _ = at_review
    reader.page.context.clear_cookies(name="sessionid")
    reader.page.locator("form[action$='/confirm/'] button").click()
    reader.page.wait_for_url("**/accounts/login/**")
    reader.fill_sign_in(user)
    expect(reader.page.locator("h1")).to_contain_text("Review and confirm")
    reader.press("Confirm the new time")
    assert Reschedule.objects.filter(series=appointment.series).count() == 1


def test_signed_out_while_typing_loses_nothing(committed_data, open_browser):
    user, appointment, _ = applicant_with_times()
    reader = open_browser()
    reader.arrive_as(user)
    reader.open(f"/appointments/{appointment.public_id}/reschedule/reason/")
    reader.choose("reason", "OTHER")
    reader.type("explanation", "A long explanation that must not get lost.")
    reader.page.context.clear_cookies(name="sessionid")
    reader.page.locator("main form button[type=submit]").click()
    reader.page.wait_for_url("**/accounts/login/**")
    reader.fill_sign_in(user)
    expect(reader.page.locator("textarea[name=explanation]")).to_have_value(
        "A long explanation that must not get lost."
    )
    expect(reader.page.locator("input[value=OTHER]")).to_be_checked()


def test_incomplete_reason_names_the_field_and_keeps_the_rest(committed_data, open_browser):
    user, appointment, _ = applicant_with_times()
    reader = open_browser(width="phone")
    reader.arrive_as(user)
    reader.open(f"/appointments/{appointment.public_id}/reschedule/reason/")
    reader.type("explanation", "Kept.")
    reader.press("Continue")
    expect(reader.page.locator("main")).to_contain_text("Choose the reason that fits best.")
    expect(reader.page.locator("textarea[name=explanation]")).to_have_value("Kept.")
