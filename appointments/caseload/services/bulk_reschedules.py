"""Several moves in one sitting: picked, held one after the other, confirmed each by itself."""

import contextlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from appointments.eligibility import Decision
from appointments.models import Appointment, Hold, Move, Pick, RescheduleDraft, Sitting
from appointments.booking import hold as holds
from appointments.booking import locks, reschedule_acts
from appointments.booking.reschedules import GoodCause
from appointments.booking.decisions import decide_all_under
from appointments.booking.errors import (
    HoldEnded,
    NotYours,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyPicks,
)
from portal.foundation.clock import DatabaseNow
from policy.services.rules import RulesInForce, read_rules
from portal.foundation.transactions import Busy, in_durable_transaction

MOST_PICKS = 20
_NOT_MOVED: dict[type[Exception], Pick.Outcome] = {
    Refused: Pick.Outcome.REFUSED,
    HoldEnded: Pick.Outcome.HOLD_ENDED,
    SeatRefused: Pick.Outcome.SEAT_REFUSED,
    ReasonMissing: Pick.Outcome.NO_REASON,
    NotYours: Pick.Outcome.NOT_YOURS,
    Busy: Pick.Outcome.BUSY,
}


@dataclass(frozen=True, slots=True)
class PickNow:
    """One pick as things stand. No `appointment`: the account may no longer act on it."""

    pick: Pick
    appointment: Appointment | None = None
    decision: Decision | None = None
    draft: RescheduleDraft | None = None
    hold: Hold | None = None
    move: Move | None = None

    @property
    def can_be_moved(self) -> bool:
        return self.decision is not None and self.decision.is_allowed

    @property
    def wants_reason(self) -> bool:
        return self.can_be_moved and self.draft is None

    @property
    def wants_time(self) -> bool:
        return self.can_be_moved and self.draft is not None and self.hold is None

    @property
    def is_ready(self) -> bool:
        return self.can_be_moved and self.draft is not None and self.hold is not None


@dataclass(frozen=True, slots=True)
class SittingNow:
    """The sitting with its picks, all at the instant of `rules`."""

    sitting: Sitting
    picks: tuple[PickNow, ...]
    rules: RulesInForce

    @property
    def now(self) -> datetime:
        return self.rules.now


@in_durable_transaction
def add(*, account: User, appointments: Sequence[Appointment]) -> Sitting:
    """The account's open sitting with these added; begun if there is none. What is in it already stays once.

    What ended with the account's authority is picked anew; what the account may not act on is left out.
    Locks the account, authority over every case (share). Raises NotYours where nothing is left, or
    TooManyPicks; then nothing was changed.
    """
    locks.lock_account(account)
    locks.share_authorities(account=account, case_ids={row.chain.person.case_id for row in appointments})
    mine = Appointment.objects.for_account(account).filter(pk__in=[row.pk for row in appointments])
    proven = set(mine.values_list("pk", flat=True))
    appointments = [row for row in appointments if row.pk in proven]
    if not appointments:
        raise NotYours
    sitting = Sitting.objects.filter(account=account, finished_at=None).first()
    sitting = sitting or Sitting.objects.create(account=account)
    gone = Q(outcome=Pick.Outcome.NOT_YOURS)
    present = set(sitting.picks.exclude(gone).values_list("appointment_id", flat=True))
    new = [appointment for appointment in appointments if appointment.pk not in present]
    if len(present) + len(new) > MOST_PICKS:
        raise TooManyPicks(MOST_PICKS)
    sitting.picks.filter(gone, appointment__in=proven).delete()
    Pick.objects.bulk_create(Pick(sitting=sitting, appointment=appointment) for appointment in new)
    return sitting


def put_back(*, account: User, sitting: Sitting, appointment_ids: Collection[int]) -> None:
    """Takes these out of an open sitting and gives the seats held for them back. Reasons are kept."""
    for held in _own_holds(account, appointment_ids).filter(state=Hold.State.HELD):
        holds.release(account=account, hold=held)
    Pick.objects.filter(
        sitting=sitting, sitting__finished_at=None, appointment_id__in=appointment_ids
    ).delete()


def state_reasons(*, account: User, causes: Iterable[tuple[Appointment, GoodCause]]) -> None:
    """Keeps a reason for each appointment until it is moved; none where nothing can be moved any more."""
    for appointment, cause in causes:
        with contextlib.suppress(NotYours, Refused):
            reschedule_acts.state_reason(
                account=account, appointment=appointment, reason=cause.reason, explanation=cause.explanation
            )


def extend_all(*, account: User, sitting: Sitting) -> None:
    """Every seat that is still held is held for another while, each up to its own ceiling."""
    picked = sitting.picks.values_list("appointment_id", flat=True)
    for held in _own_holds(account, picked).filter(state=Hold.State.HELD):
        with contextlib.suppress(HoldEnded):
            holds.extend(account=account, hold=held)


def confirm_all(*, account: User, sitting: Sitting, hold_ids: Collection[UUID]) -> None:
    """Makes a move of each of these holds, each in a transaction of its own, and writes how each pick ended.

    What cannot be moved keeps nothing else from being moved. A pick without one of these holds is not moved.
    Again for the same holds, or twice at once: the same moves, the same outcomes.
    """
    picks = read_sitting(account=account, sitting=sitting).picks
    wanted = _own_holds(account, [row.pick.appointment_id for row in picks]).filter(public_id__in=hold_ids)
    held = {row.appointment_id: row for row in wanted}
    for row in picks:
        hold = held.get(row.pick.appointment_id)
        outcome = _outcome_without_hold(row) if hold is None else _confirm_one(account, hold)
        # What was moved stays moved, whatever a second click that came late finds.
        Pick.objects.filter(pk=row.pick.pk).exclude(outcome=Pick.Outcome.MOVED).update(outcome=outcome)
    Sitting.objects.filter(pk=sitting.pk, finished_at=None).update(finished_at=DatabaseNow())


def read_sitting(*, account: User, sitting: Sitting) -> SittingNow:
    """The sitting as things stand. Eight statements, however many picks."""
    picks = list(sitting.picks.order_by("pk"))
    keys = [pick.appointment_id for pick in picks if pick.outcome != Pick.Outcome.NOT_YOURS]
    mine = {row.pk: row for row in Appointment.objects.for_account(account).with_story().filter(pk__in=keys)}
    rules = read_rules(form_type_ids={row.chain.person.case.form_type_id for row in mine.values()})
    decisions = decide_all_under(list(mine.values()), rules)
    drafts = _by_appointment(
        RescheduleDraft.objects.select_related("reason").filter(account=account, appointment__in=mine)
    )
    held = _by_appointment(
        Hold.objects.select_related("slot__site").filter(
            account=account,
            appointment__in=mine,
            state=Hold.State.HELD,
            household=None,
            expires_at__gt=rules.now,
        )
    )
    moves = {
        move.from_appointment_id: move
        for move in Move.objects.filter(from_appointment__in=mine).select_related(
            "from_appointment__slot__site", "to_appointment__slot__site"
        )
    }
    return SittingNow(
        sitting=sitting,
        rules=rules,
        picks=tuple(
            PickNow(
                pick=pick,
                appointment=mine.get(pick.appointment_id),
                decision=decisions.get(pick.appointment_id),
                draft=drafts.get(pick.appointment_id),
                hold=held.get(pick.appointment_id),
                move=moves.get(pick.appointment_id) if pick.outcome == Pick.Outcome.MOVED else None,
            )
            for pick in picks
        ),
    )


def _confirm_one(account: User, hold: Hold) -> Pick.Outcome:
    try:
        reschedule_acts.confirm(account=account, hold=hold)
    except tuple(_NOT_MOVED) as error:
        return _NOT_MOVED[type(error)]
    return Pick.Outcome.MOVED


def _outcome_without_hold(row: PickNow) -> Pick.Outcome:
    if row.appointment is None:
        return Pick.Outcome.NOT_YOURS
    if not row.can_be_moved:
        return Pick.Outcome.REFUSED
    return Pick.Outcome.NO_REASON if row.draft is None else Pick.Outcome.NO_TIME


def _own_holds(account: User, appointment_ids: Iterable[int]) -> QuerySet[Hold]:
    """The account's holds for these appointments, live or ended, as `confirm` and `release` want them.

    Not those of a household, which are confirmed and released together.
    """
    return (
        Hold.objects.filter(account=account, appointment_id__in=set(appointment_ids), household=None)
        .select_related("appointment__chain__person")
        .order_by("pk")
    )


class _OfAppointment(Protocol):
    appointment_id: int


Row = TypeVar("Row", bound=_OfAppointment)


def _by_appointment(rows: Iterable[Row]) -> dict[int, Row]:
    return {row.appointment_id: row for row in rows}
