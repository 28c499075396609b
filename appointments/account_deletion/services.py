"""Delete an account at the request of its holder. ADR 17 lists what is deleted, blanked and kept."""

from collections.abc import Sequence

from django.db.models import Q

from accounts.models import Case, Representation, User
from accounts.representation_states import Action, ActorRole, State
from accounts.services.deletion import DeletionRefused, blank_account, find_obstacle
from accounts.services.filed_online import wait_for_imports
from appointments.booking import locks, seats
from appointments.models import CalendarFeed, Notice, RescheduleDraft, ReservedSeat, SavedFilter
from appointments.notices.services.representations import EVENT_OF_STATE, notify_representative
from appointments.representation.queries import get_representation_with_sides
from appointments.representation.services import actions
from policy.queries import get_rules
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def delete_account(*, account: User) -> None:
    """Delete the account: no one can sign in again, and its held seats are free for others.

    Cases, reschedules and notices stay. A representation in force continues; requests and invitations end.
    Waits for a running import, because imports attach cases to accounts. Deleting again changes nothing.
    Locks: account, its cases and their open representations, the appointment series of its reservations and
    of its stated reasons, the slots of its reservations.
    Raises: DeletionRefused or Busy; then nothing has changed.
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
    open_rows = [row for case_id in case_ids for row in locks.lock_open_representations(case_id)]
    _delete_drafts_and_holds(account)
    CalendarFeed.objects.filter(account=account).delete()
    SavedFilter.objects.filter(account=account).delete()
    ended = _end_requests(account, open_rows)
    _blank_names_in_notices(account, case_ids)
    blank_account(account=account)
    for row in ended:
        # Read the row again, so that the notice does not contain the name that was just blanked.
        notify_representative(
            representation=get_representation_with_sides(row.pk), event=EVENT_OF_STATE[State(row.status)]
        )


def _end_requests(account: User, open_rows: Sequence[Representation]) -> list[Representation]:
    """End requests to the account and its own invitations, because no one could answer or cancel them."""
    now = database_now()
    requests = [row for row in open_rows if row.status == Representation.Status.REQUESTED]
    for row in requests:
        roles = actions.get_roles_of_account(account=account, representation=row)
        action = Action.WITHDRAW if ActorRole.REQUESTER in roles else Action.DECLINE
        locked = actions.LockedCase(case=row.case, open=[row], slots={}, held={}, now=now)
        actions.end(
            representation=row, locked=locked, action=action, roles=roles, by=account, is_notified=False
        )
    return requests


def _blank_names_in_notices(account: User, case_ids: Sequence[int]) -> None:
    """Blank the client's name and the addresses that the client typed in notices about representations."""
    own = Q(addressee=account)
    named = [account.email, account.name] if account.kind == User.Kind.REQUESTOR else [account.email]
    naming = Q(facts__name__in=named) & (
        Q(case__in=case_ids) | Q(case__representations__representative=account)
    )
    notices = list(Notice.objects.filter(own | naming, kind=Notice.Kind.REPRESENTATION).distinct())
    for notice in notices:
        notice.facts["name"] = ""
    Notice.objects.bulk_update(notices, ["facts"], batch_size=500)


def _delete_drafts_and_holds(account: User) -> None:
    """Release every seat that the account holds, expired or not, and delete the reasons that it stated."""
    seats_held = ReservedSeat.objects.filter(reservation__account=account, held_until__isnull=False)
    drafts = RescheduleDraft.objects.filter(account=account)
    held_for, stated_for = (
        rows.values_list("appointment__series_id", flat=True) for rows in (seats_held, drafts)
    )
    locks.lock_all_series([*held_for, *stated_for])
    drafts.delete()
    held = dict(seats_held.values_list("appointment_id", "slot_id"))
    slots = locks.lock_slots(slot_ids=held.values())
    seats.release_holds(appointment_ids=held, slots=slots, now=get_rules(form_type_ids=[]).now)
