"""Insert what is new to the portal, set by set, before any existing row is locked."""

from collections.abc import Callable
from datetime import datetime

from appointments.schedule_import.site_changes import (
    DELIVERED_FACTS,
    KNOWN_FACTS,
    SITE_FACTS,
    TEXTS,
    find_changed_sites,
)
from appointments.schedule_import.staging import run

# There are few sites, so existing ones are updated in the same step.
SITES = f"""
    INSERT INTO appointments_site (public_id, code, {", ".join((*SITE_FACTS, *TEXTS))})
    SELECT gen_random_uuid(), code, {", ".join((*SITE_FACTS, *(f"coalesce({name}, '')" for name in TEXTS)))}
    FROM delivered_site
    WHERE code NOT IN (SELECT code FROM appointments_site) ORDER BY line;

    UPDATE appointments_site site
    SET ({", ".join((*SITE_FACTS, *TEXTS))}) = ROW({DELIVERED_FACTS})
    FROM delivered_site delivered
    WHERE delivered.code = site.code AND ROW({KNOWN_FACTS}) IS DISTINCT FROM ROW({DELIVERED_FACTS});

    DELETE FROM appointments_sitehours hours USING appointments_site site, delivered_site delivered
    WHERE site.id = hours.site_id AND delivered.code = site.code
      AND NOT EXISTS (SELECT FROM delivered_hours kept
                      WHERE kept.code = site.code AND kept.weekday = hours.weekday);

    INSERT INTO appointments_sitehours (site_id, weekday, opens_at, closes_at)
    SELECT site.id, hours.weekday, hours.opens_at, hours.closes_at
    FROM delivered_hours hours JOIN appointments_site site ON site.code = hours.code
    ORDER BY site.id, hours.weekday
    ON CONFLICT (site_id, weekday) DO UPDATE
    SET opens_at = excluded.opens_at, closes_at = excluded.closes_at
    WHERE (appointments_sitehours.opens_at, appointments_sitehours.closes_at)
          <> (excluded.opens_at, excluded.closes_at);
"""  # noqa: S608 (formats in only names of ours)

# A new slot starts with the seats of new people taken. No other transaction can see it yet.
SLOTS = """
    INSERT INTO appointments_slot (id, public_id, site_id, starts_at, ends_at, capacity, taken, closed_at)
    SELECT slot.slot_id, gen_random_uuid(), site.id, slot.starts_at, slot.ends_at, slot.capacity,
           coalesce(newcomers.seats, 0), CASE WHEN slot.is_closed THEN %(now)s::timestamptz END
    FROM resolved_slot slot
    JOIN appointments_site site ON site.code = slot.site_code
    LEFT JOIN newcomers USING (slot_id)
    WHERE slot.is_new ORDER BY slot.slot_id
"""

CASES = """
    INSERT INTO accounts_case
        (public_id, receipt_number, form_type_id, filing_channel, filed_by_email, status, closed_at)
    SELECT gen_random_uuid(), delivered.receipt_number, form.id, delivered.filing_channel,
           coalesce(delivered.filed_by_email, ''), delivered.status, delivered.closed_at
    FROM delivered_case delivered
    JOIN policy_formtype form ON form.code = delivered.form
    WHERE NOT EXISTS (SELECT FROM accounts_case known WHERE known.receipt_number = delivered.receipt_number)
    ORDER BY delivered.line
"""

PEOPLE = """
    INSERT INTO accounts_person (public_id, case_id, name, role, scheduler_reference)
    SELECT gen_random_uuid(), accounts_case.id, person.name, person.role, person.reference
    FROM resolved_person person
    JOIN accounts_case ON accounts_case.receipt_number = person.receipt_number
    WHERE person.person_id IS NULL ORDER BY person.line
"""

KNOWN_PEOPLE = """
    UPDATE accounts_person known
    SET name = person.name, role = person.role, scheduler_reference = person.reference
    FROM resolved_person person
    WHERE known.id = person.person_id AND person.line IS NOT NULL
      AND (known.name <> person.name OR known.role <> person.role OR known.scheduler_reference IS NULL)
"""

SERIES = """
    INSERT INTO appointments_appointmentseries (public_id, person_id, earlier_counted_at)
    SELECT gen_random_uuid(), known.id, coalesce(counted.reschedules_at, '{}')
    FROM resolved_person person
    JOIN accounts_person known ON known.scheduler_reference = person.reference
    LEFT JOIN (
        SELECT delivered.person_id,
               array_agg(DISTINCT rescheduled_at ORDER BY rescheduled_at) AS reschedules_at
        FROM delivered_appointment delivered CROSS JOIN unnest(delivered.counted_moves_at) AS rescheduled_at
        GROUP BY delivered.person_id
    ) counted ON counted.person_id = person.reference
    WHERE person.series_id IS NULL ORDER BY known.id
"""

APPOINTMENTS = """
    INSERT INTO appointments_appointment
        (public_id, series_id, slot_id, status, status_changed_at, scheduled_at, biometrics_code,
         is_staff_only, scheduler_reference)
    SELECT gen_random_uuid(), series.id, slot.slot_id, delivered.status, %(now)s, delivered.scheduled_at,
           delivered.biometrics_code, delivered.is_staff_only, delivered.appointment_id
    FROM delivered_appointment delivered
    JOIN resolved_person person ON person.reference = delivered.person_id AND person.series_id IS NULL
    JOIN accounts_person known ON known.scheduler_reference = person.reference
    JOIN appointments_appointmentseries series ON series.person_id = known.id
    JOIN resolved_slot slot
         ON slot.site_code = delivered.site_code AND slot.starts_at = delivered.starts_at
    ORDER BY delivered.line
"""

# Name of the count → statements
STEPS = {
    "sites_new": SITES,
    "slots_new": SLOTS,
    "cases_new": CASES,
    "people_new": PEOPLE,
    "people_updated": KNOWN_PEOPLE,
    "chains_new": SERIES,
    "appointments_new": APPOINTMENTS,
}


def insert_new(*, now: datetime, progress: Callable[[str], None]) -> dict[str, int]:
    """Insert sites, slots, cases, people, their series and appointments. Return how many rows of each.

    Other transactions do not see these rows before the commit and never wait for them. A person who already
    has a chain gets new appointments later, under the lock of that chain.
    """
    counts = {"sites_changed": find_changed_sites()}
    for name, sql in STEPS.items():
        progress(f"Loading {name.split('_')[0]} …")
        counts[name] = run(sql, {"now": now})
    progress("Checking references …")
    # Check now and not at the commit, when other transactions may be waiting for locked rows.
    run("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    # The planner's statistics are from before the load, when the tables may have been empty.
    run(
        "ANALYZE appointments_slot; ANALYZE appointments_appointment; ANALYZE appointments_appointmentseries;"
    )
    return counts
