"""The pages on which several people reschedule together."""

import re
from datetime import timedelta

import pytest
from django.http import QueryDict

from appointments.models import Appointment, Reschedule, RescheduleDraft, Reservation
from appointments.reschedule.queries import Group
from tests.factories.accounts import PersonFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, SeriesFactory
from tests.factories.households import adjacent_slots, make_household
from tests.support.html_forms import missing_forms, sent_by


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


def choose(client, case, people):
    """Select people and follow the redirect to the reason page."""
    page = f"/cases/{case.public_id}/reschedule/"
    return client.get(page, {"choose": "yes", "with": [row.public_id for row in people]})


def state(client, people):
    return client.post(Group(tuple(people)).reason_address, {"reason": "TRAVEL", "explanation": ""})


def select(client, people, slot):
    return client.post(Group(tuple(people)).times_address, {"slot": slot.public_id})


@pytest.fixture
def held(client, case, family, slots):
    state(client, family)
    return select(client, family, slots[0]).url


def test_goes_from_the_reason_to_the_receipt(client, case, family, slots):
    assert client.get(f"/cases/{case.public_id}/reschedule/").status_code == 200
    reason = choose(client, case, family).url
    assert reason == Group(tuple(family)).reason_address
    assert (
        "These are examples. If none fits, choose “Other” and explain." in client.get(reason).content.decode()
    )
    times = state(client, family).url
    assert str(slots[0].public_id) in client.get(times).content.decode()
    review = select(client, family, slots[0]).url
    assert "Confirm for everyone" in client.get(review).content.decode()
    client.post(review + "extend/")
    receipt = client.post(review + "confirm/").url
    text = client.get(receipt).content.decode()
    assert all(reschedule.confirmation_number in text for reschedule in Reschedule.objects.all())
    assert 'name="page" value="receipt"' in text
    assert Reschedule.objects.count() == 3
    assert client.post(review + "confirm/").url == client.get(review).url == receipt


def test_says_who_cannot_be_rescheduled_and_why_and_offers_the_rest(client, case, family, slots):
    Appointment.objects.filter(pk=family[0].pk).update(is_staff_only=True)

    text = client.get(f"/cases/{case.public_id}/reschedule/").content.decode()
    assert 'data-refusal="STAFF_ONLY"' in text
    assert choose(client, case, family).url == Group(tuple(family[1:])).reason_address

    state(client, family[1:])
    review = select(client, family[1:], slots[0]).url
    client.post(review + "confirm/")
    assert set(Reschedule.objects.values_list("from_appointment", flat=True)) == {family[1].pk, family[2].pk}


@pytest.mark.parametrize("movable", [0, 1, 2])
def test_without_two_to_reschedule_no_button_belongs_to_a_form_that_is_not_there(
    client, case, family, movable
):
    ours = [row.pk for row in family[:movable]]
    Appointment.objects.exclude(pk__in=ours).update(is_staff_only=True)
    shown = client.get(f"/cases/{case.public_id}/reschedule/").content.decode()
    assert ('name="choose"' in shown) == (movable > 1)
    assert not missing_forms(shown)


def test_without_anyone_checked_the_page_asks_again(client, case, family):
    answer = choose(client, case, [])

    assert answer.status_code == 422
    assert "Select at least one person." in answer.content.decode()


def test_one_selected_person_continues_alone(client, case, family):
    assert choose(client, case, family[:1]).url == f"/appointments/{family[0].public_id}/reschedule/reason/"


@pytest.mark.parametrize("page", ["reason_address", "times_address"])
def test_a_person_who_can_no_longer_reschedule_leads_back_to_the_people(client, case, family, page):
    Appointment.objects.filter(pk=family[0].pk).update(is_staff_only=True)

    answer = client.get(getattr(Group(tuple(family)), page))

    assert answer.url == f"/cases/{case.public_id}/reschedule/"


def test_the_reason_of_people_who_can_still_reschedule_is_saved(client, case, family):
    Appointment.objects.filter(pk=family[0].pk).update(is_staff_only=True)

    times = state(client, family).url

    assert client.get(times).url == f"/cases/{case.public_id}/reschedule/"
    stated = RescheduleDraft.objects.values_list("appointment", flat=True)
    assert set(stated) == {family[1].pk, family[2].pk}


def test_every_link_and_form_of_the_times_is_for_all_of_them(client, case, family, slots):
    state(client, family)
    group = Group(tuple(family))

    page = client.get(group.times_address).content.decode()

    addresses = re.findall(r'(?:href|action)="([?][^"]*)"', page)
    assert addresses
    for address in addresses:
        query = QueryDict(address.partition("?")[2].partition("#")[0].replace("&amp;", "&"))
        assert query.getlist("with") == [str(row.public_id) for row in family[1:]]
    _, *searches = re.split(r'<form [^>]*method="get"', page)
    assert len(searches) == 2  # filter, go to date: sites are links
    for form in searches:
        assert sent_by(form.partition("</form>")[0])["with"] == [str(row.public_id) for row in family[1:]]


def test_a_time_of_several_names_when_each_of_them_begins(client, case, family, slots):
    state(client, family)

    page = client.get(Group(tuple(family)).times_address).content.decode()

    assert ">9:00 and 9:30 AM</button>" in page
    assert 'aria-label="Hold 9:00 and 9:30 AM on ' in page


@pytest.mark.parametrize("others", ["x", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_people_of_another_account_do_not_exist(client, case, family, others):
    page = f"/appointments/{family[0].public_id}/reschedule/reason/"

    assert client.get(page, {"with": others}).status_code == 404
    assert client.get(page, {"with": [family[1].public_id] * 30}).status_code == 404


def test_people_of_two_cases_are_no_group(client, case, family):
    other = make_household(1, requestor=case.requestor)

    assert client.get(Group((family[0], *other)).reason_address).status_code == 404


def test_people_of_a_form_that_is_not_for_adoption_are_no_group(client, reference_data):
    first = AppointmentFactory()
    case = first.series.person.case
    second = AppointmentFactory(series=SeriesFactory(person=PersonFactory(case=case)))
    client.force_login(case.requestor)

    assert client.get(Group((first, second)).reason_address).status_code == 404
    assert client.get(f"/cases/{case.public_id}/reschedule/").status_code == 404


def test_a_refusal_at_the_end_reschedules_no_one_and_offers_the_rest(client, case, family, held, slots):
    Appointment.objects.filter(pk=family[0].pk).update(is_staff_only=True)

    refused = client.post(held + "confirm/")

    assert refused.status_code == 409
    text = refused.content.decode()
    assert "No appointments were rescheduled" in text
    assert 'data-refusal="STAFF_ONLY"' in text
    assert "Hold the same time for the others" in text
    review = select(client, family[1:], slots[0]).url
    client.post(review + "confirm/")
    assert Reschedule.objects.count() == 2


def test_an_expired_hold_says_so_and_can_be_tried_again(client, case, held, shift_clock):
    shift_clock(timedelta(minutes=11))

    client.post(held + "confirm/", follow=True)
    ended = client.get(held)

    assert ended.status_code == 410
    assert "Try the same time again" in ended.content.decode()
    assert not Reschedule.objects.exists()


def test_a_full_time_says_so(client, case, family, slots):
    state(client, family)
    [small] = adjacent_slots(slots[0].site, seats=[1], first=timedelta(days=20))

    response = select(client, family, small)

    assert response.status_code == 409
    assert "no longer enough seats for everyone" in response.content.decode()


@pytest.mark.parametrize("sent", [{}, {"slot": "x"}, {"people": "x"}, {"slot": "\x00"}])
def test_invalid_data_is_answered_with_a_page(client, case, family, sent):
    state(client, family)

    assert client.post(Group(tuple(family)).times_address, sent).status_code == 422


@pytest.mark.parametrize("act", ["", "confirm/", "extend/", "release/", "receipt/"])
def test_the_reservation_of_someone_else_does_not_exist(client, held, act):
    client.force_login(UserFactory())

    assert (client.get if act in ("", "receipt/") else client.post)(held + act).status_code == 404


def test_releasing_leads_to_the_times(client, family, held):
    assert client.post(held + "release/").url == Group(tuple(family)).times_address
    assert not Reservation.objects.filter(state=Reservation.State.HELD).exists()


def test_an_ended_reservation_names_everyone(client, held, family):
    client.post(held + "release/")

    ended = client.get(held)

    assert ended.status_code == 410
    text = ended.content.decode()
    assert all(row.series.person.name in text for row in family)
