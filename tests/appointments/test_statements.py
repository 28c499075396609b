"""How many statements a page runs, with session, account, BEGIN and COMMIT. More rows, same number."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Notice, Slot
from appointments.notices.facts import RepresentationEvent
from appointments.notices.services.representations import notify_client
from appointments.reschedule import services
from appointments.reschedule.queries import Group
from appointments.staff.services import staff_reschedule
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, CaseFactory, RepresentationFactory
from tests.factories.appointments import AppointmentFactory, SiteFactory, SlotFactory
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason

pytestmark = pytest.mark.usefixtures("db", "reference_data")

AT_MOST_FOR_A_PAGE_OF_TIMES = 14
AT_MOST_FOR_A_HOLD = 22
AT_MOST_FOR_A_CONFIRMATION = 24
AT_MOST_FOR_EACH_FURTHER_PERSON = 3
STATEMENTS_OF_THE_LIST = 14
STATEMENTS_OF_THE_INBOX = 5
STATEMENTS_OF_AN_APPOINTMENT = 10
STATEMENTS_OF_A_RECEIPT = 7


@pytest.fixture
def appointment():
    return AppointmentFactory()


@pytest.fixture
def account(appointment):
    return appointment.series.person.case.requestor


def requestor_of(appointment):
    return appointment.series.person.case.requestor


def request_page(client, account, method, name, row=None, **fields):
    """Return the response to one request of a signed-in account, and how many statements it ran."""
    client.force_login(account)
    path = reverse(f"appointments:{name}", args=[row.public_id] if row else [])
    with CaptureQueriesContext(connection) as ran:
        response = getattr(client, method)(path, fields)
    return response, len(ran)


def add_free_slots(site, number):
    """Create slots within one hour of a Tuesday, so that one page shows all of them."""
    start = database_now() + timedelta(days=6)
    start = (start + timedelta(days=(1 - start.weekday()) % 7)).replace(hour=18, minute=0, second=0)
    Slot.objects.bulk_create(
        Slot(
            site=site,
            starts_at=start + timedelta(minutes=minute),
            ends_at=start + timedelta(minutes=minute + 30),
            capacity=1,
        )
        for minute in range(number)
    )


def page_of_times(client, appointment, site):
    response, statements = request_page(
        client, requestor_of(appointment), "get", "times", appointment, site=site.public_id
    )
    assert response.status_code == 200
    return response.content.count(b'name="slot"'), response.content.count(b"portal-sites__first"), statements


def give_reason(account, appointment):
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")


def reschedule_by_agency(appointment, times):
    for _ in range(times):
        appointment = staff_reschedule.reschedule_by_agency(
            actor=None, appointment=appointment, slot=SlotFactory()
        ).to_appointment
    return appointment


def test_a_page_of_times_takes_as_many_statements_for_sixty_slots_as_for_three(client, appointment, account):
    few, many = SiteFactory(), SiteFactory()
    add_free_slots(few, 3)
    add_free_slots(many, 60)
    give_reason(account, appointment)

    shown_few, _, statements_for_few = page_of_times(client, appointment, few)
    shown_many, _, statements_for_many = page_of_times(client, appointment, many)

    assert (shown_few, shown_many) == (3, 60)
    assert statements_for_few == statements_for_many <= AT_MOST_FOR_A_PAGE_OF_TIMES


def test_a_page_of_times_takes_no_more_statements_with_twelve_more_sites(client, appointment, account):
    add_free_slots(appointment.slot.site, 3)
    give_reason(account, appointment)

    _, sites_before, statements_before = page_of_times(client, appointment, appointment.slot.site)
    SiteFactory.create_batch(12)
    _, sites_after, statements_after = page_of_times(client, appointment, appointment.slot.site)

    # The current site, and the five nearest.
    assert (sites_before, sites_after) == (1, 6)
    assert statements_before == statements_after <= AT_MOST_FOR_A_PAGE_OF_TIMES


def test_a_page_of_times_takes_no_more_statements_after_many_reschedules(client, appointment, account):
    scheduled = reschedule_by_agency(appointment, times=6)
    add_free_slots(scheduled.slot.site, 3)
    give_reason(account, scheduled)

    _, _, statements = page_of_times(client, scheduled, scheduled.slot.site)

    assert statements <= AT_MOST_FOR_A_PAGE_OF_TIMES


def confirmation(client, account, appointment):
    """Return how many statements one confirmation runs, from the click to the redirect."""
    give_reason(account, appointment)
    held = acts.hold(account=account, appointment=appointment, slot=SlotFactory())
    response, statements = request_page(client, account, "post", "confirm", held)
    assert response.status_code == 302
    assert response.url.endswith("/receipt/")
    return statements


def hold_and_confirm(client, appointments):
    """Return how many statements the hold and the confirmation run, for these people of one case."""
    account = requestor_of(appointments[0])
    services.state_reason(account=account, appointments=appointments, reason=reason(), explanation="")
    [slot] = adjacent_slots(appointments[0].slot.site, seats=[len(appointments)])
    client.force_login(account)
    with CaptureQueriesContext(connection) as holding:
        held = client.post(Group(tuple(appointments)).times_address, {"slot": slot.public_id})
    # Count before the next request, which clears the record.
    statements_of_hold = len(holding)
    with CaptureQueriesContext(connection) as confirming:
        confirmed = client.post(f"{held.url}confirm/")
    statements_of_confirmation = len(confirming)
    assert client.get(confirmed.url).status_code == 200
    return statements_of_hold, statements_of_confirmation


def test_holding_and_confirming_keep_within_their_bounds_for_one_person(client, appointment):
    holding, confirming = hold_and_confirm(client, [appointment])

    assert 0 < holding <= AT_MOST_FOR_A_HOLD
    assert 0 < confirming <= AT_MOST_FOR_A_CONFIRMATION


def test_holding_and_confirming_take_few_more_statements_for_each_further_person(client):
    alone, of_six = make_household(1), make_household(6)

    holding_one, confirming_one = hold_and_confirm(client, alone)
    holding_six, confirming_six = hold_and_confirm(client, of_six)

    # Two more statements read the rules and find the slots of the run.
    assert holding_six <= holding_one + 2
    assert confirming_six <= confirming_one + 5 * AT_MOST_FOR_EACH_FURTHER_PERSON
    assert confirming_one <= AT_MOST_FOR_A_CONFIRMATION


def test_a_confirmation_takes_no_more_statements_after_many_reschedules(client, appointment):
    other = reschedule_by_agency(AppointmentFactory(), times=6)

    first = confirmation(client, requestor_of(appointment), appointment)
    seventh = confirmation(client, requestor_of(other), other)

    assert first == seventh <= AT_MOST_FOR_A_CONFIRMATION


def test_a_representatives_confirmation_keeps_within_the_same_bound(client, appointment):
    attorney = AttorneyFactory()
    RepresentationFactory(case=appointment.series.person.case, representative=attorney)

    assert confirmation(client, attorney, appointment) <= AT_MOST_FOR_A_CONFIRMATION


def test_a_represented_requestors_confirmation_keeps_within_the_same_bound(client, appointment, account):
    RepresentationFactory(case=appointment.series.person.case)

    assert confirmation(client, account, appointment) <= AT_MOST_FOR_A_CONFIRMATION


def test_the_list_takes_as_many_statements_for_ten_cards_as_for_one(client, appointment, account):
    reschedule_by_agency(appointment, times=1)
    one, statements_for_one = request_page(client, account, "get", "list")
    AppointmentFactory.create_batch(9, series__person__case__requestor=account)
    AppointmentFactory.create_batch(9, series__person__case__requestor=account, status="missed")
    ten, statements_for_ten = request_page(client, account, "get", "list")

    assert [len(page.context["cards"]) for page in (one, ten)] == [1, 10]
    assert [len(page.context["past"]) for page in (one, ten)] == [1, 10]
    assert statements_for_one == statements_for_ten == STATEMENTS_OF_THE_LIST


def expired_notices(account, appointment, number):
    """Create notices of expired holds, and one about a representative."""
    place = {
        "site_name": "A site",
        "address_lines": [],
        "tz": "America/Phoenix",
        "starts_at": "2026-12-01T15:00:00+00:00",
        "ends_at": "2026-12-01T15:30:00+00:00",
    }
    Notice.objects.bulk_create(
        Notice(
            kind=Notice.Kind.HOLD_EXPIRED, addressee=account, appointment=appointment, facts={"new": place}
        )
        for _ in range(number)
    )
    notify_client(case=appointment.series.person.case, event=RepresentationEvent.INVITED)


@pytest.mark.parametrize("reader", ["requestor", "representative"])
def test_the_inbox_takes_as_many_statements_for_a_full_page_as_for_one_notice(client, account, reader):
    cases = [CaseFactory(requestor=account) for _ in range(4)]
    appointments = [AppointmentFactory(series__person__case=case) for case in cases]
    if reader == "representative":
        account = AttorneyFactory()
        for case in cases:
            RepresentationFactory(case=case, representative=account)

    expired_notices(account, appointments[0], 1)
    one, statements_for_one = request_page(client, account, "get", "notices")
    for appointment in appointments:
        expired_notices(account, appointment, 6)
    full, statements_for_full = request_page(client, account, "get", "notices")

    assert len(one.context["views"]) < len(full.context["views"]) == 20
    assert statements_for_one == statements_for_full == STATEMENTS_OF_THE_INBOX


def test_the_page_of_an_appointment_takes_no_more_statements_after_many_reschedules(
    client, appointment, account
):
    scheduled = reschedule_by_agency(appointment, times=1)
    one, statements_after_one = request_page(client, account, "get", "detail", scheduled)
    scheduled = reschedule_by_agency(scheduled, times=5)
    expired_notices(account, scheduled, 5)
    six, statements_after_six = request_page(client, account, "get", "detail", scheduled)

    assert (len(one.context["reschedules"]), len(six.context["reschedules"])) == (1, 6)
    assert statements_after_one == statements_after_six == STATEMENTS_OF_AN_APPOINTMENT


def test_a_receipt_takes_no_more_statements_after_many_reschedules(client, appointment, account):
    give_reason(account, appointment)
    held = acts.hold(account=account, appointment=appointment, slot=SlotFactory())
    reschedule = acts.confirm(account=account, reservation=held)
    _first, statements_after_one = request_page(client, account, "get", "receipt", reschedule)
    reschedule_by_agency(reschedule.to_appointment, times=5)
    _again, statements_after_six = request_page(client, account, "get", "receipt", reschedule)

    assert statements_after_one == statements_after_six == STATEMENTS_OF_A_RECEIPT
