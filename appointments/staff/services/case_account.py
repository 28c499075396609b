"""Decide which account has a case: return it to the account that lost it, or remove it from an account."""

from accounts.models import Case, CaseAccountConflict, RepresentativeInvitation, RepresentativePasscode, User
from accounts.representation_states import ActorRole, State, find_ending_action
from accounts.services.authority import check_staff_may_act
from appointments.booking import drafts, seats
from appointments.booking.errors import AlreadyDone, NoteMissing
from appointments.notices.facts import CaseAccessEvent, Side
from appointments.notices.services.case_access import notify_of_case_access
from appointments.representation.services import actions
from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import in_durable_transaction

Outcome = CaseAccountConflict.Outcome


@in_durable_transaction
def keep_case(*, actor: User, case: Case, note: str) -> Case:
    """Give the case back to the account that lost it by a delivery, and notify the account.

    Locks: case, its open representations, its appointment series, the slots of held seats.
    Raises: NotYours, NoteMissing, AlreadyDone if there is no open conflict, the account was closed or is no
        requestor's, or another account has the case now. Busy.
    """
    locked, conflict = _lock(actor, case, note)
    if conflict is None or locked.case.requestor_id is not None:
        raise AlreadyDone
    account = conflict.account
    if not account.is_active or account.kind != User.Kind.REQUESTOR:
        raise AlreadyDone
    locked.case.requestor = account
    with audit_context(note=note):
        locked.case.save(update_fields=["requestor"])
    _settle(conflict, Outcome.KEPT, actor, note, locked)
    notify_of_case_access(changes=[(account, locked.case)], event=CaseAccessEvent.KEPT)
    return locked.case


@in_durable_transaction
def detach_case(*, actor: User, case: Case, note: str) -> Case:
    """Remove the case from its account, or from the one that lost it by a delivery, and notify the account.

    Also ends what this account began on the case: representations, invitations, passcodes, holds and
    drafted reasons. The account gets the case back only with a new access code.

    Locks: as `keep_case`.
    Raises: NotYours, NoteMissing, AlreadyDone if no account has or lost the case. Busy.
    """
    locked, conflict = _lock(actor, case, note)
    account = conflict.account if conflict else locked.case.requestor
    if account is None:
        raise AlreadyDone
    with audit_context(note=note):
        _end_what_it_began(account, locked, actor)
        if locked.case.requestor_id == account.pk:
            locked.case.requestor = None
            locked.case.save(update_fields=["requestor"])
    conflict = conflict or CaseAccountConflict(case=locked.case, account=account, found_at=locked.now)
    _settle(conflict, Outcome.DETACHED, actor, note, locked)
    notify_of_case_access(changes=[(account, locked.case)], event=CaseAccessEvent.DETACHED)
    return locked.case


def _lock(actor: User, case: Case, note: str) -> tuple[actions.LockedCase, CaseAccountConflict | None]:
    if not note.strip():
        raise NoteMissing
    locked = actions.lock_case(case.pk)
    check_staff_may_act(actor=actor, case=locked.case)
    conflict = CaseAccountConflict.objects.open().filter(case=case).select_related("account").first()
    return locked, conflict


def _settle(
    conflict: CaseAccountConflict, outcome: str, actor: User, note: str, locked: actions.LockedCase
) -> None:
    conflict.outcome, conflict.note = outcome, note
    conflict.settled_at, conflict.settled_by = locked.now, actor
    conflict.save()


def _end_what_it_began(account: User, locked: actions.LockedCase, actor: User) -> None:
    for row in locked.open:
        if account.pk in (row.requested_by_id, row.accepted_by_id):
            roles = actions.get_roles_of_side(side=Side.CLIENT, representation=row)
            action = find_ending_action(State(row.status), roles)
            if action is not None:
                actions.end(
                    representation=row,
                    locked=locked,
                    action=action,
                    roles=frozenset({ActorRole.STAFF}),
                    by=actor,
                )
    case = locked.case
    open_invitations = RepresentativeInvitation.objects.filter(
        case=case, invited_by=account, cancelled_at=None
    )
    open_invitations.update(cancelled_at=locked.now, cancelled_by=actor)
    passcodes = RepresentativePasscode.objects.filter(
        case=case, issued_by=account, used_at=None, expires_at__gt=locked.now
    )
    passcodes.update(expires_at=locked.now)
    own = [appointment_id for appointment_id, holder_id in locked.held.items() if holder_id == account.pk]
    seats.release_holds(appointment_ids=own, slots=locked.slots, now=locked.now)
    drafts.delete_drafts_of_account(account_id=account.pk, case=case)
