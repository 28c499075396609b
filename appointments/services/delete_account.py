"""Deleting an account, asked for by its holder. ADR 17 says what goes, what is blanked, and what stays."""

from accounts.models import Case, User
from accounts.services.deletion import DeletionRefused, blank_account, find_obstacle
from accounts.services.filed_online import wait_for_imports
from appointments.models import Hold, RescheduleDraft
from appointments.services import locks, seats
from policy.services.rules import read_rules
from policy.transactions import in_durable_transaction


@in_durable_transaction
def delete_account(*, account: User) -> None:
    """Nobody signs in to the account again; its seats are free; its cases, moves and notices stay.

    Waits for an import that attaches cases. Locks the account, its cases, the chains and slots of its holds.
    Deleting it once more changes nothing. Raises DeletionRefused or Busy; then nothing was changed.
    """
    wait_for_imports()
    locks.lock_account(account)
    account = User.objects.get(pk=account.pk)
    if account.deleted_at is not None:
        return
    obstacle = find_obstacle(account)
    if obstacle is not None:
        raise DeletionRefused(obstacle)
    for case_id in Case.objects.filter(requestor=account).order_by("pk").values_list("pk", flat=True):
        locks.lock_case(case_id)
    _release_holds(account)
    RescheduleDraft.objects.filter(account=account).delete()
    blank_account(account)


def _release_holds(account: User) -> None:
    """Gives back every seat that the account holds, lapsed or not."""
    holds = Hold.objects.filter(account=account, state=Hold.State.HELD)
    chain_ids = holds.order_by("appointment__chain_id").values_list("appointment__chain_id", flat=True)
    for chain_id in dict.fromkeys(chain_ids):
        locks.lock_chain(chain_id)
    held = dict(holds.values_list("appointment_id", "slot_id"))
    slots = locks.lock_slots(held.values())
    seats.release_holds(held, slots, now=read_rules(form_type_ids=[]).now)
