"""Find the delivered rows that differ from the portal, judge them person by person, and store the verdicts.

SQL compares all rows and keeps those that differ. Only these are read into Python, one person after
another, so that memory depends neither on the size of the delivery nor on how much of it differs.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from appointments.models.appointment import STATUS_TRANSITIONS
from appointments.schedule_import.judgement import (
    DeliveredRow,
    PortalAppointment,
    PortalMove,
    PortalRecord,
    find_new_counted_reschedules,
    judge_rows,
)
from appointments.schedule_import.staging import copy_into, rows_of, run

# Every row of a known person that is not exactly what the portal has under the same number.
DIFFERING = """
    DROP TABLE IF EXISTS candidate;
    CREATE TEMPORARY TABLE candidate ON COMMIT DROP AS
    SELECT person.series_id, delivered.line, delivered.appointment_id AS reference, slot.slot_id,
           delivered.status, delivered.scheduled_at, delivered.biometrics_code, delivered.is_staff_only,
           same.id IS NULL AS is_unmatched
    FROM delivered_appointment delivered
    JOIN resolved_person person
         ON person.reference = delivered.person_id AND person.series_id IS NOT NULL
    JOIN resolved_slot slot
         ON slot.site_code = delivered.site_code AND slot.starts_at = delivered.starts_at
    LEFT JOIN appointments_appointment same
           ON same.scheduler_reference = delivered.appointment_id AND same.status <> 'superseded'
    WHERE delivered.appointment_id IS NOT NULL AND delivered.status IS NOT NULL
      AND delivered.scheduled_at IS NOT NULL AND delivered.biometrics_code IS NOT NULL
      AND (same.id IS NULL OR same.series_id = person.series_id)
      AND (same.id IS NULL OR same.slot_id <> slot.slot_id OR same.status <> delivered.status
           OR same.biometrics_code <> delivered.biometrics_code
           OR (delivered.is_staff_only AND NOT same.is_staff_only));
    ANALYZE candidate;
"""

# Counted moves that the scheduler reports and the portal does not have.
REPORTED = """
    DROP TABLE IF EXISTS reported_reschedule;
    CREATE TEMPORARY TABLE reported_reschedule ON COMMIT DROP AS
    SELECT series.id AS series_id, reported.rescheduled_at
    FROM delivered_appointment delivered
    JOIN resolved_person person ON person.reference = delivered.person_id
    JOIN appointments_appointmentseries series ON series.id = person.series_id
    CROSS JOIN unnest(delivered.counted_moves_at) AS reported(rescheduled_at)
    WHERE delivered.counted_moves_at <> '{}' AND reported.rescheduled_at <> ALL (series.earlier_counted_at);
    ANALYZE reported_reschedule;
"""

# What the portal knows about the people of these rows.
KNOWN = """
    DROP TABLE IF EXISTS candidate_series;
    CREATE TEMPORARY TABLE candidate_series ON COMMIT DROP AS
    SELECT series_id, bool_or(is_unmatched) AS has_unmatched
    FROM (SELECT series_id, is_unmatched FROM candidate
          UNION ALL SELECT series_id, false FROM reported_reschedule) differing
    GROUP BY series_id;
    ANALYZE candidate_series;

    DROP TABLE IF EXISTS portal_appointment;
    CREATE TEMPORARY TABLE portal_appointment ON COMMIT DROP AS
    SELECT known.series_id, known.id, known.slot_id, known.status, known.scheduled_at,
           known.biometrics_code, known.is_staff_only, known.scheduler_reference AS reference,
           series.has_unmatched, false AS is_named
    FROM candidate_series series JOIN appointments_appointment known USING (series_id);
    ANALYZE portal_appointment;

    -- Matters only where a row has no appointment under its own number.
    UPDATE portal_appointment known SET is_named = true
    FROM delivered_appointment delivered
    WHERE delivered.appointment_id = known.reference AND known.has_unmatched;
"""

# Each stream is sorted by person first, so that they can be read side by side.
SERIES = "SELECT series_id FROM candidate_series ORDER BY series_id"
ROWS = """
    SELECT series_id, line, reference, slot_id, status, scheduled_at, biometrics_code, is_staff_only
    FROM candidate ORDER BY series_id, line
"""
APPOINTMENTS = """
    SELECT series_id, id, slot_id, status, scheduled_at, biometrics_code, is_staff_only, reference, is_named
    FROM portal_appointment ORDER BY series_id, id
"""
RESCHEDULES = """
    SELECT made.series_id, made.number, made.rescheduled_at, made.from_appointment_id, made.to_appointment_id
    FROM candidate_series JOIN appointments_reschedule made USING (series_id)
    ORDER BY made.series_id, made.number
"""
REPORTED_RESCHEDULES = (
    "SELECT series_id, rescheduled_at FROM reported_reschedule ORDER BY series_id, rescheduled_at"
)

VERDICTS = """
    DROP TABLE IF EXISTS judged_row;
    CREATE TEMPORARY TABLE judged_row (line int, verdict text, appointment_id bigint) ON COMMIT DROP;
    DROP TABLE IF EXISTS counted_merge;
    CREATE TEMPORARY TABLE counted_merge (series_id bigint, added timestamptz[]) ON COMMIT DROP;
"""

# `matched_id` is the portal's appointment that the row is about.
PLANNED = """
    DROP TABLE IF EXISTS planned;
    CREATE TEMPORARY TABLE planned ON COMMIT DROP AS
    SELECT candidate.*, judged_row.verdict, judged_row.appointment_id AS matched_id
    FROM candidate JOIN judged_row USING (line);
    ANALYZE planned; ANALYZE counted_merge;
"""

BATCH = 2000


def judge_candidates(*, as_of: datetime) -> None:
    """Fill `planned` with a verdict on each row that differs, and `counted_merge` with new counted moves.

    Reads the portal as it is now: the verdicts are final when the series that they change are locked.
    """
    for sql in (DIFFERING, REPORTED, KNOWN, VERDICTS):
        run(sql)
    rows: list[tuple[Any, ...]] = []
    counted: list[tuple[Any, ...]] = []
    for series_id, delivered, reported_at, record in _read_people():
        judgements = judge_rows(delivered, record, as_of=as_of, transitions=STATUS_TRANSITIONS)
        rows += [(each.line, each.verdict.value, each.appointment_id) for each in judgements]
        if added := find_new_counted_reschedules(reported_at, record):
            counted.append((series_id, added))
        if len(rows) + len(counted) >= BATCH:
            _store(rows, counted)
    _store(rows, counted)
    run(PLANNED)


def _read_people() -> Iterator[tuple[int, list[DeliveredRow], list[datetime], PortalRecord]]:
    """Yield the series, differing rows, unknown counted moves and the portal's record of each person."""
    rows, appointments = _Groups(ROWS), _Groups(APPOINTMENTS)
    reschedules, reported = _Groups(RESCHEDULES), _Groups(REPORTED_RESCHEDULES)
    for (series_id,) in rows_of(SERIES):
        record = PortalRecord(
            appointments=[PortalAppointment(*values) for values in appointments.take(series_id)],
            reschedules=[PortalMove(*values) for values in reschedules.take(series_id)],
        )
        delivered = [DeliveredRow(*values) for values in rows.take(series_id)]
        yield series_id, delivered, [rescheduled_at for (rescheduled_at,) in reported.take(series_id)], record


class _Groups:
    """Take the rows of a query group by group. The query is sorted by its first column, the group's key."""

    def __init__(self, sql: str) -> None:
        self._key: int | None
        self._groups = groupby(rows_of(sql), key=itemgetter(0))
        self._advance()

    def take(self, key: int) -> list[tuple[Any, ...]]:
        """Return the group's rows without their first column. Ask for groups in ascending order."""
        if self._key != key:
            return []
        rows = self._rows
        self._advance()
        return rows

    def _advance(self) -> None:
        self._key, group = next(self._groups, (None, iter(())))
        self._rows = [values[1:] for values in group]


def _store(rows: list[tuple[Any, ...]], counted: list[tuple[Any, ...]]) -> None:
    """Write the verdicts so far to their tables and empty the lists."""
    copy_into("judged_row", rows)
    copy_into("counted_merge", counted)
    rows.clear()
    counted.clear()
