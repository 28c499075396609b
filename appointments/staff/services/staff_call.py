"""Save what a caller stated and what the officer noted, until the appointment is rescheduled."""

from accounts.models import User
from accounts.services.authority import check_staff_may_act
from appointments.booking import drafts, locks
from appointments.booking.decisions import decide_under
from appointments.booking.errors import Refused
from appointments.booking.reschedules import GoodCause
from appointments.models import Appointment, RescheduleDraft
from policy.models import GoodCauseReason
from policy.queries import get_rules
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def note_call(
    *, actor: User, appointment: Appointment, reason: GoodCauseReason, explanation: str, note: str
) -> RescheduleDraft:
    """Save the reason and the note of a call. Replaces what the officer saved for this appointment before.

    Locks: case (shared), appointment series.
    Raises: Refused (the appointment is not scheduled any more, or its case is closed), NotYours, Busy.
    """
    locks.share_case(appointment.person.case_id)
    locks.lock_series(appointment.series_id)
    appointment = locks.get_locked_appointment(appointment.pk)
    case = appointment.case
    check_staff_may_act(actor=actor, case=case)
    if not drafts.can_have_reason(appointment):
        rules = get_rules(form_type_ids=[case.form_type_id])
        raise Refused({appointment.pk: decide_under(appointment=appointment, rules=rules)})
    cause = GoodCause(reason, explanation)
    [draft] = drafts.save_drafts(cause=cause, account=actor, appointments=[appointment], note=note)
    return draft
