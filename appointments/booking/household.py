"""Moving a household together: one reason, one hold for all, all of them moved or none."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from accounts.models import User
from appointments.booking import drafts, locks, seats
from appointments.booking.availability import find_run
from appointments.booking.decisions import (
    PastReschedules,
    decide_all_under,
    decide_given,
    get_all_past_reschedules,
)
from appointments.booking.errors import HoldEnded, HouseholdRefused, ReasonMissing, SeatRefused
from appointments.booking.hold import check_hold_limits, check_no_other_holder, create_holds, extended_to
from appointments.booking.reschedules import GoodCause, RescheduleContext, record_reschedule
from appointments.eligibility import Decision, SeatRefusal
from appointments.models import Appointment, Hold, Reschedule, RescheduleDraft, Slot
from policy.models import GoodCauseReason
from policy.queries import RulesInForce, get_rules
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def state_reason(
    *, account: User, appointments: Sequence[Appointment], reason: GoodCauseReason, explanation: str
) -> None:
    """Keeps the same reason for everyone until the move is made.

    Locks authority (share), chains. Raises HouseholdRefused where an appointment no longer stands or the
    case is closed, NotYours or Busy; then nothing was changed.
    """
    appointments = drafts.lock_and_check(account=account, appointments=appointments)
    ended = [appointment for appointment in appointments if not drafts.can_be_stated_for(appointment)]
    if ended:
        rules = get_rules(form_type_ids=[ended[0].series.person.case.form_type_id])
        raise HouseholdRefused(decide_all_under(ended, rules))
    drafts.keep(GoodCause(reason, explanation), account=account, appointments=appointments)


@in_durable_transaction
def take(*, account: User, appointments: Sequence[Appointment], first: Slot) -> list[Hold]:
    """A live hold for each of these appointments of one case: in `first`, or on from it without a gap.

    Earlier holds of the account for any of them are released in the same act; picking the same time for
    the same people again returns the holds that stand. All lapse at one instant, and count once toward
    the account's limits. Locks account, authority (share), chains, slots. Raises HouseholdRefused,
    SeatRefused, HeldBySomeoneElse, TooManyHolds, NotYours or Busy; then nothing was changed.
    """
    keys = [appointment.pk for appointment in appointments]
    locks.lock_account(account)
    locks.share_authority(account=account, case_id=appointments[0].series.person.case_id)
    locks.lock_series_list(appointment.series_id for appointment in appointments)
    run = find_run(first, length=len(keys))
    locked = locks.lock_slots({*run, *(hold.slot_id for hold in seats.find_held(keys))})
    appointments = locks.get_locked_appointments(keys)
    case = appointments[0].series.person.case
    rules = get_rules(form_type_ids=[case.form_type_id])
    locks.check_authority(account=account, case=case)
    seats.expire_overdue_holds(locked.values(), now=rules.now)

    earlier = seats.find_held(keys)
    check_no_other_holder(account, earlier)
    if _is_same_choice(earlier, keys, run):
        return earlier
    seats.release_all(earlier, locked, now=rules.now)

    _check_eligible(appointments, rules, get_all_past_reschedules(row.series for row in appointments))
    places = _seat_everyone([locked[slot_id] for slot_id in run], appointments, rules)
    check_hold_limits(account, case.pk, rules)
    for slot in dict.fromkeys(places):
        seats.take_seat(slot, places.count(slot))
    return create_holds(account, list(zip(appointments, places, strict=True)), rules, household=uuid4())


@in_durable_transaction
def extend(*, account: User, holds: Sequence[Hold]) -> list[Hold]:
    """The household's holds, live for another hold length, but never past their ceiling.

    Locks chains, slots, holds. Raises HoldEnded when one of them is no longer live or not this account's.
    """
    locks.lock_series_list(hold.appointment.series_id for hold in holds)
    locks.lock_slots(hold.slot_id for hold in holds)
    holds = locks.lock_household(_household_of(holds))
    rules = get_rules(form_type_ids=[])
    _check_not_ended(account, holds, rules)
    expires_at = extended_to(holds[0], rules)
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(expires_at=expires_at)
    for hold in holds:
        hold.expires_at = expires_at
    return holds


@in_durable_transaction
def release(*, account: User, holds: Sequence[Hold]) -> None:
    """All seats are free for others at once. What already ended stays as it ended.

    Locks chains, slots, holds.
    """
    locks.lock_series_list(hold.appointment.series_id for hold in holds)
    locked = locks.lock_slots(hold.slot_id for hold in holds)
    holds = locks.lock_household(_household_of(holds))
    now = get_rules(form_type_ids=[]).now
    seats.expire_overdue_holds(locked.values(), now=now)
    still = [
        hold
        for hold in holds
        if hold.state == Hold.State.HELD and hold.account_id == account.pk and hold.is_live(now)
    ]
    seats.release_all(still, locked, now=now)


@in_durable_transaction
def confirm(*, account: User, holds: Sequence[Hold]) -> list[Reschedule]:
    """The moves that the household's holds make: all of them or none. Again: the same moves.

    Locks authority (share), chains, all slots, the holds; reads the clock after them. Raises HoldEnded
    when one hold is lost, HouseholdRefused (everyone who may not be moved), SeatRefused, ReasonMissing,
    NotYours or Busy.
    """
    locks.share_authority(account=account, case_id=holds[0].appointment.series.person.case_id)
    locks.lock_series_list(hold.appointment.series_id for hold in holds)
    locked = locks.lock_slots(key for hold in holds for key in (hold.slot_id, hold.appointment.slot_id))
    holds = locks.lock_household(_household_of(holds))
    case = holds[0].appointment.series.person.case
    rules = get_rules(form_type_ids=[case.form_type_id])
    representation = locks.check_authority(account=account, case=case)
    if all(hold.state == Hold.State.CONFIRMED and hold.account_id == account.pk for hold in holds):
        return list(Reschedule.objects.filter(hold__in=holds).order_by("hold_id"))
    past = get_all_past_reschedules(hold.appointment.series for hold in holds)
    _check_eligible([hold.appointment for hold in holds], rules, past)
    _check_not_ended(account, holds, rules)
    for hold in holds:
        seats.check_seat(locked[hold.slot_id], hold.appointment, rules, own_seats=1)
    causes = _stated_causes(account, holds)
    return [
        record_reschedule(
            appointment=hold.appointment,
            new_slot=locked[hold.slot_id],
            old_slot=locked[hold.appointment.slot_id],
            context=RescheduleContext(
                actor=account, channel=Reschedule.Channel.ONLINE, representation=representation
            ),
            good_cause=causes[hold.appointment_id],
            hold=hold,
            rules=rules,
            past=past[hold.appointment.series_id],
        )
        for hold in holds
    ]


def _household_of(holds: Sequence[Hold]) -> UUID:
    household = holds[0].household
    if household is None:
        raise ValueError("These holds were not taken together.")
    return household


def _is_same_choice(earlier: Sequence[Hold], keys: Sequence[int], run: Sequence[int]) -> bool:
    """Whether these holds are one household's, for just these appointments, from the same slot on."""
    households = {hold.household for hold in earlier}
    return (
        len(households) == 1
        and None not in households
        and {hold.appointment_id for hold in earlier} == set(keys)
        and min(earlier, key=lambda hold: hold.pk).slot_id == run[0]
    )


def _check_eligible(
    appointments: Sequence[Appointment], rules: RulesInForce, past: dict[int, PastReschedules]
) -> None:
    decisions: dict[int, Decision] = {
        appointment.pk: decide_given(appointment, rules, past[appointment.series_id])
        for appointment in appointments
    }
    refused = {key: decision for key, decision in decisions.items() if not decision.is_allowed}
    if refused:
        raise HouseholdRefused(refused)


def _check_not_ended(account: User, holds: Sequence[Hold], rules: RulesInForce) -> None:
    if any(hold.account_id != account.pk or not hold.is_live(rules.now) for hold in holds):
        raise HoldEnded


def _seat_everyone(
    run: Sequence[Slot], appointments: Sequence[Appointment], rules: RulesInForce
) -> list[Slot]:
    """A slot for each appointment, the earliest first. Raises SeatRefused unless the run seats everyone."""
    places: list[Slot] = []
    for slot in run:
        causes = {
            cause for appointment in appointments for cause in seats.find_causes(slot, appointment, rules)
        }
        if causes and not places:
            raise SeatRefused(tuple(sorted(causes)))
        if causes:
            break
        wanted = len(appointments) - len(places)
        places += [slot] * min(wanted, slot.capacity - slot.taken)
        if len(places) == len(appointments):
            return places
    raise SeatRefused((SeatRefusal.SLOT_FULL,))


def _stated_causes(account: User, holds: Sequence[Hold]) -> dict[int, GoodCause]:
    drafts = RescheduleDraft.objects.select_related("reason").filter(
        account=account, appointment__in=[hold.appointment_id for hold in holds]
    )
    causes = {draft.appointment_id: GoodCause(draft.reason, draft.explanation) for draft in drafts}
    if len(causes) < len(holds):
        raise ReasonMissing
    return causes
