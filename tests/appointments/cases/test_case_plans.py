"""Pages that list cases in a large database: every statement begins at the reader or at the case."""

import pytest
from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Case, Representation
from appointments.calendar_feed.services import create_feed
from appointments.caseload.facts import SortKey
from appointments.models import Appointment, Notice
from tests.factories.appointments import AppointmentFactory
from tests.factories.busy_country import CASES, CLIENTS, LARGE, make_country
from tests.factories.reschedules import reschedule_by_agency
from tests.support.query_plans import plan_of, plans_of, read_whole, statements_of

CASELOADS = [
    {},
    {"page": CLIENTS // 5},
    {"state": "allowed"},
    {"state": "RESCHEDULE_LIMIT"},
    {"state": "ALREADY_PASSED"},
    {"form": "I-485", "week": "2026-12-01"},
    {"due": "on"},
    *({"sort": key} for key in SortKey),
]


@pytest.fixture(scope="module")
def attorney(module_data):
    return make_country()


@pytest.fixture
def page(attorney, client, db):
    """Get a page as the attorney: the response, and the plans of its statements that read a large table."""
    client.force_login(attorney)

    def get(address, query=None):
        response, statements = statements_of(lambda: client.get(address, query))
        assert response.status_code == 200
        plans = [plan_of(sql) for sql in statements if any(table in sql for table in LARGE)]
        assert plans
        return response, plans

    return get


def drop_indexes_of(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")


def find_client_case(attorney):
    """Return a case of the attorney without reschedules. The generated ones have no appointment before."""
    return Case.objects.for_account(attorney).filter(people__series__reschedules=None).first()


def test_a_caseload_is_read_through_indexes_alone(page, client):
    response, _plans = page("/caseload/")
    assert response.context["page"].paginator.count == CLIENTS
    assert Appointment.objects.count() == CASES + 1
    for query in CASELOADS:
        _response, plans = page("/caseload/", query)
        assert read_whole(plans) & LARGE == set(), query
    found = client.post("/caseload/search/", {"words": "abc"})["Location"]
    assert read_whole(page(found)[1]) & LARGE == set()


def test_a_calendar_feed_is_read_through_indexes_alone(page, attorney):
    token = create_feed(account=attorney, with_names=True)
    response, plans = page(f"/calendar/{token}.ics")
    assert response.content.count(b"BEGIN:VEVENT") == CLIENTS
    assert read_whole(plans) & LARGE == set()


def test_control_without_its_indexes_a_caseload_reads_every_representation(page, attorney):
    with transaction.atomic():
        drop_indexes_of("accounts_representation")
        _response, plans = page("/caseload/")
        transaction.set_rollback(True)
    assert "accounts_representation" in read_whole(plans)
    assert Representation.objects.filter(representative=attorney).count() == CLIENTS


def test_inbox_and_history_are_read_through_indexes_alone(page, attorney):
    response, _plans = page("/notices/")
    assert response.context["page"].paginator.count == CLIENTS
    notice, case = Notice.objects.filter(addressee=attorney).first(), find_client_case(attorney)
    for address in (
        "/notices/",
        "/notices/?page=5",
        f"/notices/{notice.public_id}/",
        f"/cases/{case.public_id}/",
        f"/cases/{case.public_id}/history/",
        "/clients/",
    ):
        _response, plans = page(address)
        assert read_whole(plans) & LARGE == set(), address


def test_control_an_inbox_that_begins_at_appointments_reads_whole_tables(page, attorney):
    visible = Q(appointment__in=Appointment.objects.for_account(attorney))
    by_appointment = Notice.objects.filter(Q(appointment=None) | visible, addressee=attorney)
    _found, plans = plans_of(lambda: list(by_appointment))
    assert read_whole(plans) & LARGE


def test_control_without_its_indexes_a_history_reads_every_reschedule(page, attorney):
    case = find_client_case(attorney)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE appointments_reschedule DROP CONSTRAINT reschedule_numbered_within_series"
        )
        drop_indexes_of("appointments_reschedule")
        _response, plans = page(f"/cases/{case.public_id}/history/")
        transaction.set_rollback(True)
    assert read_whole(plans) & LARGE == {"appointments_reschedule"}


def test_the_list_of_an_applicant_reads_no_large_table(attorney, client, db):
    appointment = AppointmentFactory()
    reschedule_by_agency(appointment)
    client.force_login(appointment.case.requestor)
    response, statements = statements_of(lambda: client.get("/appointments/"))
    assert len(response.context["cards"]) == len(response.context["past"]) == 1
    assert response.context["to_do"]
    assert read_whole(map(plan_of, statements)) & LARGE == set()
