"""Change existing rows under their locks, taken in the one lock order, by a plan made under them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from appointments.booking import locks, seats
from appointments.booking.decisions import get_past_reschedules
from appointments.booking.reschedules import SchedulerAppointment, record_scheduler_reschedule
from appointments.models import Appointment, Notice, Slot
from appointments.notices.services.events import queue_cancellation_notices
from appointments.notices.services.reschedules import queue_reschedule_notices
from appointments.schedule_import.case_changes import change_cases
from appointments.schedule_import.faults import DeliveryRefused, ErrorReport, InvalidDelivery
from appointments.schedule_import.judgement import CONFLICTS, Verdict
from appointments.schedule_import.plan import make_plan, report_missing_seats
from appointments.schedule_import.site_changes import AFFECTED, find_old_places, notify_of_site_changes
from appointments.schedule_import.staging import read_one, rows_of, run
from policy.queries import RulesInForce, get_rules
from portal.foundation.clock import database_now

TRIES = 5

NEEDED_SERIES = f"""
    SELECT series_id FROM planned WHERE verdict IN ('insert', 'update', 'end', 'reschedule')
    UNION SELECT series_id FROM counted_merge
    UNION SELECT series_id FROM ({AFFECTED}) at_changed_site
"""  # noqa: S608 (formats in only names of ours)

NEEDED_SLOTS = """
    SELECT change.slot_id FROM seat_change change
    LEFT JOIN resolved_slot delivered ON delivered.slot_id = change.slot_id
    WHERE delivered.is_new IS NOT TRUE OR change.seats <> change.newcomers
    UNION SELECT delivered.slot_id FROM resolved_slot delivered
          JOIN appointments_slot slot ON slot.id = delivered.slot_id
          WHERE NOT delivered.is_new
            AND (slot.capacity <> delivered.capacity OR slot.ends_at <> delivered.ends_at
                 OR (delivered.is_closed AND slot.closed_at IS NULL))
"""

LOCK = f"""
    DROP TABLE IF EXISTS locked_series; DROP TABLE IF EXISTS locked_slot;
    CREATE TEMPORARY TABLE locked_series ON COMMIT DROP AS
    SELECT id FROM appointments_appointmentseries WHERE id IN ({NEEDED_SERIES}) ORDER BY id FOR NO KEY UPDATE;
    CREATE TEMPORARY TABLE locked_slot ON COMMIT DROP AS
    SELECT id FROM appointments_slot WHERE id IN ({NEEDED_SLOTS}) ORDER BY id FOR NO KEY UPDATE;
"""  # noqa: S608 (formats in only names of ours)

NOT_LOCKED = f"""
    SELECT 1 FROM ({NEEDED_SERIES}) needed WHERE series_id NOT IN (SELECT id FROM locked_series)
    UNION ALL
    SELECT 1 FROM ({NEEDED_SLOTS}) needed WHERE slot_id NOT IN (SELECT id FROM locked_slot)
    LIMIT 1
"""  # noqa: S608 (formats in only names of ours)

EXPIRED_HERE = """
    SELECT DISTINCT seat.slot_id FROM appointments_reservedseat seat
    JOIN locked_slot ON locked_slot.id = seat.slot_id
    WHERE seat.held_until <= %(now)s
"""

RELEASED = """
    WITH reservation AS (
        UPDATE appointments_reservation SET state = 'released', ended_at = %(now)s
        WHERE state = 'held' AND id IN (SELECT reservation_id FROM released_seat)
    )
    UPDATE appointments_reservedseat seat SET held_until = NULL
    FROM released_seat WHERE seat.id = released_seat.id
"""

ENDED = """
    UPDATE appointments_appointment known
    SET status = planned.status, status_changed_at = %(now)s, scheduler_reference = planned.reference,
        biometrics_code = planned.biometrics_code
    FROM planned WHERE planned.verdict = 'end' AND known.id = planned.matched_id
"""

# An ended appointment cannot be rescheduled, so the reason drafted for it is deleted.
DELETED_DRAFTS = """
    DELETE FROM appointments_rescheduledraft draft
    USING planned WHERE planned.verdict = 'end' AND draft.appointment_id = planned.matched_id
"""

# A delivery sets the staff-only mark and never removes it, because staff may have set it in the portal.
UPDATED = """
    UPDATE appointments_appointment known
    SET scheduler_reference = planned.reference, biometrics_code = planned.biometrics_code,
        is_staff_only = known.is_staff_only OR planned.is_staff_only
    FROM planned WHERE planned.verdict = 'update' AND known.id = planned.matched_id
"""

NEW = """
    INSERT INTO appointments_appointment
        (public_id, series_id, slot_id, status, status_changed_at, scheduled_at, biometrics_code,
         is_staff_only, scheduler_reference)
    SELECT gen_random_uuid(), series_id, slot_id, status, %(now)s, scheduled_at, biometrics_code,
           is_staff_only, reference
    FROM planned WHERE verdict = 'insert' ORDER BY line
"""

# People who must not come: their appointment ahead was canceled.
CANCELED = """
    SELECT planned.matched_id
    FROM planned
    JOIN appointments_appointment known ON known.id = planned.matched_id
    JOIN appointments_slot slot ON slot.id = known.slot_id
    WHERE planned.verdict = 'end' AND planned.status = 'cancelled' AND slot.starts_at > %(now)s
    ORDER BY planned.line
"""

# A new appointment after a canceled one needs a newer calendar entry than the cancellation.
NEW_ENTRIES = """
    UPDATE appointments_appointmentseries SET calendar_changes = calendar_changes + 1
    WHERE id IN (SELECT series_id FROM planned WHERE verdict = 'insert' AND status = 'scheduled')
"""

COUNTED = """
    UPDATE appointments_appointmentseries series
    SET earlier_counted_at = ARRAY(
        SELECT rescheduled_at
        FROM unnest(series.earlier_counted_at || counted_merge.added) AS each(rescheduled_at)
        ORDER BY rescheduled_at)
    FROM counted_merge WHERE series.id = counted_merge.series_id
"""

# One statement for all counters, so that people who swap full slots need no third seat in between.
SEATS = """
    UPDATE appointments_slot slot
    SET capacity = coalesce(delivered.capacity, slot.capacity),
        ends_at = coalesce(delivered.ends_at, slot.ends_at),
        closed_at = CASE WHEN delivered.is_closed THEN coalesce(slot.closed_at, %(now)s::timestamptz)
                         ELSE slot.closed_at END,
        taken = slot.taken + coalesce(change.seats, 0)
                - CASE WHEN delivered.is_new THEN coalesce(change.newcomers, 0) ELSE 0 END
    FROM locked_slot
    LEFT JOIN seat_change change ON change.slot_id = locked_slot.id
    LEFT JOIN resolved_slot delivered ON delivered.slot_id = locked_slot.id
    WHERE slot.id = locked_slot.id AND (delivered.is_new IS NOT TRUE OR change.seats <> change.newcomers)
"""

RESCHEDULES = """
    SELECT matched_id, slot_id, scheduled_at, reference, status, biometrics_code, is_staff_only
    FROM planned WHERE verdict = 'reschedule' ORDER BY line
"""


@dataclass(frozen=True, slots=True)
class Applied:
    """When the plan was applied, and how many people were notified that their site changed."""

    at: datetime
    people_notified_of_site: int


def change_known(errors: ErrorReport, *, as_of: datetime) -> Applied:
    """Apply the plan to rows that others may be changing. Return when this was done.

    Needs an earlier plan, which says what to lock.
    Locks: the cases that change, then series by key, then slots by key. Unchanged rows are not locked.
    Raises: InvalidDelivery when someone else took a seat since the check; DeliveryRefused when the set of
        rows to be locked keeps changing.
    """
    change_cases()
    for is_again in (False, *[True] * (TRIES - 1)):
        if is_again:
            make_plan(as_of=as_of, now=database_now())
        with transaction.atomic():
            run(LOCK)
            now = _expire_holds()
            make_plan(as_of=as_of, now=now)
            if read_one(NOT_LOCKED) is None:
                return _apply(errors, now)
            # Also releases the locks taken since the savepoint. The next round takes the ones needed then.
            transaction.set_rollback(True)
    raise DeliveryRefused("The portal is too busy. Nothing was loaded. Try again in a few minutes.")


def count_verdicts() -> dict[str, int]:
    """Return how many rows of people whom the portal already knew had each outcome."""
    found = dict(rows_of("SELECT verdict, count(*) FROM planned GROUP BY verdict"))
    every = read_one(
        "SELECT count(*) FROM delivered_appointment delivered"
        " JOIN resolved_person person ON person.reference = delivered.person_id"
        " WHERE person.series_id IS NOT NULL"
    ) or (0,)
    changed = sum(count for verdict, count in found.items() if verdict != Verdict.UNCHANGED)
    return {
        "appointments_new": found.get(Verdict.INSERT, 0),
        "appointments_unchanged": every[0] - changed,
        "appointments_updated": found.get(Verdict.UPDATE, 0),
        "appointments_rescheduled": found.get(Verdict.RESCHEDULE, 0),
        "appointments_ended": found.get(Verdict.END, 0),
        **{f"conflicts_{kind}": found.get(kind, 0) for kind in CONFLICTS},
    }


def _expire_holds() -> datetime:
    """Expire overdue seats on the locked slots, as every booking does. Return the instant that decides."""
    now = database_now()
    slot_ids = [slot_id for (slot_id,) in rows_of(EXPIRED_HERE, {"now": now})]
    if slot_ids:
        seats.expire_overdue_holds(slots=locks.lock_slots(slot_ids=slot_ids).values(), now=now)
    return now


def _apply(errors: ErrorReport, now: datetime) -> Applied:
    report_missing_seats(errors)
    if errors.total:
        raise InvalidDelivery
    old_places = find_old_places()
    run(RELEASED, {"now": now})
    _reschedule(now)
    run(ENDED, {"now": now})
    queue_cancellation_notices(appointment_ids=[key for (key,) in rows_of(CANCELED, {"now": now})], at=now)
    run(DELETED_DRAFTS)
    run(UPDATED)
    run(NEW, {"now": now})
    run(NEW_ENTRIES)
    run(SEATS, {"now": now})
    run(COUNTED)
    return Applied(at=now, people_notified_of_site=notify_of_site_changes(old_places, at=now))


def _reschedule(now: datetime) -> None:
    """Move appointments one by one: each writes a move, notices and messages. SEATS sets all counters."""
    reschedules = list(rows_of(RESCHEDULES))
    if not reschedules:
        return
    rules = get_rules(form_type_ids=_list_form_type_ids(reschedules))
    rules = RulesInForce(now=now, limits=rules.limits, form_types=rules.form_types)
    for appointment_id, slot_id, scheduled_at, reference, status, code, is_staff_only in reschedules:
        appointment = locks.get_locked_appointment(appointment_id)
        completed = record_scheduler_reschedule(
            appointment=appointment,
            new_slot=Slot.objects.select_related("site").get(pk=slot_id),
            delivered=SchedulerAppointment(
                scheduled_at=scheduled_at,
                scheduler_reference=reference,
                status=Appointment.Status(status),
                biometrics_code=code,
                is_staff_only=is_staff_only,
            ),
            rules=rules,
            past=get_past_reschedules(appointment.series),
        )
        is_canceled = status == Appointment.Status.CANCELLED
        queue_reschedule_notices(completed=[completed], kind=Notice.Kind.CANCELED if is_canceled else None)


def _list_form_type_ids(reschedules: list[tuple[object, ...]]) -> set[int]:
    rescheduled = Appointment.objects.filter(pk__in=[reschedule[0] for reschedule in reschedules])
    return set(rescheduled.values_list("series__person__case__form_type_id", flat=True))
