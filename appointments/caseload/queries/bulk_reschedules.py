"""Read bulk reschedules: the open one of an account, and the state of every item at one instant."""

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from appointments.booking.decisions import add_untimely_offices, decide_all_under
from appointments.booking.queries import or_404
from appointments.caseload.facts import BulkItemState, BulkState
from appointments.models import (
    Appointment,
    BulkItem,
    BulkReschedule,
    Reschedule,
    RescheduleDraft,
    ReservedSeat,
)
from policy.models import GoodCauseReason
from policy.queries import get_rules


@or_404
def get_bulk_or_404(user: User) -> QuerySet[BulkReschedule]:
    """Return the account's own bulk reschedule, open or finished. Raises Http404.

    Access to the appointments in it is checked separately: see `get_bulk_state`.
    """
    return BulkReschedule.objects.filter(account=user)


def find_open_bulk(account: User) -> BulkReschedule | None:
    """Return the account's open bulk reschedule with its `item_count`, or None if it has no items."""
    return BulkReschedule.objects.with_item_count().filter(account=account, finished_at=None).first()


def find_item_appointment(*, account: User, bulk: BulkReschedule, appointment_id: UUID) -> Appointment | None:
    """Return the item's appointment, or None if it is not an item or the account may no longer act on it."""
    return (
        Appointment.objects.for_account(account)
        .select_related("slot__site", "series__person__case")
        .filter(public_id=appointment_id, items__bulk=bulk)
        .first()
    )


def list_item_keys(*, bulk: BulkReschedule, public_ids: Collection[UUID] | None) -> list[int]:
    """Return the keys of the appointments with these public ids that are items; None for all items."""
    items = bulk.items.all()
    if public_ids is not None:
        items = items.filter(appointment__public_id__in=public_ids)
    return list(items.values_list("appointment_id", flat=True))


def has_items(bulk: BulkReschedule) -> bool:
    return bulk.items.exists()


def list_reasons() -> list[GoodCauseReason]:
    """Return the good-cause reasons in force, in the order of the form."""
    return list(GoodCauseReason.objects.in_force())


def get_bulk_state(*, account: User, bulk: BulkReschedule) -> BulkState:
    """Return the bulk reschedule with the current state of each item. Eight statements for any number."""
    items = list(bulk.items.order_by("pk"))
    keys = [item.appointment_id for item in items if item.outcome != BulkItem.Outcome.NOT_YOURS]
    mine = {
        row.pk: row
        for row in Appointment.objects.for_account(account).with_display_relations().filter(pk__in=keys)
    }
    rules = get_rules(form_type_ids={row.case.form_type_id for row in mine.values()})
    decisions = decide_all_under(appointments=list(mine.values()), rules=rules)
    drafts = _by_appointment(
        RescheduleDraft.objects.select_related("reason").filter(account=account, appointment__in=mine)
    )
    held = _by_appointment(
        list_own_seats(account, mine)
        .select_related("reservation", "slot__site")
        .filter(held_until__gt=rules.now)
    )
    reschedules = _list_reschedules(mine)
    return BulkState(
        bulk=bulk,
        rules=add_untimely_offices(rules=rules, decisions=decisions.values()),
        items=tuple(
            BulkItemState(
                item=item,
                appointment=mine.get(item.appointment_id),
                decision=decisions.get(item.appointment_id),
                draft=drafts.get(item.appointment_id),
                seat=held.get(item.appointment_id),
                reschedule=reschedules.get(item.appointment_id)
                if item.outcome == BulkItem.Outcome.RESCHEDULED
                else None,
            )
            for item in items
        ),
    )


def list_own_seats(account: User, appointment_ids: Iterable[int]) -> QuerySet[ReservedSeat]:
    """Return the account's reserved seats for these appointments, live or ended, as the engine needs them.

    Includes only reservations of one seat: people who were reserved together are rescheduled together.
    """
    others = ReservedSeat.objects.filter(reservation=OuterRef("reservation")).exclude(pk=OuterRef("pk"))
    own = ReservedSeat.objects.filter(reservation__account=account, appointment_id__in=set(appointment_ids))
    return (
        own.filter(~Exists(others))
        .select_related("reservation", "appointment__series__person__case")
        .order_by("pk")
    )


def _list_reschedules(appointment_ids: Iterable[int]) -> dict[int, Reschedule]:
    rows = Reschedule.objects.filter(from_appointment__in=appointment_ids).select_related(
        "from_appointment__slot__site", "to_appointment__slot__site"
    )
    return {row.from_appointment_id: row for row in rows}


class _OfAppointment(Protocol):
    appointment_id: int


Row = TypeVar("Row", bound=_OfAppointment)


def _by_appointment(rows: Iterable[Row]) -> dict[int, Row]:
    return {row.appointment_id: row for row in rows}
