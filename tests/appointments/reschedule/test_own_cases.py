"""Cases and clients without an appointment can be reached by links."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.services.access_codes import issue_access_code
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    UserFactory,
    requested,
)
from tests.factories.appointments import AppointmentFactory
from tests.factories.caseloads import client_of

pytestmark = pytest.mark.usefixtures("reference_data")

# Session, account and overview, then what comes, what is past, the rules, the to-do list and the cases.
STATEMENTS_OF_THE_LIST = 12
STATEMENTS_OF_THE_CASES = 5
STATEMENTS_OF_THE_CLIENTS = 8


@pytest.fixture
def account(client, reference_data):
    account = UserFactory()
    client.force_login(account)
    return account


@pytest.fixture
def attorney(client, reference_data):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    return attorney


def read(client, address):
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def open_link(client, page, label):
    """Return the page behind the one link with this text."""
    links = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    [address] = {address for address, text in links if label in text}
    return read(client, address)


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as ran:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(ran)


def without_appointment(account, **fields):
    case = CaseFactory(requestor=account, **fields)
    PersonFactory(case=case)
    return case


def test_the_representative_page_of_a_case_without_an_appointment_is_reached_by_links(client, account):
    case = CaseFactory(requestor=None)
    code = issue_access_code(case=case)
    client.post(reverse("accounts:add_case"), {"receipt_number": case.receipt_number, "access_code": code})

    listed = read(client, "/appointments/")
    assert "To see your appointments here, add your case" not in listed
    assert "I-485" in listed
    shown = open_link(client, listed, f"Case {case.receipt_number}")
    asked = open_link(client, shown, "Your attorney or representative")

    assert "Invite a representative" in asked


def test_only_own_cases_without_a_scheduled_appointment_are_listed(client, account):
    scheduled = AppointmentFactory(series__person__case__requestor=account).series.person.case
    missed = AppointmentFactory(series__person__case__requestor=account, status="missed").series.person.case
    waiting = without_appointment(account)
    without_appointment(UserFactory())

    listed = client.get("/appointments/").context["cases"]

    assert listed == [waiting, missed]
    assert {case.pk for case in client.get("/cases/").context["page"]} == {
        case.pk for case in (scheduled, missed, waiting)
    }


def test_an_account_without_cases_is_asked_to_add_one(client, account):
    for address in ("/appointments/", "/cases/"):
        assert reverse("accounts:add_case") in read(client, address)
    assert "To see your appointments here, add your case" in read(client, "/appointments/")


def test_more_cases_are_behind_a_link_page_by_page(client, account):
    cases = [without_appointment(account) for _ in range(21)]
    listed = read(client, "/appointments/")
    assert sum(case.receipt_number in listed for case in cases) == 5
    everything = open_link(client, listed, "See all my cases")
    assert "Page 1 of 2" in everything
    assert sum(case.receipt_number in everything for case in cases) == 20
    assert cases[0].receipt_number in read(client, "/cases/?page=2")


@pytest.mark.parametrize(
    ("address", "at_most"),
    [("/appointments/", STATEMENTS_OF_THE_LIST), ("/cases/", STATEMENTS_OF_THE_CASES)],
)
def test_many_cases_take_as_many_statements_as_one(client, account, address, at_most):
    without_appointment(account)
    AppointmentFactory(series__person__case__requestor=account)
    few = statements(client, address)
    for _ in range(8):
        without_appointment(account)
    assert statements(client, address) == few <= at_most


def test_a_representative_has_clients_instead(client, attorney):
    assert client.get("/cases/").url == "/clients/"


def test_a_representative_reaches_a_client_without_an_appointment_while_in_force(client, attorney):
    case = RepresentationFactory(representative=attorney).case
    asked = requested(representative=attorney).case
    listed = read(client, "/clients/")
    assert f"/cases/{asked.public_id}/" not in listed
    assert f"Case {case.receipt_number}" in open_link(client, listed, "See the case")


def search(client, words):
    answer = client.post("/clients/search/", {"words": words}, follow=True)
    assert not words or words not in answer.request["QUERY_STRING"]
    return {row.case.receipt_number for row in answer.context["clients"]}


def test_clients_are_searched_by_number_or_by_a_persons_name(client, attorney):
    ana = client_of(attorney, name="Ana Canary").series.person.case
    bo = client_of(attorney, name="Bo Li").series.person.case
    everyone = {ana.receipt_number, bo.receipt_number}
    client_of(AttorneyFactory(), name="Ana Foreign")

    assert search(client, "canary") == {ana.receipt_number}
    assert search(client, f"{bo.receipt_number[:3]}-{bo.receipt_number[3:]}") == {bo.receipt_number}
    assert search(client, bo.requestor.name) == {bo.receipt_number}
    assert search(client, "Foreign") == set()
    none = client.post("/clients/search/", {"words": "Foreign"}, follow=True).content.decode()
    assert "Show all clients" in none
    assert "You don’t have any clients yet" not in none
    assert "Show all clients" not in read(client, "/clients/")
    assert search(client, "") == everyone


def test_a_search_finds_no_name_that_the_client_has_not_shown(client, attorney):
    case = CaseFactory(requestor__name="Hidden Canary")
    PersonFactory(case=case, name="Hidden Person")
    requested(representative=attorney, case=case)
    assert search(client, "Hidden") == set()
    assert search(client, case.receipt_number) == {case.receipt_number}
    invited = requested(
        representative=attorney, case=CaseFactory(requestor__name="Shown"), origin="invitation"
    )
    PersonFactory(case=invited.case, name="Hidden Person")
    assert search(client, "Hidden") == set()
    assert search(client, "Shown") == {invited.case.receipt_number}


def test_a_search_that_is_too_long_says_so_and_stays(client, attorney):
    client_of(attorney)
    answer = client.post("/clients/search/", {"words": "a" * 101})
    assert answer.status_code == 422
    assert "a" * 101 in answer.content.decode()


@pytest.mark.parametrize("words", ["", "Client", "IOE"])
def test_the_clients_take_as_many_statements_for_many_as_for_one(client, attorney, words):
    client_of(attorney, name="A Client")
    address = client.post("/clients/search/", {"words": words})["Location"]
    few = statements(client, address)
    for number in range(5):
        client_of(attorney, name=f"Client {number}")
    assert statements(client, address) == few <= STATEMENTS_OF_THE_CLIENTS
