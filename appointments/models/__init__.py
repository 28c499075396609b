"""Sites, slots, appointments, reservations, reschedules, notices and deliveries."""

from appointments.models.appointment import Appointment, AppointmentSeries
from appointments.models.bulk_reschedule import BulkItem, BulkReschedule
from appointments.models.calendar_feed import CalendarFeed
from appointments.models.caseload_export import CaseloadExport
from appointments.models.delivery import Delivery, DeliveryConflict
from appointments.models.draft import RescheduleDraft
from appointments.models.heartbeat import Heartbeat
from appointments.models.notice import Notice
from appointments.models.place_and_time import PlaceAndTime
from appointments.models.reschedule import Reschedule
from appointments.models.reservation import Reservation, ReservedSeat
from appointments.models.saved_filter import SavedFilter
from appointments.models.site import Site, SiteHours
from appointments.models.slot import Slot

__all__ = [
    "Appointment",
    "AppointmentSeries",
    "BulkItem",
    "BulkReschedule",
    "CalendarFeed",
    "CaseloadExport",
    "Delivery",
    "DeliveryConflict",
    "Heartbeat",
    "Notice",
    "PlaceAndTime",
    "Reschedule",
    "RescheduleDraft",
    "Reservation",
    "ReservedSeat",
    "SavedFilter",
    "Site",
    "SiteHours",
    "Slot",
]
