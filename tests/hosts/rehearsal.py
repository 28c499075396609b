"""What the rehearsal of a restore does before and after, each in a process on the database in question."""

from appointments.models import Appointment, AppointmentSeries, Reservation, Slot
from tests.appointments.booking import acts
from tests.factories.crowds import Client, make_crowd, make_slots

RECEIPT_OF_THE_THIRD = "CRW0000000002"


def seed():
    """A move with its notices and history, a hold, and somebody who has not moved yet."""
    [context, holder, _], slots = make_crowd(3), make_slots(4)
    reschedule(context, slots[0])
    acts.hold(account=holder.account, appointment=holder.appointment, slot=slots[1])


def continue_bulk():
    """The one who had not moved does so now; the hold made before the restore is confirmed."""
    series = AppointmentSeries.objects.get(person__case__receipt_number=RECEIPT_OF_THE_THIRD)
    third = Client(series.person.case.requestor, Appointment.objects.get(series=series))
    reschedule(third, Slot.objects.filter(taken=0).earliest("starts_at"))
    held = Reservation.objects.get(state=Reservation.State.HELD)
    acts.confirm(account=held.account, reservation=held)


def reschedule(client, slot):
    hold = acts.hold(account=client.account, appointment=client.appointment, slot=slot)
    return acts.confirm(account=client.account, reservation=hold)
