"""Several moves in one sitting: picked, held one after the other, confirmed each by itself."""

import contextlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from appointments.booking import hold as holds
from appointments.booking import locks, reschedule_acts
from appointments.booking.decisions import decide_all_under
from appointments.booking.errors import (
    HoldEnded,
    NotYours,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyItems,
)
from appointments.booking.reschedules import GoodCause
from appointments.eligibility import Decision
from appointments.models import Appointment, BulkItem, BulkReschedule, Hold, Reschedule, RescheduleDraft
from policy.queries import RulesInForce, get_rules
from portal.foundation.clock import DatabaseNow
from portal.foundation.transactions import Busy, in_durable_transaction

MAX_ITEMS = 20
_NOT_RESCHEDULED: dict[type[Exception], BulkItem.Outcome] = {
    Refused: BulkItem.Outcome.REFUSED,
    HoldEnded: BulkItem.Outcome.HOLD_ENDED,
    SeatRefused: BulkItem.Outcome.SEAT_REFUSED,
    ReasonMissing: BulkItem.Outcome.NO_REASON,
    NotYours: BulkItem.Outcome.NOT_YOURS,
    Busy: BulkItem.Outcome.BUSY,
}


@dataclass(frozen=True, slots=True)
class BulkItemState:
    """One pick as things stand. No `appointment`: the account may no longer act on it."""

    select: BulkItem
    appointment: Appointment | None = None
    decision: Decision | None = None
    draft: RescheduleDraft | None = None
    hold: Hold | None = None
    reschedule: Reschedule | None = None

    @property
    def can_be_rescheduled(self) -> bool:
        return self.decision is not None and self.decision.is_allowed

    @property
    def needs_reason(self) -> bool:
        return self.can_be_rescheduled and self.draft is None

    @property
    def needs_time(self) -> bool:
        return self.can_be_rescheduled and self.draft is not None and self.hold is None

    @property
    def is_ready(self) -> bool:
        return self.can_be_rescheduled and self.draft is not None and self.hold is not None


@dataclass(frozen=True, slots=True)
class BulkState:
    """The sitting with its picks, all at the instant of `rules`."""

    bulk: BulkReschedule
    items: tuple[BulkItemState, ...]
    rules: RulesInForce

    @property
    def now(self) -> datetime:
        return self.rules.now


@in_durable_transaction
def add(*, account: User, appointments: Sequence[Appointment]) -> BulkReschedule:
    """The account's open sitting with these added; begun if there is none. What is in it already stays once.

    What ended with the account's authority is picked anew; what the account may not act on is left out.
    Locks the account, authority over every case (share). Raises NotYours where nothing is left, or
    TooManyItems; then nothing was changed.
    """
    locks.lock_account(account)
    locks.share_authorities(account=account, case_ids={row.series.person.case_id for row in appointments})
    mine = Appointment.objects.for_account(account).filter(pk__in=[row.pk for row in appointments])
    proven = set(mine.values_list("pk", flat=True))
    appointments = [row for row in appointments if row.pk in proven]
    if not appointments:
        raise NotYours
    bulk = BulkReschedule.objects.filter(account=account, finished_at=None).first()
    bulk = bulk or BulkReschedule.objects.create(account=account)
    gone = Q(outcome=BulkItem.Outcome.NOT_YOURS)
    present = set(bulk.items.exclude(gone).values_list("appointment_id", flat=True))
    new = [appointment for appointment in appointments if appointment.pk not in present]
    if len(present) + len(new) > MAX_ITEMS:
        raise TooManyItems(MAX_ITEMS)
    bulk.items.filter(gone, appointment__in=proven).delete()
    BulkItem.objects.bulk_create(BulkItem(bulk=bulk, appointment=appointment) for appointment in new)
    return bulk


def remove_items(*, account: User, bulk: BulkReschedule, appointment_ids: Collection[int]) -> None:
    """Takes these out of an open sitting and gives the seats held for them back. Reasons are kept."""
    for held in _own_holds(account, appointment_ids).filter(state=Hold.State.HELD):
        holds.release(account=account, hold=held)
    BulkItem.objects.filter(bulk=bulk, bulk__finished_at=None, appointment_id__in=appointment_ids).delete()


def state_reasons(*, account: User, causes: Iterable[tuple[Appointment, GoodCause]]) -> None:
    """Keeps a reason for each appointment until it is moved; none where nothing can be moved any more."""
    for appointment, cause in causes:
        with contextlib.suppress(NotYours, Refused):
            reschedule_acts.state_reason(
                account=account, appointment=appointment, reason=cause.reason, explanation=cause.explanation
            )


def extend_all(*, account: User, bulk: BulkReschedule) -> None:
    """Every seat that is still held is held for another while, each up to its own ceiling."""
    picked = bulk.items.values_list("appointment_id", flat=True)
    for held in _own_holds(account, picked).filter(state=Hold.State.HELD):
        with contextlib.suppress(HoldEnded):
            holds.extend(account=account, hold=held)


def confirm_all(*, account: User, bulk: BulkReschedule, hold_ids: Collection[UUID]) -> None:
    """Makes a move of each of these holds, each in a transaction of its own, and writes how each pick ended.

    What cannot be moved keeps nothing else from being moved. A pick without one of these holds is not moved.
    Again for the same holds, or twice at once: the same moves, the same outcomes.
    """
    items = get_bulk_state(account=account, bulk=bulk).items
    wanted = _own_holds(account, [row.select.appointment_id for row in items]).filter(public_id__in=hold_ids)
    held = {row.appointment_id: row for row in wanted}
    for row in items:
        hold = held.get(row.select.appointment_id)
        outcome = _outcome_without_hold(row) if hold is None else _confirm_one(account, hold)
        # What was moved stays moved, whatever a second click that came late finds.
        BulkItem.objects.filter(pk=row.select.pk).exclude(outcome=BulkItem.Outcome.RESCHEDULED).update(
            outcome=outcome
        )
    BulkReschedule.objects.filter(pk=bulk.pk, finished_at=None).update(finished_at=DatabaseNow())


def get_bulk_state(*, account: User, bulk: BulkReschedule) -> BulkState:
    """The sitting as things stand. Eight statements, however many picks."""
    items = list(bulk.items.order_by("pk"))
    keys = [select.appointment_id for select in items if select.outcome != BulkItem.Outcome.NOT_YOURS]
    mine = {
        row.pk: row
        for row in Appointment.objects.for_account(account).with_display_relations().filter(pk__in=keys)
    }
    rules = get_rules(form_type_ids={row.series.person.case.form_type_id for row in mine.values()})
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
    reschedules = {
        reschedule.from_appointment_id: reschedule
        for reschedule in Reschedule.objects.filter(from_appointment__in=mine).select_related(
            "from_appointment__slot__site", "to_appointment__slot__site"
        )
    }
    return BulkState(
        bulk=bulk,
        rules=rules,
        items=tuple(
            BulkItemState(
                select=select,
                appointment=mine.get(select.appointment_id),
                decision=decisions.get(select.appointment_id),
                draft=drafts.get(select.appointment_id),
                hold=held.get(select.appointment_id),
                reschedule=reschedules.get(select.appointment_id)
                if select.outcome == BulkItem.Outcome.RESCHEDULED
                else None,
            )
            for select in items
        ),
    )


def _confirm_one(account: User, hold: Hold) -> BulkItem.Outcome:
    try:
        reschedule_acts.confirm(account=account, hold=hold)
    except tuple(_NOT_RESCHEDULED) as error:
        return _NOT_RESCHEDULED[type(error)]
    return BulkItem.Outcome.RESCHEDULED


def _outcome_without_hold(row: BulkItemState) -> BulkItem.Outcome:
    if row.appointment is None:
        return BulkItem.Outcome.NOT_YOURS
    if not row.can_be_rescheduled:
        return BulkItem.Outcome.REFUSED
    return BulkItem.Outcome.NO_REASON if row.draft is None else BulkItem.Outcome.NO_TIME


def _own_holds(account: User, appointment_ids: Iterable[int]) -> QuerySet[Hold]:
    """The account's holds for these appointments, live or ended, as `confirm` and `release` want them.

    Not those of a household, which are confirmed and released together.
    """
    return (
        Hold.objects.filter(account=account, appointment_id__in=set(appointment_ids), household=None)
        .select_related("appointment__series__person")
        .order_by("pk")
    )


class _OfAppointment(Protocol):
    appointment_id: int


Row = TypeVar("Row", bound=_OfAppointment)


def _by_appointment(rows: Iterable[Row]) -> dict[int, Row]:
    return {row.appointment_id: row for row in rows}
