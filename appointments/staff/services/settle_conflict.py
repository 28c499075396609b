"""Settle a conflict with the scheduler of record: staff note what they did about it."""

from accounts.models import User
from accounts.services.authority import check_staff_may_act
from appointments.booking.errors import AlreadyDone, NoteMissing
from appointments.models import DeliveryConflict
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def settle_conflict(*, actor: User, conflict: DeliveryConflict, note: str) -> DeliveryConflict:
    """Mark the conflict as settled. Changes no appointment: staff reschedule before, if that is needed.

    Locks: conflict.
    Raises: NotYours, NoteMissing, AlreadyDone, Busy.
    """
    if not note.strip():
        raise NoteMissing
    conflict = (
        DeliveryConflict.objects.select_for_update(no_key=True, of=("self",))
        .select_related("appointment__series__person__case__form_type")
        .get(pk=conflict.pk)
    )
    check_staff_may_act(actor=actor, case=conflict.appointment.case)
    if conflict.settled_at is not None:
        raise AlreadyDone
    conflict.settled_at, conflict.settled_by, conflict.note = database_now(), actor, note
    conflict.save(update_fields=["settled_at", "settled_by", "note"])
    return conflict
