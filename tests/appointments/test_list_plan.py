"""An applicant's list among a country's appointments: PostgreSQL begins with the applicant's own cases."""

import pytest
from django.db import connection

from appointments.models import Appointment
from tests.factories.appointments import AppointmentFactory

CROWD = 30_000
GROWS_WITH_THE_COUNTRY = (
    "accounts_case",
    "accounts_person",
    "appointments_chain",
    "appointments_appointment",
)

# The crowd's seats are taken by nobody.
pytestmark = pytest.mark.breaks_invariants


@pytest.fixture
def appointment_in_a_crowd(committed_data):
    """One applicant's, beside 30,000 people of other cases at the same time and place."""
    appointment = AppointmentFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no history rows for what is only a crowd
        cursor.execute(
            """
            WITH crowd AS (
                INSERT INTO accounts_case (public_id, receipt_number, form_type_id, filing_channel, status,
                                           filed_by_email)
                SELECT gen_random_uuid(), 'XYZ' || lpad(number::text, 10, '0'), form_type_id,
                       'paper', 'open', ''
                FROM accounts_case, generate_series(1, %s) AS number WHERE id = %s RETURNING id
            ), people AS (
                INSERT INTO accounts_person (public_id, case_id, name, role)
                SELECT gen_random_uuid(), id, 'Someone', 'applicant' FROM crowd RETURNING id
            ), chains AS (
                INSERT INTO appointments_chain (public_id, person_id, earlier_counted_at)
                SELECT gen_random_uuid(), id, '{}' FROM people RETURNING id
            )
            INSERT INTO appointments_appointment (public_id, chain_id, slot_id, status, status_changed_at,
                                                  scheduled_at, biometrics_code, is_staff_only)
            SELECT gen_random_uuid(), id, %s, 'standing', portal_clock(), portal_clock(), 3, false FROM chains
            """,
            [CROWD, appointment.chain.person.case_id, appointment.slot_id],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(f"ANALYZE {', '.join(GROWS_WITH_THE_COUNTRY)}")
    return appointment


def test_a_list_reads_no_table_that_grows_with_the_country(appointment_in_a_crowd):
    account = appointment_in_a_crowd.chain.person.case.requestor
    rows = Appointment.objects.for_account(account).with_story()
    plan = rows.explain()
    assert list(rows) == [appointment_in_a_crowd]
    assert [table for table in GROWS_WITH_THE_COUNTRY if f"Seq Scan on {table}" in plan] == [], plan
