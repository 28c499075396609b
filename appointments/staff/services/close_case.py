"""Close a case. After that its appointments cannot be rescheduled or held."""

from accounts.models import Case, User
from accounts.representation_states import Action, ActorRole
from accounts.services.authority import check_staff_may_act
from appointments.booking import drafts, seats
from appointments.booking.errors import AlreadyDone, NoteMissing
from appointments.representation.services import actions
from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import in_durable_transaction

CLOSED_STATUSES = frozenset({Case.Status.CLOSED, Case.Status.WITHDRAWN})


@in_durable_transaction
def close_case(*, actor: User, case: Case, status: Case.Status, note: str) -> Case:
    """Close the case, or record that it was withdrawn.

    Releases its reservations, deletes the reasons given for its appointments, and ends its
    representations and requests. Leaves the appointments to the scheduler of record. The note is kept in
    the audit history and never shown to the public.

    Locks: case, appointment series, slots. A confirmation under way completes first, or finds the case
    closed.
    Raises: NotYours, NoteMissing, AlreadyDone, Busy.
    """
    if status not in CLOSED_STATUSES:
        raise ValueError(f"{status} does not close a case")
    if not note.strip():
        raise NoteMissing
    locked = actions.lock_case(case.pk)
    case = locked.case
    check_staff_may_act(actor=actor, case=case)
    if case.status in CLOSED_STATUSES:
        raise AlreadyDone
    for representation in locked.open:
        actions.end(
            representation=representation,
            locked=locked,
            action=Action.CLOSE,
            roles=frozenset({ActorRole.STAFF}),
            by=actor,
        )
    seats.release_holds(appointment_ids=locked.held, slots=locked.slots, now=locked.now)
    drafts.delete_drafts_on_case(case)
    case.status, case.closed_at = status, locked.now
    with audit_context(note=note):
        case.save(update_fields=["status", "closed_at"])
    return case
