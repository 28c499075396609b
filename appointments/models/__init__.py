from appointments.models.appointment import Appointment, Chain
from appointments.models.caseload_export import CaseloadExport
from appointments.models.delivery import Delivery, DeliveryConflict
from appointments.models.draft import RescheduleDraft
from appointments.models.heartbeat import Heartbeat
from appointments.models.hold import Hold
from appointments.models.reschedule import Move
from appointments.models.notice import Notice
from appointments.models.site import Site, SiteHours
from appointments.models.bulk_reschedule import Pick, Sitting
from appointments.models.slot import Slot

__all__ = [
    "Appointment",
    "CaseloadExport",
    "Chain",
    "Delivery",
    "DeliveryConflict",
    "Heartbeat",
    "Hold",
    "Move",
    "Notice",
    "Pick",
    "RescheduleDraft",
    "Site",
    "SiteHours",
    "Sitting",
    "Slot",
]
