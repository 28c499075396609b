"""The main act: a person's own hold becomes the new appointment. And what is stated before it."""

from accounts.models import User
from appointments.booking import drafts, locks, seats
from appointments.booking.decisions import decide_given, decide_under, get_past_reschedules
from appointments.booking.errors import HoldEnded, ReasonMissing, Refused
from appointments.booking.reschedules import GoodCause, RescheduleContext, record_reschedule
from appointments.models import Appointment, Hold, Reschedule, RescheduleDraft
from policy.models import GoodCauseReason
from policy.queries import get_rules
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def state_reason(
    *, account: User, appointment: Appointment, reason: GoodCauseReason, explanation: str
) -> RescheduleDraft:
    """Keeps the account's reason for this appointment until the move is made; the last one given stands.

    Locks authority (share), chain. Raises Refused where the appointment no longer stands or its case is
    closed, NotYours or Busy.
    """
    [appointment] = drafts.lock_and_check(account=account, appointments=[appointment])
    if not drafts.can_be_stated_for(appointment):
        rules = get_rules(form_type_ids=[appointment.series.person.case.form_type_id])
        raise Refused(decide_under(appointment, rules))
    [draft] = drafts.keep(GoodCause(reason, explanation), account=account, appointments=[appointment])
    return draft


@in_durable_transaction
def confirm(*, account: User, hold: Hold) -> Reschedule:
    """The move that this hold makes: one transaction or nothing. Again for the same hold: the same move.

    One of a household's holds makes none alone: see `household.confirm`.
    Locks authority (share), chain, both slots, the hold; reads the clock after them. Raises
    HoldEnded, Refused (every reason), SeatRefused, ReasonMissing, NotYours or Busy.
    """
    appointment = hold.appointment
    locks.share_authority(account=account, case_id=appointment.series.person.case_id)
    locks.lock_series(appointment.series_id)
    locked = locks.lock_slots({appointment.slot_id, hold.slot_id})
    hold = locks.lock_hold_with_view(hold.pk)
    if hold.account_id != account.pk or hold.household:
        raise HoldEnded
    appointment = hold.appointment
    case = appointment.series.person.case
    rules = get_rules(form_type_ids=[case.form_type_id])
    representation = locks.check_authority(account=account, case=case)
    if hold.state == Hold.State.CONFIRMED:
        return Reschedule.objects.get(hold=hold)
    past = get_past_reschedules(appointment.series)
    decision = decide_given(appointment, rules, past)
    if not decision.is_allowed:
        raise Refused(decision)
    if not hold.is_live(rules.now):
        raise HoldEnded
    seats.check_seat(locked[hold.slot_id], appointment, rules, own_seats=1)
    return record_reschedule(
        appointment=appointment,
        new_slot=locked[hold.slot_id],
        old_slot=locked[appointment.slot_id],
        context=RescheduleContext(
            actor=account, channel=Reschedule.Channel.ONLINE, representation=representation
        ),
        good_cause=_stated_cause(account, appointment),
        hold=hold,
        rules=rules,
        past=past,
    )


def _stated_cause(account: User, appointment: Appointment) -> GoodCause:
    draft = drafts.find(account=account, appointment=appointment)
    if draft is None:
        raise ReasonMissing
    return GoodCause(reason=draft.reason, explanation=draft.explanation)
