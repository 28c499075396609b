"""A caller's move before it is made: what the officer has noted, and what stands in its way."""

from dataclasses import dataclass

from accounts.models import User
from accounts.services.authority import check_staff_may_act
from appointments.booking import drafts, locks, seats
from appointments.booking.decisions import PastReschedules, decide_given, decide_under, get_past_reschedules
from appointments.booking.errors import Refused
from appointments.booking.reschedules import GoodCause
from appointments.eligibility import Decision, RefusalCode, SeatRefusal
from appointments.models import Appointment, RescheduleDraft, Slot
from appointments.staff.services.staff_reschedule import ONLINE_ONLY, OVERRIDABLE
from policy.models import GoodCauseReason
from policy.queries import RulesInForce, get_rules
from portal.foundation.transactions import in_durable_transaction


@dataclass(frozen=True, slots=True)
class ReschedulePreview:
    """What would come of the move now. `staff_reschedule.reschedule_for_caller` asks again under its locks."""

    decision: Decision
    rules: RulesInForce
    past: PastReschedules
    seat_refusals: tuple[SeatRefusal, ...]

    @property
    def against(self) -> frozenset[str]:
        """All that stands against it, but for the limits of the online tool alone."""
        return (self.decision.codes - ONLINE_ONLY) | set(self.seat_refusals)

    @property
    def to_override(self) -> frozenset[str]:
        """Of these, the limits of the public, which some units may set aside."""
        return self.against & OVERRIDABLE

    @property
    def blocking(self) -> frozenset[str]:
        """Of these, what nobody sets aside."""
        return self.against - OVERRIDABLE


@in_durable_transaction
def note_call(
    *, actor: User, appointment: Appointment, reason: GoodCauseReason, explanation: str, note: str
) -> RescheduleDraft:
    """Keeps what the caller stated and the officer noted until the move is made; the last one stands.

    Locks case (share), chain. Raises Refused where the appointment no longer stands or its case is closed,
    NotYours or Busy.
    """
    locks.share_case(appointment.series.person.case_id)
    locks.lock_series(appointment.series_id)
    appointment = locks.get_locked_appointment(appointment.pk)
    case = appointment.series.person.case
    check_staff_may_act(actor=actor, case=case)
    if not drafts.can_be_stated_for(appointment):
        raise Refused(decide_under(appointment, get_rules(form_type_ids=[case.form_type_id])))
    cause = GoodCause(reason, explanation)
    [draft] = drafts.keep(cause, account=actor, appointments=[appointment], note=note)
    return draft


def find_note(*, actor: User, appointment: Appointment) -> RescheduleDraft | None:
    """What the officer noted for this appointment, if the move is not made yet."""
    return drafts.find(account=actor, appointment=appointment)


def preview_reschedule(*, appointment: Appointment, slot: Slot | None = None) -> ReschedulePreview:
    """What stands in the way of moving, to this slot or at all. Without locks; three statements.

    Whether a seat is free is left to the move itself: a lapsed hold, or the caller's own, may be on it.
    """
    rules = get_rules(form_type_ids=[appointment.series.person.case.form_type_id])
    past = get_past_reschedules(appointment.series)
    causes = seats.find_causes(slot, appointment, rules) if slot else ()
    return ReschedulePreview(
        decision=decide_given(appointment, rules, past),
        rules=rules,
        past=past,
        seat_refusals=tuple(cause for cause in causes if cause != SeatRefusal.SLOT_FULL),
    )


def has_reached_cap(preview: ReschedulePreview) -> bool:
    """Whether the person has used up every move."""
    return RefusalCode.RESCHEDULE_LIMIT in preview.decision.codes
