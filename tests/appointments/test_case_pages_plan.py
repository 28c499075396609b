"""The inbox and a case's history in a large country: each statement begins at the reader or at the case.

100 of 20,000 cases are to PostgreSQL what 5,000 are of a million.
"""

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.models import Case
from appointments.models import Appointment, Notice
from tests.appointments.caseloads import client_of
from tests.appointments.test_availability_plan import nodes_of
from tests.appointments.test_caseload_plan import CROWD as CASES_OF_A_COUNTRY
from tests.appointments.test_caseload_plan import LARGE as LARGE_IN_CASELOADS
from tests.factories.accounts import AttorneyFactory

CASES = 20_000
CLIENTS = 100
LARGE = LARGE_IN_CASELOADS | {
    "accounts_accesscode",
    "accounts_caseevent",
    "accounts_representativeinvitation",
    "accounts_representativepasscode",
    "appointments_hold",
    "appointments_move",
    "appointments_notice",
}

# The crowd takes no seats, and its moves come from nowhere.
pytestmark = pytest.mark.breaks_invariants

CROWD = {
    "requestors": """
        UPDATE accounts_case SET requestor_id = %(others)s + id %% 10 WHERE receipt_number LIKE 'CRD%%'
    """,
    "past": """
        INSERT INTO accounts_caseevent (pgh_created_at, pgh_label, id, public_id, receipt_number,
                                        filing_channel, filed_by_email, status, form_type_id, pgh_obj_id,
                                        requestor_id)
        SELECT portal_clock(), 'insert', id, public_id, receipt_number, filing_channel, filed_by_email,
               status, form_type_id, id, requestor_id FROM accounts_case
    """,
    "codes": """
        INSERT INTO accounts_accesscode (case_id, code_hash, issued_at, expires_at, used_at, used_by_id)
        SELECT id, md5(id::text), portal_clock(), portal_clock() + interval '90 days', portal_clock(),
               requestor_id FROM accounts_case
    """,
    "passcodes": """
        INSERT INTO accounts_representativepasscode (case_id, code_hash, issued_at, expires_at, issued_by_id)
        SELECT id, md5(id::text), portal_clock(), portal_clock() + interval '90 days', %(one)s
        FROM accounts_case
    """,
    "invitations": """
        INSERT INTO accounts_representativeinvitation (public_id, case_id, invited_by_id, email, invited_at)
        SELECT gen_random_uuid(), id, requestor_id, 'someone@firm.example', portal_clock()
        FROM accounts_case
    """,
    "holds": """
        INSERT INTO appointments_hold (public_id, appointment_id, slot_id, account_id, state, made_at,
                                       expires_at, ceiling_at, ended_at)
        SELECT gen_random_uuid(), id, slot_id, %(one)s, 'lapsed', portal_clock(), portal_clock(),
               portal_clock(), portal_clock() FROM appointments_appointment
    """,
    "moves": """
        INSERT INTO appointments_move (public_id, chain_id, number, from_appointment_id, to_appointment_id,
                                       channel, counts, policy_version_id, form_type_version_id,
                                       overridden_limits, note, confirmation_number, moved_at)
        SELECT gen_random_uuid(), chain_id, 1, id + 1000000, id, 'agency', false, 1, 1, '{}', '',
               'R-' || id, portal_clock() FROM appointments_appointment WHERE id %% 2 = 0
    """,
    "notices": """
        INSERT INTO appointments_notice (public_id, kind, addressee_id, appointment_id, facts, created_at)
        SELECT gen_random_uuid(), 'hold_lapsed',
               coalesce(representation.representative_id, person_case.requestor_id), appointment.id,
               json_build_object('new', json_build_object(
                   'starts_at', '2026-12-01T15:00:00+00:00', 'ends_at', '2026-12-01T15:30:00+00:00',
                   'tz', 'America/Phoenix', 'site_name', 'A site',
                   'address_lines', json_build_array())),
               portal_clock()
        FROM appointments_appointment appointment
        JOIN appointments_chain chain ON chain.id = appointment.chain_id
        JOIN accounts_person person ON person.id = chain.person_id
        JOIN accounts_case person_case ON person_case.id = person.case_id
        LEFT JOIN accounts_representation representation ON representation.case_id = person_case.id
    """,
}


@pytest.fixture
def busy_country(committed_data):
    """20,000 cases, each with all that can happen on one. One attorney acts on 100 and has 100 notices."""
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
        for statement in (CASES_OF_A_COUNTRY | CROWD).values():
            cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(f"ANALYZE {', '.join(sorted(LARGE))}")
    return attorneys[0]


def plans_of(client, address):
    """The plans of the page's statements that read a large table."""
    with CaptureQueriesContext(connection) as ran:
        response = client.get(address)
    assert response.status_code == 200
    statements = [sql["sql"] for sql in ran.captured_queries if any(table in sql["sql"] for table in LARGE)]
    plans = []
    with connection.cursor() as cursor:
        for sql in statements:
            if sql.startswith("SELECT"):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
                [[[plan]]] = cursor.fetchall()
                plans.append(list(nodes_of(plan["Plan"])))
    return response, plans


def read_whole(plans):
    return {
        node["Relation Name"] for plan in plans for node in plan if node["Node Type"] == "Seq Scan"
    } & LARGE


def drop_indexes_of_moves():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_move DROP CONSTRAINT move_numbered_within_chain")
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'appointments_move'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")


def a_clients_case(attorney):
    """One on which the attorney acts, without a move: the crowd's moves come from nowhere."""
    rows = Case.objects.for_account(attorney).filter(people__chain__moves=None)
    return rows.first()


def test_inbox_and_history_are_read_through_indexes_alone(busy_country, client):
    client.force_login(busy_country)
    notice = Notice.objects.filter(addressee=busy_country).first()
    response, plans = plans_of(client, "/notices/")
    assert response.context["page"].paginator.count == CLIENTS
    case = a_clients_case(busy_country)
    for address in (
        "/notices/",
        "/notices/?page=5",
        f"/notices/{notice.public_id}/",
        f"/cases/{case.public_id}/",
        f"/cases/{case.public_id}/history/",
        "/clients/",
    ):
        _response, plans = plans_of(client, address)
        assert plans
        assert read_whole(plans) == set(), address
    # The controls, on the same rows: the inbox with the appointments that the account may act on looked up
    # first, and the history without the indexes of the moves.
    asked_first = Q(appointment__in=Appointment.objects.for_account(busy_country))
    former = Notice.objects.filter(Q(appointment=None) | asked_first, addressee=busy_country)
    assert "Seq Scan on accounts_case" in former.explain()
    with transaction.atomic():
        drop_indexes_of_moves()
        _response, plans = plans_of(client, f"/cases/{case.public_id}/history/")
        assert read_whole(plans) == {"appointments_move"}
        transaction.set_rollback(True)
