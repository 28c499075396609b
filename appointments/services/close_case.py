"""Closing a case: from then on nobody moves an appointment of it, and no seat is held for one."""

from accounts.models import Case, User
from accounts.services.authority import prove_staff_may_act
from appointments.models import Hold
from appointments.services import locks, seats
from appointments.services.refusals import AlreadyDone, NoteMissing
from policy.history import in_history
from policy.services.rules import read_rules
from policy.transactions import in_durable_transaction

CLOSED_STATUSES = frozenset({Case.Status.CLOSED, Case.Status.WITHDRAWN})


@in_durable_transaction
def close_case(*, actor: User, case: Case, status: Case.Status, note: str) -> Case:
    """The case, closed or withdrawn; its holds are released. Its appointments are the scheduler's to end.

    The note is kept in the audit history and never shown to the public. Locks the case, its chains, slots
    and holds, so that a confirmation that is under way ends first or finds the case closed. Raises
    NotYours, NoteMissing, AlreadyDone or Busy.
    """
    if status not in CLOSED_STATUSES:
        raise ValueError(f"{status} does not close a case")
    if not note.strip():
        raise NoteMissing
    locks.lock_case(case.pk)
    chain_ids = locks.lock_chains_of(case.pk)
    holds = Hold.objects.filter(appointment__chain_id__in=chain_ids, state=Hold.State.HELD)
    held = dict(holds.values_list("appointment_id", "slot_id"))
    locked = locks.lock_slots(held.values())
    now = read_rules(form_type_ids=[]).now
    case = Case.objects.select_related("form_type").get(pk=case.pk)
    prove_staff_may_act(actor=actor, case=case)
    if case.status in CLOSED_STATUSES:
        raise AlreadyDone
    seats.reap_lapsed(locked.values(), now=now)
    seats.release_holds(held, locked, now=now)
    case.status, case.closed_at = status, now
    with in_history(note=note):
        case.save(update_fields=["status", "closed_at"])
    return case
