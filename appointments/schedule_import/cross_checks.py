"""Check rows against each other, other files and the portal, in sets over the staging tables."""

from collections.abc import Iterable
from dataclasses import dataclass

from appointments.schedule_import import columns
from appointments.schedule_import.faults import WHOLE_ROW, ErrorReport
from appointments.schedule_import.staging import TABLES, rows_of

SITES, SLOTS, CASES = columns.SITES.file, columns.SLOTS.file, columns.CASES.file
PEOPLE, APPOINTMENTS = columns.PEOPLE.file, columns.APPOINTMENTS.file


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """One check. The query gives line, value and the text for the remedy's {}.

    `needs` names the other files without which the check is not possible.
    """

    file: str
    column: str
    sql: str
    remedy: str
    needs: tuple[str, ...] = ()


def _duplicate(file: str, column: str, keys: str, what: str, value: str = "") -> CrossCheck:
    table, value = TABLES[file][0], value or column
    return CrossCheck(
        file,
        column,
        f"SELECT line, {value}, first FROM (SELECT *, min(line) OVER (PARTITION BY {keys}) AS first"  # noqa: S608 (formats in only names of ours)
        f" FROM {table} WHERE ({keys}) IS NOT NULL) every_row WHERE line > first ORDER BY line",
        f"Line {{}} already has {what}. Keep only one.",
    )


CHECKS = (
    _duplicate(SITES, "code", "code", "this site"),
    _duplicate(SLOTS, "starts_at", "site_code, starts_at", "the site's slot at this time", "starts_text"),
    _duplicate(CASES, "receipt_number", "receipt_number", "this case"),
    _duplicate(PEOPLE, "person_id", "person_id", "this person"),
    _duplicate(APPOINTMENTS, "appointment_id", "appointment_id", "this appointment"),
    CrossCheck(
        SLOTS,
        "starts_at",
        """
        WITH plan AS (
            SELECT code, weekday, opens_at, closes_at FROM delivered_hours
            UNION ALL
            SELECT site.code, hours.weekday, hours.opens_at, hours.closes_at
            FROM appointments_sitehours hours JOIN appointments_site site ON site.id = hours.site_id
            WHERE site.code NOT IN (SELECT code FROM delivered_site WHERE code IS NOT NULL)
        )
        SELECT slot.line, slot.starts_text,
               coalesce(to_char(plan.opens_at, 'HH24:MI-') || to_char(plan.closes_at, 'HH24:MI'), 'closed')
        FROM delivered_slot slot
        LEFT JOIN plan ON plan.code = slot.site_code
                      AND plan.weekday = extract(isodow FROM slot.local_start)
        WHERE slot.starts_at > %(as_of)s AND slot.minutes IS NOT NULL AND slot.is_closed IS FALSE
          AND slot.site_code IN (SELECT code FROM plan UNION SELECT code FROM delivered_site)
          AND slot.site_code NOT IN (SELECT code FROM delivered_site
                                     WHERE line = ANY(%(bad_site_lines)s) AND code IS NOT NULL)
          AND (plan.opens_at IS NULL OR slot.local_start::time < plan.opens_at
               OR slot.local_start + make_interval(mins => slot.minutes)
                  > slot.local_start::date + plan.closes_at)
        ORDER BY slot.line
        """,
        "The site's hours on that weekday are: {}. Move the slot, or correct the hours in sites.csv.",
        (SITES,),
    ),
    CrossCheck(
        SLOTS,
        "starts_at",
        """
        WITH delivered AS (
            SELECT slot.slot_id, slot.line, slot.site_code, slot.starts_at, slot.ends_at,
                   slot.is_new OR known.ends_at <> slot.ends_at AS is_changed
            FROM resolved_slot slot LEFT JOIN appointments_slot known ON known.id = slot.slot_id
            WHERE NOT slot.is_closed AND slot.ends_at IS NOT NULL AND slot.line IS NOT NULL
        ), open_slot AS (
            SELECT line, site_code, starts_at, ends_at, is_changed FROM delivered
            UNION ALL
            SELECT NULL, site.code, known.starts_at, known.ends_at, false
            FROM appointments_slot known JOIN appointments_site site ON site.id = known.site_id
            WHERE known.closed_at IS NULL AND known.ends_at > %(as_of)s
              AND site.code IN (SELECT site_code FROM delivered WHERE is_changed)
              AND known.id NOT IN (SELECT slot_id FROM resolved_slot WHERE line IS NOT NULL)
        ), neighbor AS (
            SELECT *, lag(starts_at) OVER same_site AS before, lead(starts_at) OVER same_site AS after,
                   max(ends_at) OVER (same_site ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                       AS ends_before
            FROM open_slot WHERE site_code IN (SELECT site_code FROM delivered WHERE is_changed)
            WINDOW same_site AS (PARTITION BY site_code ORDER BY starts_at, ends_at)
        )
        SELECT slot.line, staged.starts_text,
               to_char(CASE WHEN slot.ends_before > slot.starts_at THEN slot.before ELSE slot.after END
                       AT TIME ZONE coalesce(sent.tz, site.tz), 'YYYY-MM-DD"T"HH24:MI')
        FROM neighbor slot
        JOIN delivered_slot staged ON staged.line = slot.line
        LEFT JOIN delivered_site sent ON sent.code = slot.site_code
        LEFT JOIN appointments_site site ON site.code = slot.site_code
        WHERE slot.is_changed AND slot.starts_at > %(as_of)s
          AND (slot.ends_before > slot.starts_at OR slot.after < slot.ends_at)
        ORDER BY slot.line
        """,
        "This slot overlaps the one at {}. A site has one slot at a time: shorten or move one of them.",
        (SITES,),
    ),
    CrossCheck(
        SITES,
        "tz",
        """
        SELECT delivered.line, delivered.tz,
               format('%%s times ahead that were announced in %%s. To keep their clock times, first run'
                      ' “manage.py correct_site_zone %%s %%s”',
                      count(*), site.tz, site.code, delivered.tz)
        FROM delivered_site delivered
        JOIN appointments_site site ON site.code = delivered.code AND site.tz <> delivered.tz
        JOIN appointments_slot slot ON slot.site_id = site.id AND slot.starts_at > %(as_of)s
             AND (slot.closed_at IS NULL OR slot.taken > 0)
        WHERE slot.starts_at AT TIME ZONE site.tz <> slot.starts_at AT TIME ZONE delivered.tz
        GROUP BY delivered.line, delivered.tz, site.id ORDER BY delivered.line
        """,
        "This would shift {}, then deliver again. Or keep the time zone that the portal has.",
    ),
    CrossCheck(
        SITES,
        WHOLE_ROW,
        """
        SELECT delivered.line, delivered.code,
               format('%%s open slots, the first at %%s', count(*),
                      min(to_char(slot.local, 'YYYY-MM-DD"T"HH24:MI')))
        FROM delivered_site delivered
        JOIN appointments_site site ON site.code = delivered.code AND site.tz = delivered.tz
        JOIN LATERAL (
            SELECT known.id, known.starts_at AT TIME ZONE site.tz AS local,
                   known.ends_at - known.starts_at AS length
            FROM appointments_slot known
            WHERE known.site_id = site.id AND known.closed_at IS NULL AND known.starts_at > %(as_of)s
        ) slot ON true
        LEFT JOIN delivered_hours hours
               ON hours.code = delivered.code AND hours.weekday = extract(isodow FROM slot.local)
        WHERE (hours.opens_at IS NULL OR slot.local::time < hours.opens_at
               OR slot.local + slot.length > slot.local::date + hours.closes_at)
          AND slot.id NOT IN (SELECT slot_id FROM resolved_slot WHERE line IS NOT NULL)
          AND delivered.line <> ALL (%(bad_site_lines)s)
        GROUP BY delivered.line, delivered.code ORDER BY delivered.line
        """,
        "These hours leave out {}. Close them in slots.csv, or correct the hours.",
        (SLOTS,),
    ),
    CrossCheck(
        CASES,
        "form",
        """
        SELECT delivered.line, delivered.form, form.code
        FROM delivered_case delivered
        JOIN accounts_case ON accounts_case.receipt_number = delivered.receipt_number
        JOIN policy_formtype form ON form.id = accounts_case.form_type_id
        WHERE form.code <> delivered.form ORDER BY delivered.line
        """,
        "The portal has form {} for this case, and a case keeps its form. Correct the form or the number.",
    ),
    CrossCheck(
        PEOPLE,
        "receipt_number",
        """
        SELECT person.line, person.receipt_number, '' FROM delivered_person person
        WHERE person.receipt_number IS NOT NULL
          AND NOT EXISTS (SELECT FROM delivered_case WHERE receipt_number = person.receipt_number)
          AND NOT EXISTS (SELECT FROM accounts_case WHERE receipt_number = person.receipt_number)
        ORDER BY person.line
        """,
        "Unknown case. Add it to cases.csv, or correct the receipt number.",
        (CASES,),
    ),
    CrossCheck(
        PEOPLE,
        "receipt_number",
        """
        SELECT delivered.line, delivered.receipt_number, accounts_case.receipt_number
        FROM delivered_person delivered
        JOIN accounts_person person ON person.scheduler_reference = delivered.person_id
        JOIN accounts_case ON accounts_case.id = person.case_id
        WHERE accounts_case.receipt_number <> delivered.receipt_number ORDER BY delivered.line
        """,
        "The portal has this person_id on case {}. Use a different person_id on each case.",
    ),
    CrossCheck(
        PEOPLE,
        "person_id",
        """
        WITH newcomer AS (
            SELECT person.line, person.reference, person.receipt_number, person.name, person.role
            FROM resolved_person person
            JOIN delivered_person delivered ON delivered.line = person.line
            WHERE person.person_id IS NULL AND delivered.is_namesake IS NOT TRUE
        ), other AS (
            SELECT newcomer.line, newcomer.reference, known.scheduler_reference AS number
            FROM newcomer
            JOIN accounts_case ON accounts_case.receipt_number = newcomer.receipt_number
            JOIN accounts_person known ON known.case_id = accounts_case.id
            WHERE known.scheduler_reference IS NOT NULL
              AND (ltrim(known.scheduler_reference, '0') = ltrim(newcomer.reference, '0')
                   OR (known.role = newcomer.role
                       AND name_search_key(known.name) = name_search_key(newcomer.name)))
            UNION ALL
            SELECT newcomer.line, newcomer.reference, earlier.person_id
            FROM newcomer
            JOIN delivered_person earlier
                 ON earlier.receipt_number = newcomer.receipt_number AND earlier.line < newcomer.line
            WHERE earlier.person_id <> newcomer.reference
              AND (ltrim(earlier.person_id, '0') = ltrim(newcomer.reference, '0')
                   OR (earlier.role = newcomer.role
                       AND name_search_key(earlier.name) = name_search_key(newcomer.name)))
        )
        SELECT line, reference, min(number) FROM other GROUP BY line, reference ORDER BY line
        """,
        "This case already has this person as {}. Use that person_id: a spreadsheet may have dropped leading"
        " zeros. For another person of the same name, write yes in the column namesake.",
        (CASES,),
    ),
    CrossCheck(
        SITES,
        "code",
        """
        SELECT delivered.line, delivered.code, min(other.code)
        FROM delivered_site delivered
        JOIN (SELECT code FROM appointments_site UNION SELECT code FROM delivered_site) other
             ON ltrim(other.code, '0') = ltrim(delivered.code, '0') AND other.code <> delivered.code
        WHERE delivered.code NOT IN (SELECT code FROM appointments_site)
        GROUP BY delivered.line, delivered.code ORDER BY delivered.line
        """,
        "There is already the site {}. Use that code: a spreadsheet may have dropped leading zeros.",
    ),
    CrossCheck(
        APPOINTMENTS,
        "person_id",
        """
        SELECT delivered.line, delivered.person_id, '' FROM delivered_appointment delivered
        WHERE delivered.person_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM resolved_person person WHERE person.reference = delivered.person_id)
        ORDER BY delivered.line
        """,
        "Unknown person. Add the person to people.csv, or correct the person_id.",
        (PEOPLE,),
    ),
    CrossCheck(
        APPOINTMENTS,
        "starts_at",
        """
        SELECT delivered.line, delivered.starts_text, delivered.site_code
        FROM delivered_appointment delivered
        WHERE delivered.starts_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM resolved_slot slot WHERE slot.site_code = delivered.site_code
                                                           AND slot.starts_at = delivered.starts_at)
        ORDER BY delivered.line
        """,
        "Site {} has no slot at this time. Add it to slots.csv, or correct the time.",
        (SITES, SLOTS),
    ),
    CrossCheck(
        APPOINTMENTS,
        "status",
        """
        SELECT line, status, first
        FROM (SELECT line, status, min(line) OVER (PARTITION BY person_id) AS first
              FROM delivered_appointment WHERE status = 'scheduled' AND person_id IS NOT NULL) every_row
        WHERE line > first ORDER BY line
        """,
        "The person already has a scheduled appointment in line {}. Only one is allowed.",
    ),
    CrossCheck(
        APPOINTMENTS,
        "starts_at",
        """
        SELECT line, starts_text, capacity
        FROM (SELECT delivered.line, delivered.starts_text, slot.capacity,
                     row_number() OVER (PARTITION BY slot.slot_id ORDER BY delivered.line) AS place
              FROM delivered_appointment delivered
              JOIN resolved_slot slot ON slot.site_code = delivered.site_code
                                     AND slot.starts_at = delivered.starts_at
              WHERE delivered.status = 'scheduled') seated
        WHERE place > capacity ORDER BY line
        """,
        "More people than seats. The slot has {}. Choose another time, or raise the capacity.",
        (SLOTS,),
    ),
    CrossCheck(
        APPOINTMENTS,
        "appointment_id",
        """
        SELECT delivered.line, delivered.appointment_id, ''
        FROM delivered_appointment delivered
        JOIN appointments_appointment known ON known.scheduler_reference = delivered.appointment_id
                                           AND known.status <> 'superseded'
        JOIN appointments_appointmentseries series ON series.id = known.series_id
        JOIN resolved_person person ON person.reference = delivered.person_id
        WHERE series.person_id IS DISTINCT FROM person.person_id ORDER BY delivered.line
        """,
        "The portal has this appointment_id for another person. Use a different one.",
    ),
)


def check_across(
    errors: ErrorReport, *, as_of: object, incomplete: Iterable[str], bad_sites: list[int]
) -> None:
    """Add every fault across rows to `errors`. Skip checks that need a file that could not be read."""
    missing = set(incomplete)
    for check in CHECKS:
        if missing.intersection((check.file, *check.needs)):
            continue
        params = {"as_of": as_of, "bad_site_lines": bad_sites}
        for line, value, detail in rows_of(check.sql, params):
            errors.add(check.file, line, check.column, value, check.remedy.format(detail))
