"""Plan what a delivery changes for people whom the portal already has: verdicts, holds and seats.

The plan is made twice: once to report what cannot be loaded, and again under the locks, when it is final.
"""

from datetime import datetime

from appointments.schedule_import import columns
from appointments.schedule_import.candidates import judge_candidates
from appointments.schedule_import.faults import ErrorReport
from appointments.schedule_import.staging import rows_of, run

# Reserved seats that end because the appointment is rescheduled, ended or marked staff-only: its own, and
# those that were reserved together with it.
RELEASED = """
    DROP TABLE IF EXISTS released_seat;
    CREATE TEMPORARY TABLE released_seat ON COMMIT DROP AS
    WITH own AS (
        SELECT DISTINCT seat.reservation_id
        FROM planned
        JOIN appointments_reservedseat seat ON seat.appointment_id = planned.matched_id
        JOIN appointments_appointment known ON known.id = planned.matched_id
        WHERE seat.held_until IS NOT NULL
          AND (planned.verdict IN ('end', 'reschedule')
               OR (planned.verdict = 'update' AND planned.is_staff_only AND NOT known.is_staff_only))
    )
    SELECT seat.id, seat.reservation_id FROM own JOIN appointments_reservedseat seat USING (reservation_id)
    WHERE seat.held_until IS NOT NULL;
    ANALYZE released_seat;
"""

# By how many seats each slot's counter changes. `newcomers` are the seats of new people, with which a new
# slot is inserted.
SEATS = """
    DROP TABLE IF EXISTS seat_change;
    CREATE TEMPORARY TABLE seat_change ON COMMIT DROP AS
    SELECT slot_id, sum(seats)::int AS seats, sum(newcomers)::int AS newcomers
    FROM (
        SELECT slot_id, seats, seats AS newcomers FROM newcomers
        UNION ALL
        SELECT slot_id, 1, 0 FROM planned WHERE status = 'scheduled' AND verdict IN ('insert', 'reschedule')
        UNION ALL
        SELECT known.slot_id, -1, 0
        FROM planned JOIN appointments_appointment known ON known.id = planned.matched_id
        WHERE known.status = 'scheduled' AND planned.verdict IN ('end', 'reschedule')
        UNION ALL
        SELECT seat.slot_id, -1, 0 FROM appointments_reservedseat seat
        WHERE seat.held_until <= %(now)s
           OR (seat.held_until IS NOT NULL AND seat.id IN (SELECT id FROM released_seat))
    ) seats
    GROUP BY slot_id;
    ANALYZE seat_change;

    DROP TABLE IF EXISTS overfull;
    CREATE TEMPORARY TABLE overfull ON COMMIT DROP AS
    SELECT * FROM (
        SELECT slot.slot_id, slot.line,
               coalesce(live.taken * (NOT slot.is_new)::int, 0) + coalesce(change.seats, 0) AS taken,
               slot.capacity
        FROM resolved_slot slot
        LEFT JOIN appointments_slot live ON live.id = slot.slot_id
        LEFT JOIN seat_change change ON change.slot_id = slot.slot_id
    ) seated
    WHERE taken > capacity;
"""

# People who would be moved into a full slot keep their appointment, as a conflict. Their old seats may then
# be too many for another slot.
DISPLACE = """
    UPDATE planned SET verdict = 'rescheduled_apart'
    FROM (SELECT planned.line, overfull.taken - overfull.capacity AS excess,
                 row_number() OVER (PARTITION BY planned.slot_id ORDER BY planned.line DESC) AS place
          FROM planned JOIN overfull USING (slot_id)
          WHERE planned.verdict = 'reschedule' AND planned.status = 'scheduled') last
    WHERE planned.line = last.line AND last.place <= last.excess
"""

FULL = """
    SELECT line, starts_text, capacity
    FROM (
        SELECT delivered.line, delivered.starts_text, overfull.capacity, overfull.taken,
               row_number() OVER (PARTITION BY overfull.slot_id ORDER BY delivered.line DESC) AS place,
               count(*) FILTER (WHERE delivered.status = 'scheduled') OVER (PARTITION BY overfull.slot_id)
                   AS arriving
        FROM overfull
        JOIN resolved_slot slot USING (slot_id)
        JOIN delivered_appointment delivered
             ON delivered.site_code = slot.site_code AND delivered.starts_at = slot.starts_at
        JOIN resolved_person person ON person.reference = delivered.person_id
        LEFT JOIN planned ON planned.line = delivered.line
        WHERE delivered.status = 'scheduled' AND (planned.verdict = 'insert' OR person.series_id IS NULL)
          AND (SELECT count(*) FROM delivered_appointment other
               WHERE other.site_code = slot.site_code AND other.starts_at = slot.starts_at
                 AND other.status = 'scheduled') <= overfull.capacity
    ) seated
    WHERE place <= taken - capacity ORDER BY line
"""

SHRUNK = """
    SELECT overfull.line, overfull.capacity, overfull.taken - coalesce(arriving.seats, 0)
    FROM overfull
    LEFT JOIN (
        SELECT slot_id, sum(seats) AS seats FROM (
            SELECT slot_id, seats FROM newcomers
            UNION ALL
            SELECT slot_id, 1 FROM planned WHERE status = 'scheduled' AND verdict = 'insert') each
        GROUP BY slot_id
    ) arriving USING (slot_id)
    WHERE overfull.line IS NOT NULL AND overfull.taken - coalesce(arriving.seats, 0) > overfull.capacity
    ORDER BY overfull.line
"""

FULL_REMEDY = "This slot is full in the portal (capacity {}). Choose another time, or raise the capacity."
SHRUNK_REMEDY = "{} seats are taken in the portal. The capacity cannot be lower than that."


def make_plan(*, as_of: datetime, now: datetime) -> None:
    """Fill `planned`, `counted_merge`, `released_seat`, `seat_change` and `overfull` from the current rows.

    The plan is final when the series and slots that it changes are locked. `now` decides which reserved
    seats have expired.
    """
    judge_candidates(as_of=as_of)
    _count_seats(now)
    while run(DISPLACE):
        _count_seats(now)


def _count_seats(now: datetime) -> None:
    run(RELEASED)
    run(SEATS, {"now": now})


def report_missing_seats(errors: ErrorReport) -> None:
    """Report every new person in a full slot, and each capacity below the number of seats taken."""
    for line, value, capacity in rows_of(FULL):
        errors.add(columns.APPOINTMENTS.file, line, "starts_at", value, FULL_REMEDY.format(capacity))
    for line, value, taken in rows_of(SHRUNK):
        errors.add(columns.SLOTS.file, line, "capacity", str(value), SHRUNK_REMEDY.format(taken))
