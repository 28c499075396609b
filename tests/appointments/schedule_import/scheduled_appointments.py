"""What stands in the portal after a delivery of one person with one appointment."""

from appointments.models import Appointment, Slot
from appointments.staff.services import staff_reschedule


def scheduled():
    return Appointment.objects.select_related("slot", "series").get(status="scheduled")


def slot_at(number):
    """The portal's slot for a row of slots.csv."""
    return Slot.objects.filter(site__code="PHX1").order_by("starts_at")[number]


def starts_of(scheduler, number):
    return scheduler.row("slots.csv", number)["starts_at"]


def reschedule_here(slot):
    """A move of the portal's own."""
    return staff_reschedule.reschedule_by_agency(actor=None, appointment=scheduled(), slot=slot)
