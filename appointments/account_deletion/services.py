"""Deleting an account, asked for by its holder. ADR 17 says what goes, what is blanked, and what stays."""

from collections.abc import Sequence

from django.db.models import Q

from accounts.models import Case, Representation, User
from accounts.representation_states import Action, ActorRole, State
from accounts.services.deletion import DeletionRefused, blank_account, find_obstacle
from accounts.services.filed_online import wait_for_imports
from appointments.booking import locks, seats
from appointments.models import Hold, Notice, RescheduleDraft
from appointments.notices.services.representations import EVENT_OF_STATE, build_representative
from appointments.representation.services import actions
from policy.queries import get_rules
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def delete_account(*, account: User) -> None:
    """Nobody signs in to the account again; its seats are free; its cases, moves and notices stay.

    Who acts for it goes on; who was asked, or asks, does not begin. Waits for an import that attaches cases.
    Locks the account, its cases and their representations, the chains of its holds and of the reasons that
    it gave, the slots of its holds. Deleting it once more changes nothing. Raises DeletionRefused or Busy;
    then nothing was changed.
    """
    wait_for_imports()
    locks.lock_account(account)
    account = User.objects.get(pk=account.pk)
    if account.deleted_at is not None:
        return
    obstacle = find_obstacle(account)
    if obstacle is not None:
        raise DeletionRefused(obstacle)
    case_ids = list(Case.objects.filter(requestor=account).order_by("pk").values_list("pk", flat=True))
    for case_id in case_ids:
        locks.lock_case(case_id)
    requested = [row for case_id in case_ids for row in locks.lock_open_representations(case_id)]
    _end_begun(account)
    ended = _end_requests(account, requested)
    _forget_in_notices(account, case_ids)
    blank_account(account)
    for row in ended:
        # Read again: the notice names nobody who is forgotten.
        build_representative(actions.read(row.pk), EVENT_OF_STATE[State(row.status)])


def _end_requests(account: User, representations: Sequence[Representation]) -> list[Representation]:
    """Ends what nobody could answer or take back later: requests to the account, and its invitations."""
    now = database_now()
    requests = [row for row in representations if row.status == Representation.Status.REQUESTED]
    for row in requests:
        roles = actions.find_roles(account, row)
        step = Action.WITHDRAW if ActorRole.REQUESTER in roles else Action.DECLINE
        locked = actions.LockedCase(case=row.case, open=[row], slots={}, held={}, now=now)
        actions.end(row, locked, step=step, roles=roles, by=account, is_told=False)
    return requests


def _forget_in_notices(account: User, case_ids: Sequence[int]) -> None:
    """Notices of who may act named the client, or an address that the client typed."""
    own = Q(addressee=account)
    named = [account.email, account.name] if account.kind == User.Kind.REQUESTOR else [account.email]
    naming = Q(facts__name__in=named) & (
        Q(case__in=case_ids) | Q(case__representations__representative=account)
    )
    notices = list(Notice.objects.filter(own | naming, kind=Notice.Kind.REPRESENTATION).distinct())
    for notice in notices:
        notice.facts["name"] = ""
    Notice.objects.bulk_update(notices, ["facts"], batch_size=500)


def _end_begun(account: User) -> None:
    """Gives back every seat that the account holds, lapsed or not, and forgets the reasons that it gave."""
    holds = Hold.objects.filter(account=account, state=Hold.State.HELD)
    drafts = RescheduleDraft.objects.filter(account=account)
    held_for, stated_for = (rows.values_list("appointment__series_id", flat=True) for rows in (holds, drafts))
    locks.lock_series_list([*held_for, *stated_for])
    drafts.delete()
    held = dict(holds.values_list("appointment_id", "slot_id"))
    slots = locks.lock_slots(held.values())
    seats.release_holds(held, slots, now=get_rules(form_type_ids=[]).now)
