"""A caseload in a large country: every statement of the page begins at the representative.

300 of 60,000 cases are to PostgreSQL what 5,000 are of a million.
"""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Representation
from appointments.models import Appointment
from tests.appointments.caseloads import client_of
from tests.appointments.test_availability_plan import nodes_of
from tests.factories.accounts import AttorneyFactory

CASES = 60_000
CLIENTS = 300
LARGE = {
    "accounts_case",
    "accounts_person",
    "accounts_representation",
    "appointments_appointment",
    "appointments_chain",
    "appointments_slot",
}

# The crowd takes no seats.
pytestmark = pytest.mark.breaks_invariants


CROWD = {
    "cases": """
        INSERT INTO accounts_case (public_id, receipt_number, form_type_id, filing_channel,
                                   filed_by_email, status)
        SELECT gen_random_uuid(), 'CRD' || lpad(number::text, 10, '0'), %(form)s, 'online', '', 'open'
        FROM generate_series(1, %(cases)s) AS number
    """,
    "people": """
        INSERT INTO accounts_person (public_id, case_id, name, role)
        SELECT gen_random_uuid(), id, md5(id::text), 'applicant' FROM accounts_case
        WHERE receipt_number LIKE 'CRD%%'
    """,
    "chains": """
        INSERT INTO appointments_chain (public_id, person_id, earlier_counted_at)
        SELECT gen_random_uuid(), id, '{}' FROM accounts_person WHERE name <> 'A Client'
    """,
    "slots": """
        INSERT INTO appointments_slot (public_id, site_id, starts_at, ends_at, capacity, taken)
        SELECT gen_random_uuid(), %(site)s, starts_at, starts_at + interval '9 minutes', 1, 0
        FROM (SELECT portal_clock() + number * interval '10 minutes' AS starts_at
              FROM generate_series(-2000, %(cases)s - 2001) AS number) start
    """,
    "appointments": """
        INSERT INTO appointments_appointment (public_id, chain_id, slot_id, status, status_changed_at,
                                              scheduled_at, biometrics_code, is_staff_only)
        SELECT gen_random_uuid(), chain.id, slot.id, 'standing', portal_clock(),
               portal_clock() - interval '20 days', 3, false
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM appointments_chain
              WHERE id <> %(chain)s) chain
        JOIN (SELECT id, row_number() OVER (ORDER BY (id * 7919) %% 60013) AS place
              FROM appointments_slot WHERE id <> %(slot)s) slot USING (place)
    """,
    "representations": """
        INSERT INTO accounts_representation (public_id, case_id, representative_id, status, way,
                                              in_force_from)
        SELECT gen_random_uuid(), id, CASE WHEN number <= %(clients)s THEN %(one)s
                                           ELSE %(others)s + number %% 10 END,
               'in_force', 'paper', portal_clock() - interval '9 days'
        FROM (SELECT id, row_number() OVER (ORDER BY (id * 7919) %% 60013) AS number FROM accounts_case
              WHERE receipt_number LIKE 'CRD%%') numbered
        WHERE number <= 35000
    """,
}


@pytest.fixture
def busy_country(committed_data):
    """60,000 cases with a person and an appointment each. One attorney acts on 300, ten on 3,400 each."""
    appointment = client_of(AttorneyFactory())
    attorneys = AttorneyFactory.create_batch(11)
    values = {
        "form": appointment.chain.person.case.form_type_id,
        "site": appointment.slot.site_id,
        "chain": appointment.chain_id,
        "slot": appointment.slot_id,
        "one": attorneys[0].pk,
        "others": attorneys[1].pk,
        "cases": CASES,
        "clients": CLIENTS,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no history rows for what is only a crowd
        for statement in CROWD.values():
            cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(f"ANALYZE {', '.join(sorted(LARGE))}")
    return attorneys[0]


def plans_of(client, query):
    """The plans of the page's statements that read a large table."""
    with CaptureQueriesContext(connection) as ran:
        response = client.get("/caseload/", query)
    assert response.status_code == 200
    statements = [sql["sql"] for sql in ran.captured_queries if any(table in sql["sql"] for table in LARGE)]
    plans = []
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
            [[[plan]]] = cursor.fetchall()
            plans.append(list(nodes_of(plan["Plan"])))
    return response, plans


def read_whole(plans):
    return {
        node["Relation Name"] for plan in plans for node in plan if node["Node Type"] == "Seq Scan"
    } & LARGE


QUERIES = [
    {},
    {"page": 60},
    {"state": "movable"},
    {"state": "RESCHEDULE_LIMIT"},
    {"state": "ALREADY_PASSED"},
    {"form": "I-485", "week": "2026-12-01"},
]


def test_a_caseload_is_read_through_indexes_alone(busy_country, client):
    client.force_login(busy_country)
    response, plans = plans_of(client, {})
    assert response.context["page"].paginator.count == CLIENTS
    assert Appointment.objects.count() == CASES + 1
    for query in QUERIES:
        _response, plans = plans_of(client, query)
        assert plans
        assert read_whole(plans) == set(), query
    client.post("/caseload/search/", {"words": "abc"})
    assert read_whole(plans_of(client, {})[1]) == set()


def test_without_its_indexes_every_representation_would_be_read(busy_country, client):
    """The control: the same page on the same rows, where the table's indexes are gone."""
    client.force_login(busy_country)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'accounts_representation'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
        _response, plans = plans_of(client, {})
        transaction.set_rollback(True)
    assert "accounts_representation" in read_whole(plans)
    assert Representation.objects.filter(representative=busy_country).count() == CLIENTS
