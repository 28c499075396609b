"""The list of appointments: what comes as cards, what is past folded, with what replaced it."""

from datetime import timedelta

import pytest

from tests.factories.accounts import CaseFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.households import make_household
from tests.factories.reschedules import reschedule_by_agency, reschedule_online

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def account(client, reference_data):
    account = UserFactory()
    client.force_login(account)
    return account


def appointment_in(account, ahead, **fields):
    case = fields.pop("case", None) or CaseFactory(requestor=account)
    return AppointmentFactory(series__person__case=case, slot=SlotFactory(ahead=ahead), **fields)


def listed(client, **query):
    context = client.get("/appointments/", query).context
    cards = [[person.appointment for person in card.people] for card in context["cards"]]
    return cards, {view.appointment: view for view in context["past"]}


def test_what_comes_is_first_and_the_rest_is_folded_with_its_outcome(client, account):
    later = appointment_in(account, timedelta(days=20))
    sooner = appointment_in(account, timedelta(days=2))
    under_way = appointment_in(account, timedelta(hours=-2))
    past = appointment_in(account, timedelta(days=-3))
    missed = appointment_in(account, timedelta(days=-9), status="missed")
    closed = appointment_in(account, timedelta(days=5), case=CaseFactory(requestor=account, closed=True))

    cards, folded = listed(client)

    assert cards == [[under_way], [sooner], [later]]
    assert {row: (view.outcome, view.can_be_excused) for row, view in folded.items()} == {
        past: ("Past", True),
        missed: ("Missed", True),
        closed: ("Case closed", False),
    }


def test_a_replaced_appointment_is_struck_and_leads_to_what_replaced_it(client, account):
    replaced = appointment_in(account, timedelta(days=5))
    current = reschedule_online(replaced).to_appointment

    cards, folded = listed(client)
    assert cards == [[current]]
    assert folded[replaced].replacement == current

    for address in ("/appointments/", f"/appointments/{replaced.public_id}/"):
        page = client.get(address).content.decode()
        assert "<s>" in page, address
        assert f'href="/appointments/{current.public_id}/"' in page, address
    detail = client.get(f"/appointments/{replaced.public_id}/")
    assert "data-refusal" not in detail.content.decode()


def test_a_family_is_on_one_card_and_one_click_reschedules_everyone(client):
    appointments = make_household(3)
    case = appointments[0].case
    client.force_login(case.requestor)
    cards, _folded = listed(client)
    assert cards == [appointments]
    together = f'href="/cases/{case.public_id}/reschedule/"'
    assert together in client.get("/appointments/").content.decode()

    # Only one person could be rescheduled: there is no one to go together with.
    for appointment in appointments[:2]:
        type(appointment).objects.filter(pk=appointment.pk).update(is_staff_only=True)
    assert together not in client.get("/appointments/").content.decode()


def test_each_telephone_number_and_source_is_once_on_the_page(client, account):
    for number in range(3):
        appointment_in(account, timedelta(hours=3 + number))
    page = client.get("/appointments/")
    [office] = page.context["offices"]
    assert page.content.decode().count(f'href="tel:{office.phone}"') == 1
    assert len(page.context["sources"]) == 1


def test_every_card_prints_the_current_notice_and_adds_it_to_a_calendar(client, account):
    appointment = appointment_in(account, timedelta(days=5))
    for address in ("/appointments/", f"/appointments/{appointment.public_id}/"):
        page = client.get(address).content.decode()
        assert f"/appointments/{appointment.public_id}/notice.pdf" in page
        assert f"/appointments/{appointment.public_id}/appointment.ics" in page
        assert "calendar.google.com" in page


def test_cards_and_past_appointments_have_pages_of_their_own(client, account):
    for number in range(11):
        appointment_in(account, timedelta(days=2, hours=number))
        appointment_in(account, timedelta(days=-2, hours=-number))
    cards, folded = listed(client, page=2, past=1)
    assert (len(cards), len(folded)) == (1, 10)
    cards, folded = listed(client, past=2)
    assert (len(cards), len(folded)) == (10, 1)


def test_a_reschedule_by_the_agency_does_not_count(client, account):
    appointment = reschedule_by_agency(appointment_in(account, timedelta(days=5))).to_appointment
    for address in ("/appointments/", f"/appointments/{appointment.public_id}/reschedule/reason/"):
        assert "This is reschedule 1 of 2." in client.get(address).content.decode()
    again = reschedule_online(appointment).to_appointment
    assert "This is reschedule 2 of 2." in client.get(f"/appointments/{again.public_id}/").content.decode()


def test_each_person_of_a_family_has_an_own_number(client):
    first, second = make_household(2)
    client.force_login(first.case.requestor)
    type(first.series).objects.filter(pk=second.series.pk).update(
        earlier_counted_at=[first.slot.starts_at - timedelta(days=60)]
    )
    page = client.get(f"/cases/{first.case.public_id}/reschedule/").content.decode()
    assert "This is reschedule 1 of 2." in page
    assert "This is reschedule 2 of 2." in page
