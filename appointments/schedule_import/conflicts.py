"""Record the rows that were not applied because the portal knows something newer, and export them."""

import csv
from itertools import chain
from pathlib import Path

from appointments.models import Delivery
from appointments.schedule_import.staging import rows_of, run
from portal.foundation.csv_safety import escape_formula

OVERTAKEN = """
    UPDATE appointments_deliveryconflict conflict
    SET settled_at = %(loaded_at)s, note = 'A later delivery covers this appointment again.'
    WHERE settled_at IS NULL
      AND scheduler_reference IN (SELECT appointment_id FROM delivered_appointment)
"""

CONFLICTS = """
    INSERT INTO appointments_deliveryconflict
        (public_id, delivery_id, appointment_id, kind, line, scheduler_reference, delivered_slot_id,
         delivered_status, note)
    SELECT gen_random_uuid(), %(delivery)s, matched_id, verdict, line, reference, slot_id, status, ''
    FROM planned WHERE verdict IN ('behind', 'rescheduled_apart', 'ended_apart') ORDER BY line
"""

HEADER = (
    "line",
    "appointment_id",
    "kind",
    "receipt_number",
    "person_id",
    "delivered_site",
    "delivered_starts_at",
    "delivered_status",
    "portal_site",
    "portal_starts_at",
    "portal_status",
)

LISTED = """
    SELECT conflict.line, conflict.scheduler_reference, conflict.kind, accounts_case.receipt_number,
           coalesce(person.scheduler_reference, ''),
           there.code, to_char(delivered.starts_at AT TIME ZONE there.tz, 'YYYY-MM-DD"T"HH24:MI'),
           conflict.delivered_status,
           here.code, to_char(kept.starts_at AT TIME ZONE here.tz, 'YYYY-MM-DD"T"HH24:MI'),
           appointment.status
    FROM appointments_deliveryconflict conflict
    JOIN appointments_slot delivered ON delivered.id = conflict.delivered_slot_id
    JOIN appointments_site there ON there.id = delivered.site_id
    JOIN appointments_appointment appointment ON appointment.id = conflict.appointment_id
    JOIN appointments_slot kept ON kept.id = appointment.slot_id
    JOIN appointments_site here ON here.id = kept.site_id
    JOIN appointments_appointmentseries series ON series.id = appointment.series_id
    JOIN accounts_person person ON person.id = series.person_id
    JOIN accounts_case ON accounts_case.id = person.case_id
    WHERE conflict.delivery_id = %(delivery)s ORDER BY conflict.line
"""


def write_conflicts(delivery: Delivery) -> None:
    """Create this delivery's conflicts for staff and settle earlier ones about the same appointments."""
    run(OVERTAKEN, {"loaded_at": delivery.loaded_at})
    run(CONFLICTS, {"delivery": delivery.pk})


def save_conflicts(delivery: Delivery, path: Path) -> int:
    """Write the delivery's conflicts as a CSV file and return how many there are.

    Times are in each site's own time zone. Writes no file without conflicts. Call it inside a transaction.
    """
    written = 0
    rows = rows_of(LISTED, {"delivery": delivery.pk})
    first = next(rows, None)
    if first is None:
        return 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in chain([first], rows):
            writer.writerow(map(escape_formula, row))
            written += 1
    return written
