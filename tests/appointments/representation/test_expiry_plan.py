"""Finding representations to expire among many: PostgreSQL begins at the few ended verifications."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Representation, RepresentativeProfile
from appointments.representation.queries import count_affected
from appointments.representation.services import expiry
from portal.foundation.clock import agency_today, database_now
from tests.factories.accounts import (
    AccreditedFactory,
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    WaitingAttorneyFactory,
)
from tests.support.database import without_history
from tests.support.query_plans import plan_of, read_whole, statements_of

REPRESENTATIVES = 10_000
LARGE = {"accounts_representation", "accounts_representativeprofile", "accounts_case"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def busy_country(module_data):
    """Create 10,000 verified representatives with six clients each, and two with one client each: one whose
    accreditation and one whose verification ended.
    """
    case = CaseFactory()
    expired, cancelled = AccreditedFactory(), AttorneyFactory()
    RepresentationFactory(representative=expired)
    RepresentationFactory(representative=cancelled)
    RepresentativeProfile.objects.filter(user=expired).update(
        accreditation_expires_on=agency_today() - timedelta(days=1)
    )
    now = database_now()
    RepresentativeProfile.objects.filter(user=cancelled).update(
        verified_at=None, verification_ended_at=now, rejected_at=now, rejection="not_active"
    )
    WaitingAttorneyFactory()
    with without_history() as cursor:
        cursor.execute(
            """
            WITH people AS (
                INSERT INTO accounts_user (public_id, email, name, kind, language, phone,
                                           notification_channel, password, is_active, is_staff, is_superuser)
                SELECT gen_random_uuid(), 'crowd' || number || '@example.org', 'Someone', 'representative',
                       'en', '', 'email', '!', true, false, false
                FROM generate_series(1, %(representatives)s) AS number RETURNING id
            ), profiles AS (
                INSERT INTO accounts_representativeprofile
                    (user_id, kind, bar_state, bar_number, organization, accreditation,
                     accreditation_expires_on, verified_at, rejection)
                SELECT id, CASE WHEN id %% 4 = 0 THEN 'accredited' ELSE 'attorney' END, 'TX', '1', '', '',
                       CASE WHEN id %% 4 = 0 THEN date '2100-01-01' END, portal_clock(), ''
                FROM people
            ), cases AS (
                INSERT INTO accounts_case (public_id, receipt_number, form_type_id, filing_channel,
                                           filed_by_email, status)
                SELECT gen_random_uuid(), 'CRD' || lpad(number::text, 10, '0'), %(form)s, 'online', '', 'open'
                FROM generate_series(1, 6 * %(representatives)s) AS number
                RETURNING id
            ), numbered AS (
                SELECT id, row_number() OVER (ORDER BY id) AS number FROM cases
            ), numbered_people AS (
                SELECT id, row_number() OVER (ORDER BY id) AS number FROM people
            )
            INSERT INTO accounts_representation (public_id, case_id, representative_id, status, origin,
                                                 in_force_from)
            SELECT gen_random_uuid(), numbered.id, numbered_people.id, 'in_force', 'paper',
                   portal_clock() - interval '9 days'
            FROM numbered JOIN numbered_people
                 ON numbered_people.number = 1 + numbered.number %% %(representatives)s
            """,
            {"representatives": REPRESENTATIVES, "form": case.form_type_id},
        )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE accounts_user, {', '.join(sorted(LARGE))}")
    return expired, cancelled


def large_read_whole(act):
    _returned, statements = statements_of(act)
    return read_whole(plan_of(sql) for sql in statements if "FOR " not in sql) & LARGE


def test_finding_representations_to_expire_reads_no_large_table(busy_country):
    assert large_read_whole(expiry.expire_representations) == set()
    assert Representation.objects.filter(status="expired").count() == len(busy_country)


def test_ending_one_verification_reads_the_clients_of_one_representative(busy_country):
    _expired, cancelled = busy_country
    assert large_read_whole(lambda: expiry.expire_those_of(cancelled)) == set()
    assert large_read_whole(lambda: count_affected(cancelled)) == set()


def test_control_without_the_indexes_it_reads_every_representative(busy_country):
    with transaction.atomic(), connection.cursor() as cursor:
        for name in ("not_verified", "accreditation"):
            cursor.execute(f"DROP INDEX representative_{name}")
        ended = Representation.objects.open().with_ended_verification(on=agency_today())
        found = large_read_whole(
            lambda: list(ended.order_by("case_id").values_list("case_id").distinct()[:500])
        )
        transaction.set_rollback(True)
    assert "accounts_representativeprofile" in found
