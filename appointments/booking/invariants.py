"""Check the database for broken invariants. Each check is one SQL statement that returns the violations."""

from dataclasses import asdict, dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken invariant: which check, which row (by key), and what was found."""

    check: str
    key: int
    found: str

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


# Name of the check → SQL that selects key and found.
CHECKS: dict[str, str] = {
    "taken_equals_scheduled_plus_held": """
        SELECT slot.id, format('taken %s, scheduled %s, held %s', slot.taken,
                               coalesce(scheduled.seats, 0), coalesce(held.seats, 0))
        FROM appointments_slot slot
        LEFT JOIN (SELECT slot_id, count(*) AS seats FROM appointments_appointment
                   WHERE status = 'scheduled' GROUP BY slot_id) scheduled ON scheduled.slot_id = slot.id
        LEFT JOIN (SELECT slot_id, count(*) AS seats FROM appointments_reservedseat
                   WHERE held_until IS NOT NULL GROUP BY slot_id) held ON held.slot_id = slot.id
        WHERE slot.taken <> coalesce(scheduled.seats, 0) + coalesce(held.seats, 0)
    """,
    "taken_within_capacity": """
        SELECT id, format('taken %s of %s', taken, capacity) FROM appointments_slot
        WHERE taken < 0 OR taken > capacity
    """,
    "one_scheduled_appointment_per_series": """
        SELECT series_id, format('%s scheduled', count(*)) FROM appointments_appointment
        WHERE status = 'scheduled' GROUP BY series_id HAVING count(*) > 1
    """,
    "reschedules_numbered_without_gap": """
        SELECT series_id, format('numbers %s', string_agg(number::text, ',' ORDER BY number))
        FROM appointments_reschedule GROUP BY series_id
        HAVING min(number) <> 1 OR max(number) <> count(*) OR count(DISTINCT number) <> count(*)
    """,
    "reschedules_within_their_series": """
        SELECT reschedule.id, 'an appointment of another series'
        FROM appointments_reschedule reschedule
        JOIN appointments_appointment old ON old.id = reschedule.from_appointment_id
        JOIN appointments_appointment new ON new.id = reschedule.to_appointment_id
        WHERE old.series_id <> reschedule.series_id OR new.series_id <> reschedule.series_id
    """,
    "reschedules_follow_each_other": """
        SELECT reschedule.id, 'does not start where the reschedule before it ended'
        FROM appointments_reschedule reschedule
        JOIN appointments_reschedule before
          ON before.series_id = reschedule.series_id AND before.number = reschedule.number - 1
        WHERE before.to_appointment_id <> reschedule.from_appointment_id
    """,
    "rescheduled_appointment_is_superseded": """
        SELECT reschedule.id, format('left %s', old.status)
        FROM appointments_reschedule reschedule
        JOIN appointments_appointment old ON old.id = reschedule.from_appointment_id
        WHERE old.status <> 'superseded'
    """,
    "superseded_appointment_was_rescheduled": """
        SELECT appointment.id, 'superseded without a reschedule'
        FROM appointments_appointment appointment
        LEFT JOIN appointments_reschedule reschedule ON reschedule.from_appointment_id = appointment.id
        WHERE appointment.status = 'superseded' AND reschedule.id IS NULL
    """,
    "one_statement_for_each_counted_reschedule": """
        SELECT reschedule.id,
               format('counts %s, statement %s', reschedule.counts, coalesce(statement.id::text, 'none'))
        FROM appointments_reschedule reschedule
        LEFT JOIN policy_goodcausestatement statement
               ON statement.id = reschedule.statement_id AND statement.corrects_id IS NULL
        WHERE reschedule.counts <> (statement.id IS NOT NULL)
    """,
    "required_explanation_is_given": """
        SELECT statement.id, reason.code
        FROM policy_goodcausestatement statement
        JOIN policy_goodcausereason reason ON reason.id = statement.reason_id
        WHERE reason.requires_explanation AND btrim(statement.explanation) = ''
    """,
    "requestor_got_one_notice_of_each_reschedule": """
        SELECT reschedule.id, format('%s notices', count(notice.id))
        FROM appointments_reschedule reschedule
        JOIN appointments_appointmentseries series ON series.id = reschedule.series_id
        JOIN accounts_person person ON person.id = series.person_id
        JOIN accounts_case ON accounts_case.id = person.case_id AND accounts_case.requestor_id IS NOT NULL
        LEFT JOIN appointments_notice notice
               ON notice.reschedule_id = reschedule.id AND notice.addressee_id = accounts_case.requestor_id
        -- Before someone added the case with a code, there was no account to notify.
        WHERE reschedule.rescheduled_at >= coalesce((SELECT min(code.used_at) FROM accounts_accesscode code
                                         WHERE code.case_id = accounts_case.id), '-infinity')
          -- Nor while it was in question which account has the case.
          AND NOT EXISTS (SELECT FROM accounts_caseaccountconflict conflict
                          WHERE conflict.case_id = accounts_case.id)
        GROUP BY reschedule.id HAVING count(notice.id) <> 1
    """,
    "representative_got_one_notice_of_own_reschedule": """
        SELECT reschedule.id, format('%s notices', count(notice.id))
        FROM appointments_reschedule reschedule
        JOIN accounts_representation representation ON representation.id = reschedule.representation_id
        LEFT JOIN appointments_notice notice
               ON notice.reschedule_id = reschedule.id
              AND notice.addressee_id = representation.representative_id
        GROUP BY reschedule.id HAVING count(notice.id) <> 1
    """,
    "each_seat_of_a_confirmed_reservation_made_one_reschedule": """
        SELECT seat.id, format('%s, %s reschedules', reservation.state, count(reschedule.id))
        FROM appointments_reservedseat seat
        JOIN appointments_reservation reservation ON reservation.id = seat.reservation_id
        LEFT JOIN appointments_reschedule reschedule ON reschedule.reserved_seat_id = seat.id
        GROUP BY seat.id, reservation.state
        HAVING (reservation.state = 'confirmed') <> (count(reschedule.id) = 1)
    """,
    # A seat of an expired reservation counts until its slot is locked: see `seats.expire_overdue_holds`.
    "seats_agree_with_their_reservation": """
        SELECT seat.id, format('%s until %s, seat held until %s', reservation.state, reservation.expires_at,
                               coalesce(seat.held_until::text, 'no more'))
        FROM appointments_reservedseat seat
        JOIN appointments_reservation reservation ON reservation.id = seat.reservation_id
        WHERE (reservation.state = 'held' AND seat.held_until IS DISTINCT FROM reservation.expires_at)
           OR (reservation.state IN ('confirmed', 'released') AND seat.held_until IS NOT NULL)
           OR (reservation.state = 'expired' AND seat.held_until <> reservation.expires_at)
    """,
    "reservation_has_a_seat": """
        SELECT reservation.id, 'no seat'
        FROM appointments_reservation reservation
        LEFT JOIN appointments_reservedseat seat ON seat.reservation_id = reservation.id
        WHERE seat.id IS NULL
    """,
    "reservation_is_for_one_case": """
        SELECT seat.reservation_id, format('%s cases', count(DISTINCT person.case_id))
        FROM appointments_reservedseat seat
        JOIN appointments_appointment appointment ON appointment.id = seat.appointment_id
        JOIN appointments_appointmentseries series ON series.id = appointment.series_id
        JOIN accounts_person person ON person.id = series.person_id
        GROUP BY seat.reservation_id HAVING count(DISTINCT person.case_id) <> 1
    """,
    "reservation_is_at_one_site": """
        SELECT seat.reservation_id, format('%s sites', count(DISTINCT slot.site_id))
        FROM appointments_reservedseat seat JOIN appointments_slot slot ON slot.id = seat.slot_id
        GROUP BY seat.reservation_id HAVING count(DISTINCT slot.site_id) <> 1
    """,
    # Sites without any hours have none on record, and are left out.
    "open_slot_ahead_is_within_the_hours_of_its_site": """
        SELECT slot.id, format('%s to %s, open %s', slot.starts_at AT TIME ZONE site.tz,
                               (slot.ends_at AT TIME ZONE site.tz)::time,
                               coalesce(hours.opens_at || ' to ' || hours.closes_at, 'not that day'))
        FROM appointments_slot slot
        JOIN appointments_site site ON site.id = slot.site_id
        LEFT JOIN appointments_sitehours hours
               ON hours.site_id = site.id
              AND hours.weekday = extract(isodow FROM slot.starts_at AT TIME ZONE site.tz)
        WHERE slot.closed_at IS NULL AND slot.starts_at > portal_clock()
          AND EXISTS (SELECT FROM appointments_sitehours known WHERE known.site_id = site.id)
          AND (hours.opens_at IS NULL
               OR (slot.starts_at AT TIME ZONE site.tz)::time < hours.opens_at
               OR slot.ends_at AT TIME ZONE site.tz
                  > (slot.starts_at AT TIME ZONE site.tz)::date + hours.closes_at)
    """,
    "seat_is_held_for_a_scheduled_appointment": """
        SELECT seat.id, format('held for a %s appointment', appointment.status)
        FROM appointments_reservedseat seat
        JOIN appointments_appointment appointment ON appointment.id = seat.appointment_id
        WHERE seat.held_until IS NOT NULL AND appointment.status <> 'scheduled'
    """,
}


def find_violations() -> list[Violation]:
    """Return every broken invariant of the database. Run it in one repeatable-read snapshot."""
    violations = []
    with connection.cursor() as cursor:
        for check, sql in CHECKS.items():
            cursor.execute(sql)
            violations += [Violation(check=check, key=key, found=found) for key, found in cursor.fetchall()]
    return violations
