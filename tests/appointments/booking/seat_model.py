"""What should happen to seats, holds and moves: written from the decisions, not from the code."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

TICK = timedelta(microseconds=1)
ONLINE_CUTOFF = timedelta(hours=12)
HOLD_LENGTH, HOLD_CEILING = timedelta(minutes=10), timedelta(minutes=30)
HORIZON = timedelta(days=60)
CAP = 2


@dataclass
class ModelSlot:
    starts_at: datetime
    capacity: int
    is_closed: bool = False


@dataclass(eq=False)
class ModelHold:
    """`household` is the same for all that were taken together; None for a hold of one person alone."""

    slot: str
    account: str
    made_at: datetime
    expires_at: datetime
    ceiling_at: datetime
    reschedules_before: int
    household: int | None = None
    state: str = "held"


@dataclass(eq=False)
class ModelPerson:
    """One person of a case. The newest hold is the last of `holds`. `booked_as` grows with each booking."""

    case: str
    slot: str
    booked_as: int = 0
    counted: int = 0
    reschedules: int = 0
    is_staff_only: bool = False
    holds: list[ModelHold] = field(default_factory=list)

    @property
    def held(self):
        return self.holds[-1] if self.holds and self.holds[-1].state == "held" else None


@dataclass
class Limits:
    live: int
    per_hour: int


class Model:
    """Every act answers with the name of what the service should return or raise.

    An account is named by the case that is its own; `attorney` acts on the cases in `represented`.
    """

    def __init__(self, *, now, slots, people, limits):
        self.now, self.slots, self.people, self.limits = now, slots, people, limits
        self.represented = {person.case for person in people.values()}
        self.closed = set()
        self._bookings = count(1)
        for person in people.values():
            person.booked_as = next(self._bookings)

    def taken(self, slot):
        scheduled = sum(person.slot == slot for person in self.people.values())
        return scheduled + sum(held.slot == slot for held in self._held())

    def select(self, account, name, slot):
        person, held = self.people[name], self.people[name].held
        if refusal := self._refuse_account(account, [person]):
            return refusal
        if held and self._is_live(held) and held.slot == slot and held.household is None:
            return "Hold"
        if self._may_not_reschedule_online(person):
            return "Refused"
        earlier = self._with_household([held])
        expired = self._expired_on({slot, *(hold.slot for hold in earlier)})
        if self._is_unfit(slot, person, freed=expired + earlier):
            return "SeatRefused"
        if self._hoards(account, person.case):
            return "TooManyHolds"
        self._end(expired, earlier)
        person.holds.append(self._new_hold(account, [(person, slot)]))
        return "Hold"

    def confirm(self, name, hold):
        person = self.people[name]
        if hold.household is not None:
            return "HoldEnded"
        if self._is_not_theirs(hold.account, person.case):
            return "NotYours"
        if hold.state == "confirmed":
            return "Reschedule"
        if hold.reschedules_before != person.reschedules or self._may_not_reschedule_online(person):
            return "Refused"
        if not self._is_live(hold) or self._is_unfit(hold.slot, person, freed=[hold]):
            return "SeatRefused" if self._is_live(hold) else "HoldEnded"
        hold.state = "confirmed"
        self._reschedule(person, hold.slot, counts=True)
        return "Reschedule"

    def extend(self, hold):
        if hold.household is not None or not self._is_live(hold):
            return "HoldEnded"
        hold.expires_at = max(hold.expires_at, min(self.now + HOLD_LENGTH, hold.ceiling_at))
        return "Hold"

    def release(self, hold):
        if hold.state == "held" and hold.household is None:
            hold.state = "released" if self._is_live(hold) else "expired"
        return "NoneType"

    def reschedule_by_staff(self, name, slot, *, counts):
        person = self.people[name]
        if self.now >= self.slots[person.slot].starts_at or (counts and person.counted >= CAP):
            return "Refused"
        if person.case in self.closed:
            return "Refused"
        earlier = self._with_household([person.held])
        expired = self._expired_on({person.slot, slot, *(hold.slot for hold in earlier)})
        if self._is_unfit(slot, person, freed=expired + earlier):
            return "SeatRefused"
        self._end(expired, earlier)
        self._reschedule(person, slot, counts=counts)
        return "Reschedule"

    def expire(self):
        expired = [held for held in self._held() if not self._is_live(held)]
        self._end(expired, [])
        return len(expired)

    def _held(self):
        return [person.held for person in self.people.values() if person.held]

    def _is_live(self, hold):
        return hold.state == "held" and self.now < hold.expires_at

    def _with_household(self, holds):
        """Those of these that take a seat, and all that were taken together with them."""
        holds = [hold for hold in holds if hold is not None]
        households = {hold.household for hold in holds} - {None}
        return [held for held in self._held() if held in holds or held.household in households]

    def _expired_on(self, slots):
        return [held for held in self._held() if held.slot in slots and not self._is_live(held)]

    def _end(self, expired, released):
        """Whoever acts on a slot first reaps what lapsed there; only then does a hold count as given up."""
        for hold in expired:
            hold.state = "expired"
        for hold in released:
            if hold.state == "held":
                hold.state = "released"

    def _refuse_account(self, account, people):
        """Why the account cannot pick for these people of one case; None when it can."""
        if self._is_not_theirs(account, people[0].case):
            return "NotYours"
        held = self._with_household([person.held for person in people])
        if any(hold.account != account for hold in held if self._is_live(hold)):
            return "HeldBySomeoneElse"
        return None

    def _is_not_theirs(self, account, case):
        return case not in self.represented if account == "attorney" else account != case

    def _may_not_reschedule_online(self, person):
        return (
            person.counted >= CAP
            or self.slots[person.slot].starts_at - self.now < ONLINE_CUTOFF
            or person.is_staff_only
            or person.case in self.closed
        )

    def _is_unfit(self, slot, person, *, freed):
        """Whether the slot cannot be had once the seats of the `freed` holds are given back."""
        wanted = self.slots[slot]
        return (
            slot == person.slot
            or wanted.is_closed
            or not ONLINE_CUTOFF <= wanted.starts_at - self.now <= HORIZON
            or self._free(slot, freed) <= 0
        )

    def _free(self, slot, freed):
        back = len({id(hold) for hold in freed if hold.slot == slot})
        return self.slots[slot].capacity - self.taken(slot) + back

    def _hoards(self, account, case):
        """What a household holds together counts once, and so does what is held for one case."""
        made = [
            (person, hold)
            for person in self.people.values()
            for hold in person.holds
            if hold.account == account
        ]
        elsewhere = {person.case for person, hold in made if person.case != case and self._is_live(hold)}
        within_hour = {
            id(hold) if hold.household is None else ("household", hold.household)
            for _person, hold in made
            if hold.made_at > self.now - timedelta(hours=1)
        }
        limits = self.limits[account]
        return len(elsewhere) >= limits.live or len(within_hour) >= limits.per_hour

    def _new_hold(self, account, places, *, at=0, household=None):
        """The hold for the person and slot `at` this place of `places`; all of them end together."""
        person, slot = places[at]
        first = min(self.slots[name].starts_at for who, to in places for name in (who.slot, to))
        ceiling_at = min(self.now + HOLD_CEILING, first - ONLINE_CUTOFF + TICK)
        expires_at = min(self.now + HOLD_LENGTH, ceiling_at)
        return ModelHold(slot, account, self.now, expires_at, ceiling_at, person.reschedules, household)

    def _reschedule(self, person, slot, *, counts):
        person.slot = slot
        person.booked_as = next(self._bookings)
        person.reschedules += 1
        person.counted += counts
