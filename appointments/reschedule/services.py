"""Services of the public journey: state a reason, and confirm a reservation."""

from collections.abc import Sequence

from accounts.models import User
from appointments.booking import drafts, reservations
from appointments.booking.decisions import decide_all_under
from appointments.booking.errors import Refused
from appointments.booking.reschedules import GoodCause
from appointments.models import Appointment, Reschedule, RescheduleDraft, ReservedSeat
from appointments.notices.services.reschedules import queue_reschedule_notices
from policy.models import GoodCauseReason
from policy.queries import get_rules
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def state_reason(
    *, account: User, appointments: Sequence[Appointment], reason: GoodCauseReason, explanation: str
) -> list[RescheduleDraft]:
    """Save the account's reason for these people of one case; it replaces an earlier one.

    Locks: authority (share), series.
    Raises: Refused if an appointment is no longer scheduled or the case is closed, NotYours or Busy.
    """
    appointments = drafts.lock_and_check(account=account, appointments=appointments)
    ended = [appointment for appointment in appointments if not drafts.can_have_reason(appointment)]
    if ended:
        rules = get_rules(form_type_ids=[ended[0].case.form_type_id])
        raise Refused(decide_all_under(appointments=ended, rules=rules))
    return drafts.save_drafts(
        cause=GoodCause(reason, explanation), account=account, appointments=appointments
    )


@in_durable_transaction
def confirm_reservation(*, account: User, seats_held: Sequence[ReservedSeat]) -> list[Reschedule]:
    """Reschedule every appointment of a reservation and write the notices, or change nothing.

    Returns the reschedules; a repeated call returns the same ones.
    Locks and raises: as `reservations.confirm`, and Busy.
    """
    completed = reservations.confirm(account=account, seats_held=seats_held)
    if not completed:
        confirmed = Reschedule.objects.filter(reserved_seat__in=[seat.pk for seat in seats_held])
        return list(confirmed.order_by("reserved_seat_id"))
    queue_reschedule_notices(completed=completed)
    return [row.reschedule for row in completed]
