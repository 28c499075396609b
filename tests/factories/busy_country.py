"""A country's worth of cases, each with all that can happen on one; and a country's worth of slots.

100 of 20,000 cases are to PostgreSQL what 5,000 are of a million.
"""

from django.db import connection

from appointments.models import Slot
from tests.factories.accounts import AttorneyFactory
from tests.factories.appointments import ReservedSeatFactory, SiteFactory
from tests.factories.caseloads import client_of
from tests.support.database import without_history

CASES = 20_000
CLIENTS = 100
SITES = 150
SLOTS_PER_SITE = 400
LARGE = {
    "accounts_accesscode",
    "accounts_case",
    "accounts_caseevent",
    "accounts_person",
    "accounts_representation",
    "accounts_representativeinvitation",
    "accounts_representativepasscode",
    "appointments_appointment",
    "appointments_appointmentseries",
    "appointments_reschedule",
    "appointments_reservation",
    "appointments_reservedseat",
    "appointments_notice",
    "appointments_slot",
}
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
    "series_list": """
        INSERT INTO appointments_appointmentseries (public_id, person_id, earlier_counted_at)
        SELECT gen_random_uuid(), id, '{}' FROM accounts_person WHERE name <> 'A Client'
    """,
    "slots": """
        INSERT INTO appointments_slot (public_id, site_id, starts_at, ends_at, capacity, taken)
        SELECT gen_random_uuid(), %(site)s, starts_at, starts_at + interval '9 minutes', 1, 0
        FROM (SELECT portal_clock() + number * interval '10 minutes' AS starts_at
              FROM generate_series(-2000, %(cases)s - 2001) AS number) start
    """,
    "appointments": """
        INSERT INTO appointments_appointment (public_id, series_id, slot_id, status, status_changed_at,
                                              scheduled_at, biometrics_code, is_staff_only)
        SELECT gen_random_uuid(), series.id, slot.id, 'scheduled', portal_clock(),
               portal_clock() - interval '20 days', 3, false
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM appointments_appointmentseries
              WHERE id <> %(series)s) series
        JOIN (SELECT id, row_number() OVER (ORDER BY (id * 7919) %% 60013) AS place
              FROM appointments_slot WHERE id <> %(slot)s) slot USING (place)
    """,
    "representations": """
        INSERT INTO accounts_representation (public_id, case_id, representative_id, status, origin,
                                              in_force_from)
        SELECT gen_random_uuid(), id, CASE WHEN number <= %(clients)s THEN %(one)s
                                           ELSE %(others)s + number %% 10 END,
               'in_force', 'paper', portal_clock() - interval '9 days'
        FROM (SELECT id, row_number() OVER (ORDER BY (id * 7919) %% 60013) AS number FROM accounts_case
              WHERE receipt_number LIKE 'CRD%%') numbered
        WHERE number <= %(cases)s * 7 / 12
    """,
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
    "reservations": """
        INSERT INTO appointments_reservation (public_id, account_id, state, made_at, expires_at, ceiling_at,
                                              ended_at)
        SELECT gen_random_uuid(), %(one)s, 'expired', portal_clock(), portal_clock(), portal_clock(),
               portal_clock() FROM appointments_appointment
    """,
    "reserved_seats": """
        INSERT INTO appointments_reservedseat (reservation_id, appointment_id, slot_id)
        SELECT reservation.id, appointment.id, appointment.slot_id
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM appointments_reservation) reservation
        JOIN (SELECT id, slot_id, row_number() OVER (ORDER BY id) AS place FROM appointments_appointment)
             appointment USING (place)
    """,
    "reschedules": """
        INSERT INTO appointments_reschedule (public_id, series_id, number, from_appointment_id,
                                       to_appointment_id,
                                       channel, counts, policy_version_id, form_type_version_id,
                                       overridden_limits, note, confirmation_number, rescheduled_at)
        SELECT gen_random_uuid(), series_id, 1, id + 1000000, id, 'agency', false, 1, 1, '{}', '',
               'R-' || id, portal_clock() FROM appointments_appointment WHERE id %% 2 = 0
    """,
    "notices": """
        INSERT INTO appointments_notice (public_id, kind, addressee_id, appointment_id, facts, created_at)
        SELECT gen_random_uuid(), 'hold_expired',
               coalesce(representation.representative_id, person_case.requestor_id), appointment.id,
               json_build_object('new', json_build_object(
                   'starts_at', '2026-12-01T15:00:00+00:00', 'ends_at', '2026-12-01T15:30:00+00:00',
                   'tz', 'America/Phoenix', 'site_name', 'A site',
                   'address_lines', json_build_array())),
               portal_clock()
        FROM appointments_appointment appointment
        JOIN appointments_appointmentseries series ON series.id = appointment.series_id
        JOIN accounts_person person ON person.id = series.person_id
        JOIN accounts_case person_case ON person_case.id = person.case_id
        LEFT JOIN accounts_representation representation ON representation.case_id = person_case.id
    """,
}


def make_country():
    """An attorney who acts on 100 of the cases and has 100 notices; ten others act on a good thousand each.

    The crowd takes no seats, and its moves come from nowhere.
    """
    appointment = client_of(AttorneyFactory())
    attorneys = AttorneyFactory.create_batch(11)
    values = {
        "form": appointment.series.person.case.form_type_id,
        "site": appointment.slot.site_id,
        "series": appointment.series_id,
        "slot": appointment.slot_id,
        "one": attorneys[0].pk,
        "others": attorneys[1].pk,
        "cases": CASES,
        "clients": CLIENTS,
    }
    with without_history() as cursor:
        for statement in CROWD.values():
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(sorted(LARGE))}")
    return attorneys[0]


def make_calendars(*, starts_at, taken):
    """150 sites with 400 slots of two seats each; when the slots start, and whether full, is said in SQL."""
    sites = SiteFactory.create_batch(SITES, tz="America/New_York")
    with without_history() as cursor:
        cursor.execute(
            f"""
            INSERT INTO appointments_slot (public_id, site_id, starts_at, ends_at, capacity, taken)
            SELECT gen_random_uuid(), site.id, starts_at, starts_at + interval '30 minutes', 2, {taken}
            FROM appointments_site site, generate_series(1, {SLOTS_PER_SITE}) AS number,
                 LATERAL (SELECT {starts_at} AS starts_at) AS start
            """
        )
    return sites


def expire_some_holds(full_slots):
    for slot in full_slots:
        Slot.objects.filter(pk=slot.pk).update(taken=1)
        slot.refresh_from_db()
        ReservedSeatFactory(slot=slot, expired=True)


def copy_as_ended(seat, times):
    """So many reservations of last week, long given back."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH copied AS (
                INSERT INTO appointments_reservation (public_id, account_id, state, made_at, expires_at,
                                                      ceiling_at, ended_at)
                SELECT gen_random_uuid(), account_id, 'released', made_at, expires_at, ceiling_at, expires_at
                FROM appointments_reservation, generate_series(1, %s) WHERE id = %s RETURNING id)
            INSERT INTO appointments_reservedseat (reservation_id, appointment_id, slot_id)
            SELECT copied.id, seat.appointment_id, seat.slot_id
            FROM copied, appointments_reservedseat seat WHERE seat.reservation_id = %s
            """,
            [times, seat.reservation_id, seat.reservation_id],
        )
