"""What every act on a representation shares: the locks, the states, the reservations that end with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Case, Representation, RepresentativeProfile, RequestChannel, User
from accounts.representation_states import Action, ActorRole, State, find_own_end, next_state
from accounts.services.authority import NotYours
from appointments.booking import drafts, locks, seats
from appointments.booking.errors import AlreadyDone
from appointments.models import ReservedSeat, Slot
from appointments.notices.facts import Entered, RepresentationEvent, Side
from appointments.notices.services.representations import EVENT_OF_STATE, notify_both_sides, withhold_mail
from portal.foundation.clock import database_now


@dataclass(frozen=True, slots=True)
class LockedCase:
    """A case whose open representations and reservations stand still, and the instant of it.

    `held` is who holds a seat for which appointment, `slots` are those that these seats are on.
    """

    case: Case
    open: Sequence[Representation]
    slots: dict[int, Slot]
    held: dict[int, int]
    now: datetime

    def find(self, representation: Representation) -> Representation:
        """The row as it is under the locks, also where it ended meanwhile."""
        for row in self.open:
            if row.pk == representation.pk:
                return row
        return read(representation.pk)


def lock_representative(email: str) -> User | None:
    """The representative in good standing whose address this is, locked before the case; None: there is none.

    Whoever deletes that account ends first, and then there is none, or finds what we leave.
    """
    accounts = User.objects.filter(email=email, kind=User.Kind.REPRESENTATIVE)
    for account in accounts.select_for_update(no_key=True):
        if is_in_good_standing(account):
            return account
    return None


def lock_case(case_id: int) -> LockedCase:
    """Locks the case, its open representations, its chains, and the slots held for them.

    Whoever uses a representation waits, or is waited for: see `locks.share_authority`. The clock is read
    when every lock is held.
    """
    locks.lock_case(case_id)
    is_open = locks.lock_open_representations(case_id)
    series_ids = locks.lock_series_of_case(case_id)
    seats_held = list(
        ReservedSeat.objects.filter(
            appointment__series_id__in=series_ids, held_until__isnull=False
        ).values_list("appointment_id", "reservation__account_id", "slot_id")
    )
    slots = locks.lock_slots(slot_id for _appointment_id, _account_id, slot_id in seats_held)
    case = Case.objects.select_related("form_type", "requestor").get(pk=case_id)
    now = database_now()
    seats.expire_overdue_holds(slots.values(), now=now)
    held = {appointment_id: account_id for appointment_id, account_id, _slot_id in seats_held}
    return LockedCase(case=case, open=is_open, slots=slots, held=held, now=now)


def read(representation_id: int) -> Representation:
    """The representation with both sides."""
    return Representation.objects.select_related("case__requestor", "representative").get(
        pk=representation_id
    )


def find_roles(account: User, representation: Representation) -> frozenset[ActorRole]:
    """What the account is to the representation. Raises NotYours for who is nothing to it."""
    is_client = representation.case.requestor_id == account.pk
    if not is_client and representation.representative_id != account.pk:
        raise NotYours
    return get_roles(Side.CLIENT if is_client else Side.REPRESENTATIVE, representation)


def get_roles(side: Side, representation: Representation) -> frozenset[ActorRole]:
    """What that side is to the representation."""
    asking = {
        Representation.Origin.PASSCODE: Side.REPRESENTATIVE,
        Representation.Origin.INVITATION: Side.CLIENT,
    }.get(Representation.Origin(representation.origin))
    if asking is None:
        return frozenset({ActorRole(side)})
    return frozenset({ActorRole(side), ActorRole.REQUESTER if side == asking else ActorRole.REQUESTEE})


def find_entered(representation: Representation) -> Entered | None:
    """For which side staff ended it, and how that side asked; None where they did not end it for a side."""
    if not representation.ended_channel:
        return None
    before = State.IN_FORCE if representation.in_force_from else State.REQUESTED
    for side in Side:
        step = find_own_end(before, get_roles(side, representation))
        if step and next_state(before, step, frozenset({ActorRole.STAFF})) == representation.status:
            return Entered(side, RequestChannel(representation.ended_channel))
    return None


def end(
    representation: Representation,
    locked: LockedCase,
    *,
    step: Action,
    roles: frozenset[ActorRole],
    by: User | None,
    is_told: bool = True,
    entered: Entered | None = None,
) -> Representation:
    """Takes a step that ends it: the row, its reservations, what was begun under it, mail owed; tells both.

    `entered` is for which side staff take the step, and how that side asked. Raises AlreadyDone where no
    step leads on.
    """
    state = next_state(State(representation.status), step, roles)
    if state is None:
        raise AlreadyDone
    was_in_force = representation.status == Representation.Status.IN_FORCE
    representation.status = Representation.Status(state.value)
    representation.ended_at, representation.ended_by = locked.now, by
    representation.ended_channel = entered.channel if entered else ""
    representation.save(update_fields=["status", "ended_at", "ended_by", "ended_channel"])
    own = [
        appointment_id
        for appointment_id, account_id in locked.held.items()
        if account_id == representation.representative_id
    ]
    seats.release_holds(own, locked.slots, now=locked.now)
    if was_in_force:
        drafts.end_for(representation.representative_id, representation.case)
        withhold_mail(representation)
    if is_told:
        notify_both_sides(representation, EVENT_OF_STATE[state], entered)
    return representation


def put_in_force(row: Representation, locked: LockedCase, *, by: User) -> Representation:
    """The representation, in force from now on. What stands in its way is superseded: the one in force, and
    an open request of the same representative beside this one.
    """
    for other in locked.open:
        is_same_representative = other.representative_id == row.representative_id
        is_in_force = other.status == Representation.Status.IN_FORCE
        if other.pk != row.pk and (is_in_force or is_same_representative):
            end(
                other,
                locked,
                step=Action.SUPERSEDE,
                roles=frozenset({ActorRole.SUCCESSOR}),
                by=by,
                is_told=not is_same_representative,
            )
    row.status, row.in_force_from = Representation.Status.IN_FORCE, locked.now
    row.save()
    notify_both_sides(row, RepresentationEvent.ACCEPTED)
    return row


def is_in_good_standing(representative: User) -> bool:
    """Whether the account may represent anyone today. One statement."""
    return RepresentativeProfile.objects.in_good_standing().filter(user=representative).exists()
