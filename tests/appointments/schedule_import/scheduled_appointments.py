"""What stands in the portal after a delivery of one person with one appointment."""

from appointments.models import Appointment, Slot
from appointments.staff.services import staff_reschedule


def standing():
    return Appointment.objects.select_related("slot", "chain").get(status="standing")


def slot_at(number):
    """The portal's slot for a row of slots.csv."""
    return Slot.objects.filter(site__code="PHX1").order_by("starts_at")[number]


def starts_of(scheduler, number):
    return scheduler.row("slots.csv", number)["starts_at"]


def move_here(slot):
    """A move of the portal's own."""
    return staff_reschedule.move_by_agency(actor=None, appointment=standing(), slot=slot)
