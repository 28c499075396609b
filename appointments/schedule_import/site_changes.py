"""Find the sites whose name or address a delivery changes, and the people who must be notified of it."""

from datetime import datetime

from appointments.models import Appointment, PlaceAndTime
from appointments.models.site import SITE_TEXTS
from appointments.notices.services.events import queue_site_change_notices
from appointments.schedule_import import columns
from appointments.schedule_import.staging import read_one, rows_of, run

SITE_FACTS = ("name", "street", "city", "state", "postal_code", "tz", "latitude", "longitude")
TEXTS = tuple(f"{text}_{code}" for text in SITE_TEXTS for code in columns.LANGUAGES)
KNOWN_FACTS = ", ".join(f"site.{name}" for name in (*SITE_FACTS, *TEXTS))
# A text is null if the delivery leaves out its column.
DELIVERED_FACTS = ", ".join(
    (
        *(f"delivered.{name}" for name in SITE_FACTS),
        *(f"coalesce(delivered.{name}, site.{name})" for name in TEXTS),
    )
)

# The sites as they were before this delivery. `is_elsewhere`: people must be told of a new name or address.
CHANGED = f"""
    DROP TABLE IF EXISTS changed_site;
    CREATE TEMPORARY TABLE changed_site ON COMMIT DROP AS
    WITH hours AS (
        SELECT site.code, array_agg((weekday, opens_at, closes_at)::text ORDER BY weekday) AS week
        FROM appointments_sitehours JOIN appointments_site site ON site.id = site_id GROUP BY site.code
    ), sent_hours AS (
        SELECT code, array_agg((weekday, opens_at, closes_at)::text ORDER BY weekday) AS week
        FROM delivered_hours GROUP BY code
    )
    SELECT site.id, site.code, site.name, site.street, site.city, site.state, site.postal_code, site.tz,
           (site.name, site.street, site.city, site.state, site.postal_code)
           <> (delivered.name, delivered.street, delivered.city, delivered.state, delivered.postal_code)
           AS is_elsewhere
    FROM delivered_site delivered
    JOIN appointments_site site ON site.code = delivered.code
    LEFT JOIN hours ON hours.code = site.code
    LEFT JOIN sent_hours ON sent_hours.code = site.code
    WHERE ROW({KNOWN_FACTS}) IS DISTINCT FROM ROW({DELIVERED_FACTS})
       OR hours.week IS DISTINCT FROM sent_hours.week;
"""  # noqa: S608 (formats in only names of ours)

# Appointments ahead at a site with a new name or address, but for those that this delivery brings.
AFFECTED = """
    SELECT appointment.id, appointment.series_id
    FROM changed_site
    JOIN appointments_slot slot ON slot.site_id = changed_site.id AND slot.starts_at > portal_clock()
    JOIN appointments_appointment appointment
         ON appointment.slot_id = slot.id AND appointment.status = 'scheduled'
    JOIN appointments_appointmentseries series ON series.id = appointment.series_id
    WHERE changed_site.is_elsewhere
      AND NOT EXISTS (SELECT FROM resolved_person newcomer
                      JOIN accounts_person person ON person.scheduler_reference = newcomer.reference
                      WHERE newcomer.series_id IS NULL AND person.id = series.person_id)
"""

OLD_PLACES = f"""
    SELECT affected.id, site.name, site.street, site.city, site.state, site.postal_code, site.tz,
           slot.starts_at, slot.ends_at
    FROM ({AFFECTED}) affected
    JOIN appointments_appointment appointment ON appointment.id = affected.id
    JOIN appointments_slot slot ON slot.id = appointment.slot_id
    JOIN changed_site site ON site.id = slot.site_id
    ORDER BY affected.id
"""  # noqa: S608 (formats in only names of ours)


def find_changed_sites() -> int:
    """Fill `changed_site` from the sites as they are before the delivery. Return how many it changes."""
    run(CHANGED)
    (changed,) = read_one("SELECT count(*) FROM changed_site") or (0,)
    return int(changed)


def find_old_places() -> dict[int, PlaceAndTime]:
    """Return by appointment where it was announced before its site's name or address changed."""
    return {
        key: PlaceAndTime(
            site_name=name,
            address_lines=(street, f"{city}, {state} {postal_code}"),
            tz=tz,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        for key, name, street, city, state, postal_code, tz, starts_at, ends_at in rows_of(OLD_PLACES)
    }


def notify_of_site_changes(old_places: dict[int, PlaceAndTime], *, at: datetime) -> int:
    """Give everyone who still has one of these appointments a new notice. Return how many people that is."""
    scheduled = Appointment.objects.filter(pk__in=old_places, status=Appointment.Status.SCHEDULED)
    keys = set(scheduled.values_list("pk", flat=True))
    queue_site_change_notices(old={key: place for key, place in old_places.items() if key in keys}, at=at)
    return len(keys)
