"""What becomes of each delivered appointment of a person whom the portal knows: who is right, by age.

The plan is made twice: to name what cannot be loaded, and again under the locks, where it is final.
"""

from datetime import datetime

from appointments.models.appointment import STATUS_TRANSITIONS
from appointments.schedule_import import columns
from appointments.schedule_import.faults import ErrorReport
from appointments.schedule_import.staging import rows_of, run

CONFLICTS = ("behind", "rescheduled_apart", "ended_apart")

# A move of our own books an appointment made at that very instant; one that a delivery made carries the
# scheduler's earlier `scheduled_at`, and never makes the scheduler's next row look old.
KNOWN_CHAINS = """
    DROP TABLE IF EXISTS known_series;
    CREATE TEMPORARY TABLE known_series ON COMMIT DROP AS
    SELECT person.reference, series.id AS series_id, scheduled.id AS scheduled_id, rescheduled.first_own_at,
           rescheduled.last_own_at, rescheduled.tip_id
    FROM resolved_person person
    JOIN appointments_appointmentseries series ON person.has_series AND series.person_id = person.person_id
    LEFT JOIN appointments_appointment scheduled
           ON scheduled.series_id = series.id AND scheduled.status = 'scheduled'
    LEFT JOIN (
        SELECT reschedule.series_id,
               min(reschedule.rescheduled_at) FILTER (WHERE made.scheduled_at = reschedule.rescheduled_at) AS first_own_at,
               max(reschedule.rescheduled_at) FILTER (WHERE made.scheduled_at = reschedule.rescheduled_at) AS last_own_at,
               (array_agg(reschedule.to_appointment_id ORDER BY reschedule.number DESC))[1] AS tip_id
        FROM appointments_reschedule reschedule JOIN appointments_appointment made ON made.id = reschedule.to_appointment_id
        GROUP BY reschedule.series_id
    ) rescheduled ON rescheduled.series_id = series.id;
    ANALYZE known_series;
"""

# Every row that is not, to the letter, what stands here under the same number.
DIFFERING = """
    DROP TABLE IF EXISTS planned;
    CREATE TEMPORARY TABLE planned ON COMMIT DROP AS
    SELECT delivered.line, delivered.appointment_id AS reference, delivered.status, delivered.scheduled_at,
           delivered.biometrics_code, delivered.is_staff_only, slot.slot_id,
           series.series_id, series.scheduled_id, series.last_own_at, series.tip_id,
           same.id AS partner_id, ''::text AS action,
           EXISTS (SELECT FROM appointments_appointment gone
                   WHERE gone.series_id = series.series_id AND gone.status = 'superseded'
                     AND gone.scheduler_reference = delivered.appointment_id) AS was_left,
           EXISTS (SELECT FROM appointments_appointment gone
                   WHERE gone.series_id = series.series_id AND gone.status = 'superseded'
                     AND gone.scheduler_reference = delivered.appointment_id
                     AND gone.slot_id = slot.slot_id) AS was_left_here
    FROM delivered_appointment delivered
    JOIN known_series series ON series.reference = delivered.person_id
    JOIN resolved_slot slot
         ON slot.site_code = delivered.site_code AND slot.starts_at = delivered.starts_at
    LEFT JOIN appointments_appointment same
           ON same.scheduler_reference = delivered.appointment_id AND same.status <> 'superseded'
    WHERE delivered.appointment_id IS NOT NULL AND delivered.status IS NOT NULL
      AND delivered.scheduled_at IS NOT NULL AND delivered.biometrics_code IS NOT NULL
      AND (same.id IS NULL OR same.series_id = series.series_id)
      AND (same.id IS NULL OR same.slot_id <> slot.slot_id OR same.status <> delivered.status
           OR same.biometrics_code <> delivered.biometrics_code
           OR (delivered.is_staff_only AND NOT same.is_staff_only));
    ANALYZE planned;
"""

# The portal's appointments that some row may mean although it has another number: not those that a
# delivered number names.
UNNAMED = """
    DROP TABLE IF EXISTS unnamed;
    CREATE TEMPORARY TABLE unnamed ON COMMIT DROP AS
    SELECT known.id, known.series_id, known.slot_id, known.status
    FROM appointments_appointment known
    WHERE known.series_id IN (SELECT series_id FROM planned WHERE partner_id IS NULL)
      AND known.status <> 'superseded'
      AND NOT EXISTS (SELECT FROM delivered_appointment delivered
                      WHERE delivered.appointment_id = known.scheduler_reference);
"""

# A new number for the same seat; else the chain's latest appointment, under a number that was left by a
# move, or as what the scheduler's new standing appointment replaces. Each means one row at most.
PARTNERS = """
    UPDATE planned SET partner_id = pair.id
    FROM (SELECT planned.line, unnamed.id,
                 row_number() OVER (PARTITION BY unnamed.id
                                    ORDER BY unnamed.status = planned.status DESC, planned.line) AS by_row,
                 row_number() OVER (PARTITION BY planned.line
                                    ORDER BY unnamed.status = planned.status DESC, unnamed.id DESC) AS by_seat
          FROM planned
          JOIN unnamed ON unnamed.series_id = planned.series_id AND unnamed.slot_id = planned.slot_id
          WHERE planned.partner_id IS NULL) pair
    WHERE planned.line = pair.line AND pair.by_row = 1 AND pair.by_seat = 1;

    UPDATE planned SET partner_id = pair.id
    FROM (SELECT planned.line, unnamed.id,
                 row_number() OVER (PARTITION BY unnamed.id
                                    ORDER BY planned.status = 'scheduled' DESC, was_left DESC, planned.line)
                     AS place
          FROM planned
          JOIN unnamed ON unnamed.id = CASE WHEN planned.was_left THEN coalesce(scheduled_id, tip_id)
                                            WHEN planned.status = 'scheduled' THEN scheduled_id END
          WHERE planned.partner_id IS NULL
            AND NOT EXISTS (SELECT FROM planned other WHERE other.partner_id = unnamed.id)) pair
    WHERE planned.line = pair.line AND pair.place = 1;
"""

# The age of a row is the earlier of the delivery's as_of and its own scheduled_at: a scheduler that never
# heard of our move still sends the old appointment in a fresh delivery, and must not move anyone back.
ACTIONS = """
    UPDATE planned SET action = judged.action
    FROM (
        SELECT planned.line, CASE
            WHEN known.id IS NULL AND was_left_here AND planned.status <> 'scheduled' THEN 'agreed'
            WHEN known.id IS NULL THEN 'new'
            WHEN known.slot_id = planned.slot_id AND known.status = planned.status THEN 'noted'
            WHEN known.slot_id = planned.slot_id
                 AND known.status || '>' || planned.status = ANY(%(transitions)s) THEN 'ended'
            WHEN known.slot_id = planned.slot_id THEN 'ended_apart'
            WHEN least(%(as_of)s, planned.scheduled_at) <= last_own_at THEN CASE
                WHEN planned.status <> 'scheduled' THEN 'ended_apart'
                WHEN EXISTS (SELECT FROM appointments_reschedule reschedule
                             JOIN appointments_appointment gone ON gone.id = reschedule.from_appointment_id
                             JOIN appointments_appointment made ON made.id = reschedule.to_appointment_id
                             WHERE reschedule.series_id = planned.series_id AND gone.slot_id = planned.slot_id
                               AND made.scheduled_at = reschedule.rescheduled_at) THEN 'behind'
                ELSE 'rescheduled_apart' END
            WHEN known.status || '>superseded' = ANY(%(transitions)s)
                 AND (known.status = 'scheduled'
                      OR (planned.scheduled_id IS NULL AND planned.status = 'scheduled')) THEN 'rescheduled'
            ELSE 'ended_apart' END AS action
        FROM planned LEFT JOIN appointments_appointment known ON known.id = planned.partner_id
    ) judged
    WHERE planned.line = judged.line;

    -- Nobody gets a second scheduled appointment because the end of the first was not applied.
    UPDATE planned SET action = 'rescheduled_apart', partner_id = scheduled_id
    WHERE action = 'new' AND status = 'scheduled' AND scheduled_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM planned other WHERE other.partner_id = planned.scheduled_id
                      AND other.status <> 'scheduled' AND other.action IN ('ended', 'rescheduled'));
"""

# Reserved seats that end because an appointment is moved, ended, or from now on staff's alone to move: its
# own, and those that were reserved together with it.
RELEASED = """
    DROP TABLE IF EXISTS released_seat;
    CREATE TEMPORARY TABLE released_seat ON COMMIT DROP AS
    WITH own AS (
        SELECT DISTINCT seat.reservation_id
        FROM planned
        JOIN appointments_reservedseat seat ON seat.appointment_id = planned.partner_id
        JOIN appointments_appointment known ON known.id = planned.partner_id
        WHERE seat.held_until IS NOT NULL
          AND (planned.action IN ('ended', 'rescheduled')
               OR (planned.action = 'noted' AND planned.is_staff_only AND NOT known.is_staff_only))
    )
    SELECT seat.id, seat.reservation_id FROM own JOIN appointments_reservedseat seat USING (reservation_id)
    WHERE seat.held_until IS NOT NULL;
    ANALYZE released_seat;
"""

# By how many seats each slot's counter changes. `newcomers` are the seats of newcomers, which a new slot
# is born with.
SEATS = """
    DROP TABLE IF EXISTS seat_change;
    CREATE TEMPORARY TABLE seat_change ON COMMIT DROP AS
    SELECT slot_id, sum(seats)::int AS seats, sum(newcomers)::int AS newcomers
    FROM (
        SELECT slot_id, seats, seats AS newcomers FROM newcomers
        UNION ALL
        SELECT slot_id, 1, 0 FROM planned WHERE status = 'scheduled' AND action IN ('new', 'rescheduled')
        UNION ALL
        SELECT known.slot_id, -1, 0
        FROM planned JOIN appointments_appointment known ON known.id = planned.partner_id
        WHERE known.status = 'scheduled' AND planned.action IN ('ended', 'rescheduled')
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

# Who would be moved into a full slot stays, as a conflict; the seat that they keep may make another full.
DISPLACE = """
    UPDATE planned SET action = 'rescheduled_apart'
    FROM (SELECT planned.line, overfull.taken - overfull.capacity AS excess,
                 row_number() OVER (PARTITION BY planned.slot_id ORDER BY planned.line DESC) AS place
          FROM planned JOIN overfull USING (slot_id)
          WHERE planned.action = 'rescheduled' AND planned.status = 'scheduled') last
    WHERE planned.line = last.line AND last.place <= last.excess
"""

COUNTED = """
    DROP TABLE IF EXISTS counted_merge;
    CREATE TEMPORARY TABLE counted_merge ON COMMIT DROP AS
    SELECT series.id AS series_id, array_agg(DISTINCT reported.rescheduled_at ORDER BY reported.rescheduled_at) AS added
    FROM delivered_appointment delivered
    JOIN known_series known ON known.reference = delivered.person_id
    JOIN appointments_appointmentseries series ON series.id = known.series_id
    CROSS JOIN unnest(delivered.counted_moves_at) AS reported(rescheduled_at)
    -- From our first reschedule on, what the scheduler reports may be our own reschedules coming back, perhaps with
    -- their seconds cut off.
    WHERE reported.rescheduled_at < coalesce(date_trunc('minute', known.first_own_at), 'infinity')
      AND reported.rescheduled_at <> ALL (series.earlier_counted_at)
    GROUP BY series.id;
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
        WHERE delivered.status = 'scheduled' AND (planned.action = 'new' OR NOT person.has_series)
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
            SELECT slot_id, 1 FROM planned WHERE status = 'scheduled' AND action = 'new') each GROUP BY slot_id
    ) arriving USING (slot_id)
    WHERE overfull.line IS NOT NULL AND overfull.taken - coalesce(arriving.seats, 0) > overfull.capacity
    ORDER BY overfull.line
"""

FULL_REMEDY = (
    "Others have the seats of this slot in the portal; it has {}. Give another time, or raise its capacity."
)
SHRUNK_REMEDY = "{} seats are taken in the portal: a capacity is never lowered below that."


def make_plan(*, as_of: datetime, now: datetime) -> None:
    """Fills `planned`, `released_seat`, `seat_change`, `overfull` and `counted_merge`: the portal as it is.

    Final when the chains and slots that it changes are locked. `now` decides which seats have expired.
    """
    transitions = [f"{old}>{new}" for old, after in STATUS_TRANSITIONS.items() for new in after]
    for sql in (KNOWN_CHAINS, DIFFERING, UNNAMED, PARTNERS):
        run(sql)
    run(ACTIONS, {"as_of": as_of, "transitions": transitions})
    _count_seats(now)
    while run(DISPLACE):
        _count_seats(now)
    run(COUNTED)


def _count_seats(now: datetime) -> None:
    run(RELEASED)
    run(SEATS, {"now": now})


def name_unseated(faults: ErrorReport) -> None:
    """A fault for every newcomer into a full slot, and for each capacity below the seats taken."""
    for line, value, capacity in rows_of(FULL):
        faults.add(columns.APPOINTMENTS.file, line, "starts_at", value, FULL_REMEDY.format(capacity))
    for line, value, taken in rows_of(SHRUNK):
        faults.add(columns.SLOTS.file, line, "capacity", str(value), SHRUNK_REMEDY.format(taken))
