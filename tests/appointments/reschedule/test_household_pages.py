"""The pages on which a household moves together."""

from datetime import timedelta

import pytest

from appointments.models import Appointment, Hold, Reschedule
from portal.foundation.site_time import in_site_zone
from tests.factories.accounts import UserFactory
from tests.households import adjacent_slots, make_household
from tests.html_forms import missing_forms


@pytest.fixture
def family(db, reference_data):
    return make_household(3)


@pytest.fixture
def case(family, client):
    case = family[0].series.person.case
    client.force_login(case.requestor)
    return case


@pytest.fixture
def slots(family):
    return adjacent_slots(family[0].slot.site, seats=[2, 1])


def keys(appointments):
    return [str(appointment.public_id) for appointment in appointments]


def state(client, case, people):
    return client.post(
        f"/cases/{case.public_id}/together/", {"reason": "TRAVEL", "explanation": "", "people": keys(people)}
    )


def select(client, case, people, slot):
    return client.post(
        f"/cases/{case.public_id}/together/times/", {"slot": slot.public_id, "people": keys(people)}
    )


@pytest.fixture
def held(client, case, family, slots):
    state(client, case, family)
    return select(client, case, family, slots[0]).url


def test_goes_from_the_reason_to_the_receipt(client, case, family, slots):
    assert client.get(f"/cases/{case.public_id}/together/").status_code == 200
    times = state(client, case, family).url
    assert str(slots[0].public_id) in client.get(times).content.decode()
    review = select(client, case, family, slots[0]).url
    assert "Confirm for everyone" in client.get(review).content.decode()
    client.post(review + "extend/")
    receipt = client.post(review + "confirm/").url
    said = client.get(receipt).content.decode()
    assert all(reschedule.confirmation_number in said for reschedule in Reschedule.objects.all())
    assert Reschedule.objects.count() == 3
    assert client.post(review + "confirm/").url == client.get(review).url == receipt


def test_says_who_cannot_be_rescheduled_and_why_and_offers_the_rest(client, case, family, slots):
    Appointment.objects.filter(pk=family[0].pk).update(is_staff_only=True)

    said = client.get(f"/cases/{case.public_id}/together/").content.decode()
    assert 'data-refusal="STAFF_ONLY"' in said
    assert "Move the others together" in said

    state(client, case, family[1:])
    review = select(client, case, family[1:], slots[0]).url
    client.post(review + "confirm/")
    assert set(Reschedule.objects.values_list("from_appointment", flat=True)) == {family[1].pk, family[2].pk}


@pytest.mark.parametrize("movable", [0, 1, 2])
def test_without_two_to_reschedule_no_button_belongs_to_a_form_that_is_not_there(
    client, case, family, movable
):
    ours = [row.pk for row in family[:movable]]
    Appointment.objects.exclude(pk__in=ours).update(is_staff_only=True)
    shown = client.get(f"/cases/{case.public_id}/together/").content.decode()
    assert ('id="kept-form"' in shown) == (movable > 1)
    assert not missing_forms(shown)


def test_someone_who_was_shown_and_may_no_longer_be_rescheduled_stops_the_reason(client, case, family):
    Appointment.objects.filter(pk=family[0].pk).update(is_staff_only=True)

    assert state(client, case, family).status_code == 409


def test_a_refusal_at_the_end_reschedules_nobody_and_offers_the_rest(client, case, family, held, slots):
    Appointment.objects.filter(pk=family[0].pk).update(is_staff_only=True)

    refused = client.post(held + "confirm/")

    assert refused.status_code == 409
    said = refused.content.decode()
    assert "Nobody was moved" in said
    assert 'data-refusal="STAFF_ONLY"' in said
    assert "Hold the same time for the others" in said
    review = select(client, case, family[1:], slots[0]).url
    client.post(review + "confirm/")
    assert Reschedule.objects.count() == 2


def test_a_expired_hold_says_so_and_can_be_tried_again(client, case, held, shift_clock):
    shift_clock(timedelta(minutes=11))

    client.post(held + "confirm/", follow=True)
    ended = client.get(held)

    assert ended.status_code == 410
    assert "Try the same time again" in ended.content.decode()
    assert not Reschedule.objects.exists()


def test_a_full_time_says_so(client, case, family, slots):
    state(client, case, family)
    [small] = adjacent_slots(slots[0].site, seats=[1], first=timedelta(days=20))

    response = select(client, case, family, small)

    assert response.status_code == 409
    assert "no longer enough seats for everyone" in response.content.decode()


def day_of(slot):
    return in_site_zone(slot.starts_at, slot.site.tz).date()


def test_who_was_too_late_stays_on_the_day(client, case, family, slots):
    later = adjacent_slots(slots[0].site, seats=[3, 1], first=timedelta(days=20))
    state(client, case, family)
    sent = {"people": keys(family), "site": later[1].site.public_id, "day": day_of(later[1])}

    answer = client.post(f"/cases/{case.public_id}/together/times/", {**sent, "slot": later[1].public_id})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert (str(later[0].public_id) in page, str(slots[0].public_id) in page) == (True, False)


def test_a_day_without_seats_for_everyone_says_so(client, case, family, slots):
    times = state(client, case, family).url
    full = day_of(slots[0])
    other_day = full + timedelta(days=1 if full.weekday() < 6 else -1)

    page = client.get(times, {"day": other_day}).content.decode()

    assert "No time on this day has seats for everyone. Choose another day." in page
    assert str(slots[0].public_id) not in page


@pytest.mark.parametrize("sent", [{}, {"slot": "x"}, {"people": "x"}, {"slot": "x", "people": ["\x00"]}])
def test_nonsense_is_answered_with_a_page(client, case, family, sent):
    state(client, case, family)

    response = client.post(f"/cases/{case.public_id}/together/times/", sent)

    assert response.status_code in (302, 422)


@pytest.mark.parametrize("act", ["", "confirm/", "extend/", "release/"])
def test_the_holds_of_someone_else_do_not_exist(client, held, act):
    client.force_login(UserFactory())

    assert (client.post if act else client.get)(held + act).status_code == 404


def test_one_of_the_holds_leads_to_the_review_of_all(client, held):
    hold = Hold.objects.first()

    assert client.get(f"/holds/{hold.public_id}/").url == held


def test_giving_back_leads_to_the_times(client, case, held):
    assert client.post(held + "release/").url == f"/cases/{case.public_id}/together/times/"
    assert not Hold.objects.filter(state=Hold.State.HELD).exists()
