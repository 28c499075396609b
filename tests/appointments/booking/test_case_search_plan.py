"""Query plans: the staff search and the list of cases use indexes with many cases."""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import Case
from accounts.units import Unit
from appointments.booking.case_search import search_cases
from appointments.models import Reschedule
from tests.factories.accounts import officer_of
from tests.factories.appointments import AppointmentFactory
from tests.factories.reschedules import reschedule_online
from tests.support.database import without_history
from tests.support.query_plans import plan_of, read_whole, statements_of
from tests.support.staff_sign_in import sign_in_staff

CASES = 60_000
LARGE = {"accounts_case", "accounts_person", "appointments_reschedule"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def busy_country(module_data):
    """Create 60,000 cases with one person each. One of them was rescheduled."""
    reschedule = reschedule_online(AppointmentFactory())
    with without_history() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_case (public_id, receipt_number, form_type_id, filing_channel,
                                       filed_by_email, status)
            SELECT gen_random_uuid(), 'CRD' || lpad(number::text, 10, '0'), %s, 'online', '', 'open'
            FROM generate_series(1, %s) AS number
            """,
            [reschedule.series.person.case.form_type_id, CASES],
        )
        cursor.execute(
            """
            INSERT INTO accounts_person (public_id, case_id, name, role)
            SELECT gen_random_uuid(), id, md5(id::text) || ' ' || md5((id * 7)::text), 'applicant'
            FROM accounts_case WHERE receipt_number LIKE 'CRD%'
            """
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('person_name_search')")  # as autovacuum does
        cursor.execute("ANALYZE accounts_case, accounts_person, appointments_reschedule")
    return reschedule


def large_read_whole(statements):
    return read_whole(map(plan_of, statements)) & LARGE


def searching(words):
    return statements_of(lambda: list(search_cases(cases=Case.objects.all(), words=words)[:50]))[1]


def test_a_search_by_number_or_name_reads_an_index(busy_country):
    name = Case.objects.get(receipt_number="CRD0000012345").people.get().name
    for words in ("CRD0000012345", "CRD00000123", name[:20], busy_country.confirmation_number):
        assert list(search_cases(cases=Case.objects.all(), words=words)[:50])
        assert large_read_whole(searching(words)) <= {"appointments_reschedule"}, (
            words
        )  # one row: reading it is right


def test_a_search_by_a_two_letter_name_reads_an_index(busy_country):
    Case.objects.get(receipt_number="CRD0000000007").people.update(name="Ng Le")
    for words in ("Ng", "Lê NG"):
        assert len(search_cases(cases=Case.objects.all(), words=words)) == 1
        assert large_read_whole(searching(words)) == set(), words


def test_control_without_the_index_a_name_is_searched_in_every_row(busy_country):
    """Control: the same search on the same rows without the index."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP INDEX person_name_search")
        found = large_read_whole(searching("0123456789abcdef"))
        transaction.set_rollback(True)
    assert "accounts_person" in found


def test_the_first_page_of_cases_reads_an_index_and_counts_no_further_than_it_pages(busy_country, client):
    sign_in_staff(client, officer_of(Unit.CONTACT_CENTER))
    address = reverse("admin:accounts_case_changelist")
    client.get(address)
    _page, statements = statements_of(lambda: client.get(address))
    sql = [text for text in statements if "accounts_case" in text]
    assert sql
    counted = [text for text in sql if "COUNT(*)" in text]
    assert all("LIMIT 1000" in text for text in counted)
    assert large_read_whole([text for text in sql if text not in counted]) == set()
    assert Reschedule.objects.count() == 1
