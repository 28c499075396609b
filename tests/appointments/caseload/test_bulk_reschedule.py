"""A bulk reschedule through its pages: select, give reasons, hold, confirm each item, and read the result."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from appointments.booking.errors import TooManyItems
from appointments.booking.invariants import find_violations
from appointments.caseload.queries.bulk_reschedules import get_bulk_state
from appointments.caseload.services import bulk_reschedules
from appointments.models import (
    Appointment,
    BulkItem,
    BulkReschedule,
    Reschedule,
    RescheduleDraft,
    Reservation,
    Slot,
)
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import SlotFactory
from tests.factories.caseloads import client_of, clients_of, end_representation, hold_for
from tests.factories.households import adjacent_slots, make_household

pytestmark = pytest.mark.usefixtures("reference_data")

PAGES = {"bulk", "bulk_reasons", "bulk_continue", "bulk_result"}
ACTS = {"bulk_extend", "bulk_remove_items", "bulk_confirm"}
DAY = timedelta(days=1)


@pytest.fixture
def attorney(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    return attorney


@pytest.fixture
def three(attorney):
    return [client_of(attorney, name=f"Client {day}", ahead=day * DAY) for day in (3, 4, 5)]


@pytest.fixture
def bulk(attorney, three):
    return bulk_reschedules.add(account=attorney, appointments=three)


def address(name, bulk, *args):
    return reverse(f"appointments:{name}", args=[bulk.public_id, *args])


def outcomes(bulk):
    return list(bulk.items.order_by("pk").values_list("outcome", flat=True))


def confirm(client, bulk, holds):
    return client.post(address("bulk_confirm", bulk), {"reservation": [hold.public_id for hold in holds]})


# --- Reasons ------------------------------------------------------------------------------------------


def test_the_shared_reason_is_used_where_no_other_is_given(client, bulk, three):
    own = three[1].public_id
    fields = {"reason": "TRAVEL", "explanation": "A trip", f"reason-{own}": "ILLNESS"}
    response = client.post(address("bulk_reasons", bulk), fields)
    assert response["Location"] == address("bulk_continue", bulk)
    drafts = {draft.appointment_id: draft for draft in RescheduleDraft.objects.select_related("reason")}
    assert [drafts[row.pk].reason.code for row in three] == ["TRAVEL", "ILLNESS", "TRAVEL"]
    assert [drafts[row.pk].explanation for row in three] == ["A trip", "", "A trip"]


def test_a_separate_explanation_is_used_with_the_shared_reason(client, bulk, three):
    fields = {"reason": "OTHER", "explanation": "For all", f"explanation-{three[0].public_id}": "Only mine"}
    client.post(address("bulk_reasons", bulk), fields)
    words = RescheduleDraft.objects.order_by("appointment__slot__starts_at").values_list(
        "explanation", flat=True
    )
    assert list(words) == ["Only mine", "For all", "For all"]


def test_a_missing_reason_names_the_person_and_keeps_what_was_typed(client, bulk, three):
    given = three[0].public_id
    fields = {f"reason-{given}": "OTHER", f"explanation-{given}": "Typed at length"}
    response = client.post(address("bulk_reasons", bulk), fields)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {f"reason-{row.public_id}" for row in three[1:]}
    text = response.content.decode()
    assert "Typed at length" in text
    assert "Reason for Client 4" in text
    assert not RescheduleDraft.objects.exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"reason": "OTHER"}, "explanation"),
        ({"reason": "NOT_A_REASON"}, "reason"),
        ({"reason": "TRAVEL", "explanation": "x" * 2001}, "explanation"),
        ({"reason": "TRAVEL", "explanation": "a\x00b"}, "explanation"),
    ],
)
def test_an_invalid_shared_reason_is_shown_once(client, bulk, fields, wrong):
    response = client.post(address("bulk_reasons", bulk), fields)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {wrong}
    assert len(response.context["form"].errors[wrong]) == 1


# --- Times --------------------------------------------------------------------------------------------


def state_all(client, bulk):
    client.post(address("bulk_reasons", bulk), {"reason": "TRAVEL"})


def get_next_step(client, bulk):
    return client.get(address("bulk_continue", bulk))["Location"]


def test_leads_from_the_reasons_through_every_time_to_the_review(client, bulk, three):
    assert get_next_step(client, bulk) == address("bulk_reasons", bulk)
    state_all(client, bulk)
    for appointment in three:
        times = address("bulk_times", bulk, appointment.public_id)
        assert get_next_step(client, bulk) == times
        slot = SlotFactory(site=appointment.slot.site, ahead=9 * DAY)
        page = client.get(times)
        assert page.status_code == 200
        assert str(slot.public_id) in page.content.decode()
        held = client.post(times, {"slot": slot.public_id})
        assert held["Location"] == address("bulk_continue", bulk)
    assert get_next_step(client, bulk) == address("bulk", bulk)
    assert Reservation.objects.filter(state="held").count() == 3
    assert "Confirm 3 new appointments" in client.get(address("bulk", bulk)).content.decode()


def test_the_next_choice_shows_the_held_times_and_when_they_expire(client, attorney, bulk, three):
    state_all(client, bulk)
    held = hold_for(attorney, three[0])
    page = client.get(address("bulk_times", bulk, three[1].public_id))
    first = page.context["view"].items[0]
    assert first.held.seat.reservation == held
    assert first.held.until in page.content.decode()
    assert f'data-hold-expires-at="{held.expires_at.isoformat()}"' in page.content.decode()


def test_a_full_time_is_refused_and_the_others_stay_held(client, attorney, bulk, three):
    state_all(client, bulk)
    hold_for(attorney, three[0])
    full = SlotFactory(site=three[1].slot.site, ahead=9 * DAY, taken=1)
    response = client.post(address("bulk_times", bulk, three[1].public_id), {"slot": full.public_id})
    assert response.status_code == 409
    assert "Someone else just took the last seat" in response.content.decode()
    assert Reservation.objects.filter(state="held").count() == 1
    Slot.objects.filter(pk=full.pk).update(taken=0)


def test_one_click_extends_every_hold_and_returns_to_the_times(client, attorney, bulk, three, shift_clock):
    held = [hold_for(attorney, row) for row in three[:2]]
    shift_clock(timedelta(minutes=8))
    back = three[2].public_id
    response = client.post(address("bulk_extend", bulk), {"back_to": back})
    assert response["Location"] == address("bulk_times", bulk, back)
    for hold in held:
        before = hold.expires_at
        hold.refresh_from_db()
        assert hold.expires_at >= before + timedelta(minutes=7)


def test_a_removed_item_releases_its_seat_and_keeps_its_reason(client, attorney, bulk, three):
    held = hold_for(attorney, three[0])
    client.post(address("bulk_remove_items", bulk), {"appointment": three[0].public_id})
    held.refresh_from_db()
    assert held.state == Reservation.State.RELEASED
    assert bulk.items.count() == 2
    assert RescheduleDraft.objects.filter(appointment=three[0]).exists()
    last = client.post(address("bulk_remove_items", bulk), {"all": "yes"})
    assert last["Location"] == "/caseload/"
    assert "You selected" not in client.get("/caseload/").content.decode()
    assert find_violations() == []


# --- Confirming ---------------------------------------------------------------------------------------


def test_reschedules_every_item_with_a_held_time(client, attorney, bulk, three):
    held = [hold_for(attorney, row) for row in three]
    response = confirm(client, bulk, held)
    assert response["Location"] == address("bulk_result", bulk)
    page = client.get(response["Location"])
    assert outcomes(bulk) == ["rescheduled"] * 3
    for reschedule in Reschedule.objects.all():
        assert reschedule.representation.representative == attorney
        assert reschedule.confirmation_number in page.content.decode()
    assert Reschedule.objects.count() == 3
    assert find_violations() == []


def test_one_refusal_does_not_stop_the_others(client, attorney, bulk, three):
    held = [hold_for(attorney, row) for row in three]
    Appointment.objects.filter(pk=three[1].pk).update(is_staff_only=True)
    review = client.get(address("bulk", bulk))
    assert "Confirm 2 new appointments" in review.content.decode()
    assert 'data-refusal="STAFF_ONLY"' in review.content.decode()
    confirm(client, bulk, held)
    assert outcomes(bulk) == ["rescheduled", "refused", "rescheduled"]
    page = client.get(address("bulk_result", bulk)).content.decode()
    assert "You rescheduled 2 of 3" in page
    assert 'data-refusal="STAFF_ONLY"' in page
    three[1].refresh_from_db()
    assert three[1].status == Appointment.Status.SCHEDULED


def expire(_row, held):
    acts.run_out(held)


def close_slot(_row, held):
    Slot.objects.filter(pk=acts.seat_of(held).slot_id).update(closed_at=held.made_at)


def forget_reason(row, _held):
    RescheduleDraft.objects.filter(appointment=row).delete()


def revoke(row, _held):
    end_representation(row)


@pytest.mark.parametrize(
    ("spoil", "outcome"),
    [
        (expire, "hold_ended"),
        (close_slot, "seat_refused"),
        (forget_reason, "no_reason"),
        (revoke, "not_yours"),
    ],
)
def test_each_problem_is_shown_and_the_rest_is_rescheduled(client, attorney, bulk, three, spoil, outcome):
    held = [hold_for(attorney, row) for row in three]
    spoil(three[0], held[0])
    confirm(client, bulk, held)
    assert outcomes(bulk) == [outcome, "rescheduled", "rescheduled"]
    page = client.get(address("bulk_result", bulk))
    assert "You rescheduled 2 of 3" in page.content.decode()
    if outcome != "not_yours":
        assert page.context["view"].not_rescheduled[0].problem in page.content.decode()


def test_what_can_still_be_rescheduled_is_selected_again_in_a_new_bulk(client, attorney, bulk, three):
    held = [hold_for(attorney, row) for row in three]
    acts.run_out(held[0])
    confirm(client, bulk, held)
    again = client.get(address("bulk_result", bulk)).context["view"].can_continue_with
    assert [item.appointment for item in again] == [three[0]]
    client.post(reverse("appointments:caseload_select"), {"appointment": three[0].public_id})
    assert BulkReschedule.objects.count() == 2
    new = BulkReschedule.objects.get(finished_at=None)
    assert [item.appointment for item in new.items.all()] == [three[0]]
    assert get_next_step(client, new) == address("bulk_times", new, three[0].public_id)


def test_confirming_again_shows_the_same_result(client, attorney, bulk, three):
    held = [hold_for(attorney, row) for row in three[:2]]
    confirm(client, bulk, held)
    reschedules = list(Reschedule.objects.values_list("confirmation_number", flat=True))
    assert outcomes(bulk) == ["rescheduled", "rescheduled", "no_reason"]
    bulk_reschedules.confirm_all(
        account=attorney, bulk=bulk, reservation_ids=[hold.public_id for hold in held]
    )
    assert confirm(client, bulk, held)["Location"] == address("bulk_result", bulk)
    assert outcomes(bulk) == ["rescheduled", "rescheduled", "no_reason"]
    assert list(Reschedule.objects.values_list("confirmation_number", flat=True)) == reschedules


def test_reschedules_only_what_the_reader_saw(client, attorney, bulk, three):
    """Another time was held in another tab after the review was shown."""
    seen = hold_for(attorney, three[0])
    hold_for(attorney, three[0], slot=SlotFactory(ahead=9 * DAY))
    confirm(client, bulk, [seen])
    assert outcomes(bulk)[0] == "hold_ended"
    assert not Reschedule.objects.exists()


def test_another_accounts_hold_is_never_confirmed(client, attorney, bulk, three):
    other = client_of(AttorneyFactory())
    foreign = hold_for(other.case.requestor, other)
    confirm(client, bulk, [foreign, hold_for(attorney, three[0])])
    assert Reschedule.objects.get().from_appointment == three[0]


def test_confirming_no_reservation_leads_back_to_the_review(client, bulk):
    for fields in ({}, {"reservation": "nonsense"}):
        response = client.post(address("bulk_confirm", bulk), fields)
        assert response["Location"] == address("bulk", bulk)
    bulk.refresh_from_db()
    assert bulk.finished_at is None


# --- Whose ---------------------------------------------------------------------------------------------


def test_a_client_who_revoked_is_reported_without_details(client, attorney, bulk, three):
    state_all(client, bulk)
    hold_for(attorney, three[0])
    end_representation(three[0])
    receipt = three[0].case.receipt_number
    for name in PAGES - {"bulk_continue", "bulk_result"}:
        text = client.get(address(name, bulk)).content.decode()
        assert "You can no longer reschedule 1 appointment that you selected" in text, name
        assert "Client 3" not in text
        assert receipt not in text
    times = address("bulk_times", bulk, three[0].public_id)
    assert client.get(times)["Location"] == address("bulk", bulk)
    assert client.post(times, {"slot": SlotFactory().public_id})["Location"] == address("bulk", bulk)


@pytest.mark.parametrize("build", [AttorneyFactory, UserFactory])
def test_another_accounts_bulk_does_not_exist(client, bulk, three, build):
    client.force_login(build())
    addresses = [address(name, bulk) for name in PAGES | ACTS]
    addresses.append(address("bulk_times", bulk, three[0].public_id))
    for path in addresses:
        missing = path.replace(str(bulk.public_id), str(uuid4()))
        for method in (client.get, client.post):
            foreign, none = method(path), method(missing)
            assert foreign.status_code == none.status_code, path
            assert foreign.status_code in (404, 405), path
    assert bulk.items.count() == 3


def test_a_finished_bulk_shows_its_result_from_every_address(client, attorney, bulk, three):
    confirm(client, bulk, [hold_for(attorney, three[0])])
    for name in (PAGES | ACTS) - {"bulk_result"}:
        response = client.get(address(name, bulk), follow=True)
        assert response.request["PATH_INFO"] == address("bulk_result", bulk), name
    client.post(address("bulk_remove_items", bulk), {"all": "yes"})
    assert bulk.items.count() == 3


def test_at_most_twenty_in_all(attorney):
    bulk_reschedules.add(account=attorney, appointments=clients_of(attorney, 15))
    with pytest.raises(TooManyItems):
        bulk_reschedules.add(account=attorney, appointments=clients_of(attorney, 6))
    assert BulkItem.objects.count() == 15


@pytest.mark.parametrize("count", [2, 20])
def test_pages_take_as_many_statements_for_twenty_items_as_for_two(
    client, attorney, django_assert_num_queries, count
):
    appointments = clients_of(attorney, count)
    bulk = bulk_reschedules.add(account=attorney, appointments=appointments)
    held = [hold_for(attorney, row) for row in appointments[1:]]
    state_all(client, bulk)
    SlotFactory(site=appointments[0].slot.site, ahead=9 * DAY)
    times = address("bulk_times", bulk, appointments[0].public_id)
    for path, statements in (
        (address("bulk_reasons", bulk), 13),
        (times, 16),
        (address("bulk", bulk), 12),
    ):
        with django_assert_num_queries(statements):
            assert client.get(path).status_code == 200
    confirm(client, bulk, held)
    with django_assert_num_queries(12):
        assert client.get(address("bulk_result", bulk)).status_code == 200
    assert BulkReschedule.objects.get(finished_at__lte=database_now()) == bulk


# --- Households ---------------------------------------------------------------------------------------


def test_a_hold_of_a_household_is_not_used_by_the_bulk(attorney):
    family = make_household(2)
    RepresentationFactory(case=family[0].case, representative=attorney)
    [slot] = adjacent_slots(family[0].slot.site, seats=[2])
    held = acts.hold_together(account=attorney, appointments=family, first=slot)
    bulk = bulk_reschedules.add(account=attorney, appointments=family[:1])

    [item] = get_bulk_state(account=attorney, bulk=bulk).items
    bulk_reschedules.confirm_all(account=attorney, bulk=bulk, reservation_ids=[held.public_id])

    assert item.seat is None
    assert not Reschedule.objects.exists()
    assert Reservation.objects.get(pk=held.pk).state == Reservation.State.HELD
