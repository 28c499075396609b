"""A sitting through its pages: picked, reasoned, held, confirmed each by itself, and what the result says."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from appointments.models import Appointment, Hold, Move, Pick, RescheduleDraft, Sitting, Slot
from appointments.booking import household
from appointments.caseload.services import bulk_reschedules as sittings
from appointments.booking.invariants import find_violations
from appointments.booking.errors import TooManyPicks
from portal.foundation.clock import database_now
from tests.appointments.caseload.caseloads import client_of, clients_of, end_representation, hold_for
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import SlotFactory
from tests.households import adjacent_slots, make_household

pytestmark = pytest.mark.usefixtures("reference_data")

PAGES = {"sitting", "sitting_reasons", "sitting_go_on", "sitting_result"}
ACTS = {"sitting_extend", "sitting_put_back", "sitting_confirm"}
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
def sitting(attorney, three):
    return sittings.add(account=attorney, appointments=three)


def address(name, sitting, *args):
    return reverse(f"appointments:{name}", args=[sitting.public_id, *args])


def outcomes(sitting):
    return list(sitting.picks.order_by("pk").values_list("outcome", flat=True))


def confirm(client, sitting, holds):
    return client.post(address("sitting_confirm", sitting), {"hold": [hold.public_id for hold in holds]})


# --- Reasons ------------------------------------------------------------------------------------------


def test_one_reason_for_all_counts_where_none_is_given(client, sitting, three):
    own = three[1].public_id
    fields = {"reason": "TRAVEL", "explanation": "A trip", f"reason-{own}": "ILLNESS"}
    response = client.post(address("sitting_reasons", sitting), fields)
    assert response["Location"] == address("sitting_go_on", sitting)
    drafts = {draft.appointment_id: draft for draft in RescheduleDraft.objects.select_related("reason")}
    assert [drafts[row.pk].reason.code for row in three] == ["TRAVEL", "ILLNESS", "TRAVEL"]
    assert [drafts[row.pk].explanation for row in three] == ["A trip", "", "A trip"]


def test_an_own_explanation_goes_with_the_reason_for_all(client, sitting, three):
    fields = {"reason": "OTHER", "explanation": "For all", f"explanation-{three[0].public_id}": "Only mine"}
    client.post(address("sitting_reasons", sitting), fields)
    words = RescheduleDraft.objects.order_by("appointment__slot__starts_at").values_list(
        "explanation", flat=True
    )
    assert list(words) == ["Only mine", "For all", "For all"]


def test_a_missing_reason_names_its_person_and_what_was_typed_stays(client, sitting, three):
    given = three[0].public_id
    fields = {f"reason-{given}": "OTHER", f"explanation-{given}": "Typed at length"}
    response = client.post(address("sitting_reasons", sitting), fields)
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
def test_a_wrong_reason_for_all_is_said_once(client, sitting, fields, wrong):
    response = client.post(address("sitting_reasons", sitting), fields)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {wrong}
    assert len(response.context["form"].errors[wrong]) == 1


# --- Times --------------------------------------------------------------------------------------------


def state_all(client, sitting):
    client.post(address("sitting_reasons", sitting), {"reason": "TRAVEL"})


def follow(client, sitting):
    return client.get(address("sitting_go_on", sitting))["Location"]


def test_leads_from_reasons_through_one_time_after_the_other_to_the_review(client, sitting, three):
    assert follow(client, sitting) == address("sitting_reasons", sitting)
    state_all(client, sitting)
    for appointment in three:
        times = address("sitting_times", sitting, appointment.public_id)
        assert follow(client, sitting) == times
        slot = SlotFactory(site=appointment.slot.site, ahead=9 * DAY)
        page = client.get(times)
        assert page.status_code == 200
        assert str(slot.public_id) in page.content.decode()
        held = client.post(times, {"slot": slot.public_id})
        assert held["Location"] == address("sitting_go_on", sitting)
    assert follow(client, sitting) == address("sitting", sitting)
    assert Hold.objects.filter(state="held").count() == 3
    assert "Confirm 3 new times" in client.get(address("sitting", sitting)).content.decode()


def test_the_times_held_so_far_stand_beside_the_next_choice_with_their_lapse(
    client, attorney, sitting, three
):
    state_all(client, sitting)
    held = hold_for(attorney, three[0])
    page = client.get(address("sitting_times", sitting, three[1].public_id))
    first = page.context["story"].picks[0]
    assert first.held.hold == held
    assert first.held.until in page.content.decode()
    assert f'data-hold-expires-at="{held.expires_at.isoformat()}"' in page.content.decode()


def test_a_seat_that_is_gone_is_said_and_the_others_stay_held(client, attorney, sitting, three):
    state_all(client, sitting)
    hold_for(attorney, three[0])
    full = SlotFactory(site=three[1].slot.site, ahead=9 * DAY, taken=1)
    response = client.post(address("sitting_times", sitting, three[1].public_id), {"slot": full.public_id})
    assert response.status_code == 409
    assert "Someone else took the last seat" in response.content.decode()
    assert Hold.objects.filter(state="held").count() == 1
    Slot.objects.filter(pk=full.pk).update(taken=0)


def test_one_click_extends_every_hold_and_returns_to_the_times(client, attorney, sitting, three, shift_clock):
    held = [hold_for(attorney, row) for row in three[:2]]
    shift_clock(timedelta(minutes=8))
    back = three[2].public_id
    response = client.post(address("sitting_extend", sitting), {"back_to": back})
    assert response["Location"] == address("sitting_times", sitting, back)
    for hold in held:
        before = hold.expires_at
        hold.refresh_from_db()
        assert hold.expires_at >= before + timedelta(minutes=7)


def test_a_pick_taken_out_gives_its_seat_back_and_keeps_its_reason(client, attorney, sitting, three):
    held = hold_for(attorney, three[0])
    client.post(address("sitting_put_back", sitting), {"appointment": three[0].public_id})
    held.refresh_from_db()
    assert held.state == Hold.State.RELEASED
    assert sitting.picks.count() == 2
    assert RescheduleDraft.objects.filter(appointment=three[0]).exists()
    last = client.post(address("sitting_put_back", sitting), {"all": "yes"})
    assert last["Location"] == "/caseload/"
    assert "picked and not finished" not in client.get("/caseload/").content.decode()
    assert find_violations() == []


# --- Confirming ---------------------------------------------------------------------------------------


def test_moves_all_that_are_held(client, attorney, sitting, three):
    held = [hold_for(attorney, row) for row in three]
    response = confirm(client, sitting, held)
    assert response["Location"] == address("sitting_result", sitting)
    page = client.get(response["Location"])
    assert outcomes(sitting) == ["moved"] * 3
    for move in Move.objects.all():
        assert move.representation.representative == attorney
        assert move.confirmation_number in page.content.decode()
    assert Move.objects.count() == 3
    assert find_violations() == []


def test_one_that_is_refused_keeps_no_other_from_being_moved(client, attorney, sitting, three):
    held = [hold_for(attorney, row) for row in three]
    Appointment.objects.filter(pk=three[1].pk).update(is_staff_only=True)
    review = client.get(address("sitting", sitting))
    assert "Confirm 2 new times" in review.content.decode()
    assert 'data-refusal="STAFF_ONLY"' in review.content.decode()
    confirm(client, sitting, held)
    assert outcomes(sitting) == ["moved", "refused", "moved"]
    page = client.get(address("sitting_result", sitting)).content.decode()
    assert "2 of 3 were moved" in page
    assert 'data-refusal="STAFF_ONLY"' in page
    three[1].refresh_from_db()
    assert three[1].status == Appointment.Status.STANDING


def lapse(_row, held):
    Hold.objects.filter(pk=held.pk).update(expires_at=held.made_at)


def close_slot(_row, held):
    Slot.objects.filter(pk=held.slot_id).update(closed_at=held.made_at)


def forget_reason(row, _held):
    RescheduleDraft.objects.filter(appointment=row).delete()


def revoke(row, _held):
    end_representation(row)


@pytest.mark.parametrize(
    ("spoil", "outcome"),
    [
        (lapse, "hold_ended"),
        (close_slot, "seat_refused"),
        (forget_reason, "no_reason"),
        (revoke, "not_yours"),
    ],
)
def test_each_cause_is_told_and_the_rest_is_moved(client, attorney, sitting, three, spoil, outcome):
    held = [hold_for(attorney, row) for row in three]
    spoil(three[0], held[0])
    confirm(client, sitting, held)
    assert outcomes(sitting) == [outcome, "moved", "moved"]
    page = client.get(address("sitting_result", sitting))
    assert "2 of 3 were moved" in page.content.decode()
    if outcome != "not_yours":
        assert page.context["story"].not_moved[0].not_moved in page.content.decode()


def test_what_can_still_be_moved_is_tried_again_in_a_new_sitting(client, attorney, sitting, three):
    held = [hold_for(attorney, row) for row in three]
    Hold.objects.filter(pk=held[0].pk).update(expires_at=held[0].made_at)
    confirm(client, sitting, held)
    again = client.get(address("sitting_result", sitting)).context["story"].can_go_on_with
    assert [told.story.appointment for told in again] == [three[0]]
    client.post(reverse("appointments:caseload_pick"), {"appointment": three[0].public_id})
    assert Sitting.objects.count() == 2
    new = Sitting.objects.get(finished_at=None)
    assert [pick.appointment for pick in new.picks.all()] == [three[0]]
    assert follow(client, new) == address("sitting_times", new, three[0].public_id)


def test_confirming_again_shows_the_same_result(client, attorney, sitting, three):
    held = [hold_for(attorney, row) for row in three[:2]]
    confirm(client, sitting, held)
    moves = list(Move.objects.values_list("confirmation_number", flat=True))
    assert outcomes(sitting) == ["moved", "moved", "no_reason"]
    sittings.confirm_all(account=attorney, sitting=sitting, hold_ids=[hold.public_id for hold in held])
    assert confirm(client, sitting, held)["Location"] == address("sitting_result", sitting)
    assert outcomes(sitting) == ["moved", "moved", "no_reason"]
    assert list(Move.objects.values_list("confirmation_number", flat=True)) == moves


def test_moves_only_what_the_reader_saw(client, attorney, sitting, three):
    """Another time was held in another tab after the review was shown."""
    seen = hold_for(attorney, three[0])
    hold_for(attorney, three[0], slot=SlotFactory(ahead=9 * DAY))
    confirm(client, sitting, [seen])
    assert outcomes(sitting)[0] == "hold_ended"
    assert not Move.objects.exists()


def test_another_accounts_hold_is_never_confirmed(client, attorney, sitting, three):
    other = client_of(AttorneyFactory())
    foreign = hold_for(other.chain.person.case.requestor, other)
    confirm(client, sitting, [foreign, hold_for(attorney, three[0])])
    assert Move.objects.get().from_appointment == three[0]


def test_confirming_nothing_leads_back_to_the_review(client, sitting):
    for fields in ({}, {"hold": "nonsense"}):
        response = client.post(address("sitting_confirm", sitting), fields)
        assert response["Location"] == address("sitting", sitting)
    sitting.refresh_from_db()
    assert sitting.finished_at is None


# --- Whose ---------------------------------------------------------------------------------------------


def test_a_client_who_revoked_is_reported_without_details(client, attorney, sitting, three):
    state_all(client, sitting)
    hold_for(attorney, three[0])
    end_representation(three[0])
    receipt = three[0].chain.person.case.receipt_number
    for name in PAGES - {"sitting_go_on", "sitting_result"}:
        text = client.get(address(name, sitting)).content.decode()
        assert "1 appointment that you picked is no longer yours to move" in text, name
        assert "Client 3" not in text
        assert receipt not in text
    times = address("sitting_times", sitting, three[0].public_id)
    assert client.get(times)["Location"] == address("sitting", sitting)
    assert client.post(times, {"slot": SlotFactory().public_id})["Location"] == address("sitting", sitting)


@pytest.mark.parametrize("build", [AttorneyFactory, UserFactory])
def test_another_accounts_sitting_does_not_exist(client, sitting, three, build):
    client.force_login(build())
    addresses = [address(name, sitting) for name in PAGES | ACTS]
    addresses.append(address("sitting_times", sitting, three[0].public_id))
    for path in addresses:
        missing = path.replace(str(sitting.public_id), str(uuid4()))
        for method in (client.get, client.post):
            foreign, none = method(path), method(missing)
            assert foreign.status_code == none.status_code, path
            assert foreign.status_code in (404, 405), path
    assert sitting.picks.count() == 3


def test_a_finished_sitting_shows_its_result_from_every_address(client, attorney, sitting, three):
    confirm(client, sitting, [hold_for(attorney, three[0])])
    for name in (PAGES | ACTS) - {"sitting_result"}:
        response = client.get(address(name, sitting), follow=True)
        assert response.request["PATH_INFO"] == address("sitting_result", sitting), name
    client.post(address("sitting_put_back", sitting), {"all": "yes"})
    assert sitting.picks.count() == 3


def test_at_most_twenty_in_all(attorney):
    sittings.add(account=attorney, appointments=clients_of(attorney, 15))
    with pytest.raises(TooManyPicks):
        sittings.add(account=attorney, appointments=clients_of(attorney, 6))
    assert Pick.objects.count() == 15


@pytest.mark.parametrize("count", [2, 20])
def test_pages_take_as_many_statements_for_twenty_picks_as_for_two(
    client, attorney, django_assert_num_queries, count
):
    appointments = clients_of(attorney, count)
    sitting = sittings.add(account=attorney, appointments=appointments)
    held = [hold_for(attorney, row) for row in appointments[1:]]
    state_all(client, sitting)
    times = address("sitting_times", sitting, appointments[0].public_id)
    for path, statements in (
        (address("sitting_reasons", sitting), 12),
        (times, 14),
        (address("sitting", sitting), 11),
    ):
        with django_assert_num_queries(statements):
            assert client.get(path).status_code == 200
    confirm(client, sitting, held)
    with django_assert_num_queries(11):
        assert client.get(address("sitting_result", sitting)).status_code == 200
    assert Sitting.objects.get(finished_at__lte=database_now()) == sitting


# --- Households ---------------------------------------------------------------------------------------


def test_what_a_household_holds_is_no_hold_of_the_sitting(attorney):
    family = make_household(2)
    RepresentationFactory(case=family[0].chain.person.case, representative=attorney)
    [slot] = adjacent_slots(family[0].slot.site, seats=[2])
    held = household.take(account=attorney, appointments=family, first=slot)
    sitting = sittings.add(account=attorney, appointments=family[:1])

    [pick] = sittings.read_sitting(account=attorney, sitting=sitting).picks
    sittings.confirm_all(account=attorney, sitting=sitting, hold_ids=[held[0].public_id])

    assert pick.hold is None
    assert not Move.objects.exists()
    assert Hold.objects.filter(household=held[0].household, state=Hold.State.HELD).count() == 2
