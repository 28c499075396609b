"""Restrict an appointment to staff, or remove the restriction. The public never learns why."""

from accounts.models import User
from accounts.services.authority import check_staff_may_act
from appointments.booking import locks, seats
from appointments.booking.decisions import decide_under
from appointments.booking.errors import AlreadyDone, NoteMissing, Refused
from appointments.models import Appointment
from policy.queries import get_rules
from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def mark_staff_only(*, actor: User, appointment: Appointment, is_staff_only: bool, note: str) -> Appointment:
    """Set or remove the mark of a scheduled appointment. Setting it releases its reservation.

    The note is kept in the audit history and nowhere else.

    Locks: appointment series, slots.
    Raises: NotYours, NoteMissing, AlreadyDone (it is so already), Refused (the appointment is not scheduled
    any more), Busy.
    """
    if not note.strip():
        raise NoteMissing
    locks.lock_series(appointment.series_id)
    locked = locks.lock_slots(slot_ids=(seat.slot_id for seat in seats.find_held([appointment.pk])))
    appointment = locks.get_locked_appointment(appointment.pk)
    case = appointment.case
    rules = get_rules(form_type_ids=[case.form_type_id])
    check_staff_may_act(actor=actor, case=case)
    if appointment.status != Appointment.Status.SCHEDULED:
        raise Refused({appointment.pk: decide_under(appointment=appointment, rules=rules)})
    if appointment.is_staff_only == is_staff_only:
        raise AlreadyDone
    if is_staff_only:
        seats.expire_overdue_holds(slots=locked.values(), now=rules.now)
        seats.release_holds(appointment_ids=[appointment.pk], slots=locked, now=rules.now)
    appointment.is_staff_only = is_staff_only
    with audit_context(note=note):
        appointment.save(update_fields=["is_staff_only"])
    return appointment
