"""Read and move the current appointment after a delivery of one person with one appointment."""

from appointments.models import Appointment, Slot
from appointments.staff.services import staff_reschedule


def current_appointment():
    return Appointment.objects.select_related("slot", "series").get(status="scheduled")


def slot_at(number):
    """Return the portal's slot for a row of slots.csv."""
    return Slot.objects.filter(site__code="PHX1").order_by("starts_at")[number]


def starts_of(scheduler, number):
    return scheduler.row("slots.csv", number)["starts_at"]


def reschedule_here(slot):
    """Move the appointment in the portal."""
    return staff_reschedule.reschedule_by_agency(actor=None, appointment=current_appointment(), slot=slot)
