"""The part that every act on a representation shares: its locks, its state change and what ends with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Case, Representation, RequestChannel, User
from accounts.representation_states import Action, ActorRole, State, find_ending_action, next_state
from accounts.services.authority import NotYours
from appointments.booking import drafts, locks, seats
from appointments.booking.errors import AlreadyDone
from appointments.models import ReservedSeat, Slot
from appointments.notices.facts import Entered, RepresentationEvent, Side
from appointments.notices.services.representations import EVENT_OF_STATE, notify_both_sides, withhold_mail
from appointments.representation.queries import get_representation_with_sides, has_valid_verification
from portal.foundation.clock import database_now


@dataclass(frozen=True, slots=True)
class LockedCase:
    """A case with its open representations and held seats, as they are under the locks.

    `held` maps the key of an appointment to the key of the account that holds a seat for it. `slots` are
    the slots of these seats, by key. `now` was read after the last lock.
    """

    case: Case
    open: Sequence[Representation]
    slots: dict[int, Slot]
    held: dict[int, int]
    now: datetime

    def get(self, representation: Representation) -> Representation:
        """Return the row as it is under the locks, even if it has ended since the caller read it."""
        for row in self.open:
            if row.pk == representation.pk:
                return row
        return get_representation_with_sides(representation.pk)


def lock_representative(email: str) -> User | None:
    """Lock and return the verified representative who has this address, or None.

    Call it before `lock_case`. A deletion of that account either ends first, so that no representative is
    found, or waits and then finds what the caller wrote.
    """
    accounts = User.objects.filter(email=email, kind=User.Kind.REPRESENTATIVE)
    for account in accounts.select_for_update(no_key=True):
        if has_valid_verification(account):
            return account
    return None


def lock_case(case_id: int) -> LockedCase:
    """Lock a case and everything that ends with a representation on it, and return it.

    Acts under a representation share its lock (`locks.share_authority`), so they end first or wait.
    Locks: case, its open representations, its appointment series, the slots of held seats.
    """
    locks.lock_case(case_id)
    open_representations = locks.lock_open_representations(case_id)
    series_ids = locks.lock_series_of_case(case_id)
    seats_held = list(
        ReservedSeat.objects.filter(
            appointment__series_id__in=series_ids, held_until__isnull=False
        ).values_list("appointment_id", "reservation__account_id", "slot_id")
    )
    slots = locks.lock_slots(slot_ids=(slot_id for _appointment_id, _account_id, slot_id in seats_held))
    case = Case.objects.select_related("form_type", "requestor").get(pk=case_id)
    now = database_now()
    seats.expire_overdue_holds(slots=slots.values(), now=now)
    held = {appointment_id: account_id for appointment_id, account_id, _slot_id in seats_held}
    return LockedCase(case=case, open=open_representations, slots=slots, held=held, now=now)


def get_roles_of_account(*, account: User, representation: Representation) -> frozenset[ActorRole]:
    """Return the roles of the account in the representation.

    Raises: NotYours if the account is neither the client nor the representative.
    """
    is_client = representation.case.requestor_id == account.pk
    if not is_client and representation.representative_id != account.pk:
        raise NotYours
    return get_roles_of_side(
        side=Side.CLIENT if is_client else Side.REPRESENTATIVE, representation=representation
    )


def get_roles_of_side(*, side: Side, representation: Representation) -> frozenset[ActorRole]:
    """Return the roles of one side: always its own, and whether it sent or received the request.

    A paper form was signed by both sides, so there is no request.
    """
    requester = {
        Representation.Origin.PASSCODE: Side.REPRESENTATIVE,
        Representation.Origin.INVITATION: Side.CLIENT,
    }.get(Representation.Origin(representation.origin))
    if requester is None:
        return frozenset({ActorRole(side)})
    return frozenset({ActorRole(side), ActorRole.REQUESTER if side == requester else ActorRole.REQUESTEE})


def find_entered(representation: Representation) -> Entered | None:
    """Return the side for which staff ended the representation, and how that side asked them to.

    None if staff did not end it for a side.
    """
    if not representation.ended_channel:
        return None
    before = State.IN_FORCE if representation.in_force_from else State.REQUESTED
    for side in Side:
        action = find_ending_action(before, get_roles_of_side(side=side, representation=representation))
        if action and next_state(before, action, frozenset({ActorRole.STAFF})) == representation.status:
            return Entered(side, RequestChannel(representation.ended_channel))
    return None


def end(
    *,
    representation: Representation,
    locked: LockedCase,
    action: Action,
    roles: frozenset[ActorRole],
    by: User | None,
    is_notified: bool = True,
    entered: Entered | None = None,
    reason: str = "",
) -> Representation:
    """End a representation with everything that depends on it, and return it.

    Releases the seats that the representative holds on the case, deletes what the representative began
    there, withholds unsent mail and notifies both sides. `entered` is the side for which staff act, and how
    that side asked. `reason` is what the side that ends it chose to say.
    Raises: AlreadyDone if the action is not possible in this state or not allowed for these roles.
    """
    state = next_state(State(representation.status), action, roles)
    if state is None:
        raise AlreadyDone
    was_in_force = representation.status == Representation.Status.IN_FORCE
    representation.status = Representation.Status(state.value)
    representation.ended_at, representation.ended_by = locked.now, by
    representation.ended_channel = entered.channel if entered else ""
    representation.end_reason = reason
    representation.save(update_fields=["status", "ended_at", "ended_by", "ended_channel", "end_reason"])
    own = [
        appointment_id
        for appointment_id, account_id in locked.held.items()
        if account_id == representation.representative_id
    ]
    seats.release_holds(appointment_ids=own, slots=locked.slots, now=locked.now)
    if was_in_force:
        drafts.delete_drafts_of_account(account_id=representation.representative_id, case=representation.case)
        withhold_mail(representation)
    if is_notified:
        notify_both_sides(representation=representation, event=EVENT_OF_STATE[state], entered=entered)
    return representation


def put_in_force(*, row: Representation, locked: LockedCase, by: User) -> Representation:
    """Put a representation in force from now on, notify both sides and return it.

    Supersedes the representation that is in force and any other open request of the same representative.
    """
    for other in locked.open:
        is_same_representative = other.representative_id == row.representative_id
        is_in_force = other.status == Representation.Status.IN_FORCE
        if other.pk != row.pk and (is_in_force or is_same_representative):
            end(
                representation=other,
                locked=locked,
                action=Action.SUPERSEDE,
                roles=frozenset({ActorRole.SUCCESSOR}),
                by=by,
                is_notified=not is_same_representative,
            )
    row.status, row.in_force_from = Representation.Status.IN_FORCE, locked.now
    row.save()
    notify_both_sides(representation=row, event=RepresentationEvent.ACCEPTED)
    return row
