"""Find the portal's row of each delivered slot and person, where there is one already."""

from appointments.schedule_import.staging import run

SLOTS = """
    DROP TABLE IF EXISTS resolved_slot;
    -- A new slot gets its key here, so that later steps can refer to it before it is inserted.
    CREATE TEMPORARY TABLE resolved_slot ON COMMIT DROP AS
    SELECT coalesce(slot.id, nextval(pg_get_serial_sequence('appointments_slot', 'id'))) AS slot_id,
           delivered.line, delivered.site_code, delivered.starts_at,
           delivered.starts_at + make_interval(mins => delivered.minutes) AS ends_at,
           delivered.capacity, delivered.is_closed, slot.id IS NULL AS is_new
    FROM (SELECT DISTINCT ON (site_code, starts_at) * FROM delivered_slot
          WHERE site_code IS NOT NULL AND starts_at IS NOT NULL
          ORDER BY site_code, starts_at, line) delivered
    LEFT JOIN appointments_site site ON site.code = delivered.site_code
    LEFT JOIN appointments_slot slot ON slot.site_id = site.id AND slot.starts_at = delivered.starts_at;
    -- Slots that this delivery refers to but does not contain.
    INSERT INTO resolved_slot
    SELECT slot.id, NULL, named.site_code, named.starts_at, slot.ends_at, slot.capacity,
           slot.closed_at IS NOT NULL, false
    FROM (SELECT DISTINCT site_code, starts_at FROM delivered_appointment
          EXCEPT SELECT site_code, starts_at FROM resolved_slot) named
    JOIN appointments_site site ON site.code = named.site_code
    JOIN appointments_slot slot ON slot.site_id = site.id AND slot.starts_at = named.starts_at;
    ANALYZE resolved_slot;
"""

PEOPLE = """
    DROP TABLE IF EXISTS resolved_person;
    CREATE TEMPORARY TABLE resolved_person ON COMMIT DROP AS
    SELECT delivered.line, delivered.person_id AS reference, delivered.receipt_number, delivered.name,
           delivered.role, person.id AS person_id, NULL::bigint AS series_id
    FROM (SELECT DISTINCT ON (person_id) * FROM delivered_person WHERE person_id IS NOT NULL
          ORDER BY person_id, line) delivered
    LEFT JOIN accounts_person person ON person.scheduler_reference = delivered.person_id;
    -- A person without the scheduler's number in the portal matches by case, name and role, if only one fits.
    UPDATE resolved_person SET person_id = only_fit.person_id
    FROM (
        SELECT min(person.id) AS person_id, min(delivered.reference) AS reference
        FROM resolved_person delivered
        JOIN accounts_case ON accounts_case.receipt_number = delivered.receipt_number
        JOIN accounts_person person ON person.case_id = accounts_case.id
             AND person.scheduler_reference IS NULL
             AND person.name = delivered.name AND person.role = delivered.role
        WHERE delivered.person_id IS NULL
        GROUP BY delivered.receipt_number, delivered.name, delivered.role HAVING count(*) = 1
    ) only_fit
    WHERE resolved_person.reference = only_fit.reference;
    -- People that this delivery refers to but does not contain.
    INSERT INTO resolved_person
    SELECT NULL, person.scheduler_reference, NULL, NULL, NULL, person.id, NULL
    FROM (SELECT person_id FROM delivered_appointment EXCEPT SELECT reference FROM resolved_person) named
    JOIN accounts_person person ON person.scheduler_reference = named.person_id;
    UPDATE resolved_person SET series_id = series.id
    FROM appointments_appointmentseries series WHERE series.person_id = resolved_person.person_id;
    ANALYZE resolved_person;
"""

# Seats of people who have no chain yet. The portal cannot know anything newer about them.
NEWCOMERS = """
    DROP TABLE IF EXISTS newcomers;
    CREATE TEMPORARY TABLE newcomers ON COMMIT DROP AS
    SELECT slot.slot_id, count(*) AS seats
    FROM delivered_appointment delivered
    JOIN resolved_person person ON person.reference = delivered.person_id AND person.series_id IS NULL
    JOIN resolved_slot slot
         ON slot.site_code = delivered.site_code AND slot.starts_at = delivered.starts_at
    WHERE delivered.status = 'scheduled'
    GROUP BY slot.slot_id;
    ANALYZE newcomers;
"""


def match_with_portal() -> None:
    """Fill resolved_slot, resolved_person and newcomers from the staging tables."""
    run(SLOTS)
    run(PEOPLE)
    run(NEWCOMERS)
