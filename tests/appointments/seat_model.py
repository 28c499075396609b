"""What should happen to seats, holds and moves: written from the decisions, not from the code."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

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


@dataclass
class ModelHold:
    slot: str
    account: str
    made_at: datetime
    expires_at: datetime
    ceiling_at: datetime
    moves_before: int
    state: str = "held"


@dataclass
class ModelPerson:
    """One person, who is a case of their own. The newest hold is the last of `holds`."""

    slot: str
    counted: int = 0
    moves: int = 0
    holds: list[ModelHold] = field(default_factory=list)

    @property
    def held(self):
        return self.holds[-1] if self.holds and self.holds[-1].state == "held" else None


@dataclass
class Limits:
    live: int
    per_hour: int


class Model:
    """Every act answers with the name of what the service should return or raise."""

    def __init__(self, *, now, slots, people, limits):
        self.now, self.slots, self.people, self.limits = now, slots, people, limits

    def taken(self, slot):
        standing = sum(person.slot == slot for person in self.people.values())
        return standing + sum(held.slot == slot for held in self._held())

    def pick(self, account, name, slot):
        person = self.people[name]
        held = person.held
        if held and self._is_live(held):
            if held.account != account:
                return "HeldBySomeoneElse"
            if held.slot == slot:
                return "Hold"
        if self._may_not_move_online(person):
            return "Refused"
        given_back = {slot, held.slot} if held else {slot}
        lapsed = [other for other in self._held() if other.slot in given_back and not self._is_live(other)]
        if self._is_unfit(slot, person, freed=lapsed + [held] * (held is not None)):
            return "SeatRefused"
        if self._hoards(account, person):
            return "TooManyHolds"
        for other in lapsed:
            other.state = "lapsed"
        if held and held.state == "held":
            held.state = "released"
        person.holds.append(self._new_hold(account, person, slot))
        return "Hold"

    def confirm(self, name, hold):
        person = self.people[name]
        if hold.state == "confirmed":
            return "Move"
        if hold.moves_before != person.moves or self._may_not_move_online(person):
            return "Refused"
        if not self._is_live(hold):
            return "HoldEnded"
        if self._is_unfit(hold.slot, person, freed=[hold]):
            return "SeatRefused"
        hold.state = "confirmed"
        self._move(person, hold.slot, counts=True)
        return "Move"

    def extend(self, hold):
        if not self._is_live(hold):
            return "HoldEnded"
        hold.expires_at = max(hold.expires_at, min(self.now + HOLD_LENGTH, hold.ceiling_at))
        return "Hold"

    def release(self, hold):
        if hold.state == "held":
            hold.state = "released" if self._is_live(hold) else "lapsed"
        return "NoneType"

    def move_by_staff(self, name, slot, *, counts):
        person = self.people[name]
        if self.now >= self.slots[person.slot].starts_at or (counts and person.counted >= CAP):
            return "Refused"
        held = person.held
        touched = {person.slot, slot, *([held.slot] if held else [])}
        lapsed = [other for other in self._held() if other.slot in touched and not self._is_live(other)]
        if self._is_unfit(slot, person, freed=lapsed + [held] * (held is not None)):
            return "SeatRefused"
        for other in lapsed:
            other.state = "lapsed"
        if held and held.state == "held":
            held.state = "released"
        self._move(person, slot, counts=counts)
        return "Move"

    def reap(self):
        lapsed = [held for held in self._held() if not self._is_live(held)]
        for held in lapsed:
            held.state = "lapsed"
        return len(lapsed)

    def _held(self):
        return [person.held for person in self.people.values() if person.held]

    def _is_live(self, hold):
        return hold.state == "held" and self.now < hold.expires_at

    def _may_not_move_online(self, person):
        return person.counted >= CAP or self.slots[person.slot].starts_at - self.now < ONLINE_CUTOFF

    def _is_unfit(self, slot, person, *, freed):
        """Whether the slot cannot be had once the seats of the `freed` holds are given back."""
        wanted = self.slots[slot]
        back = len({id(hold) for hold in freed if hold.slot == slot})
        return (
            slot == person.slot
            or wanted.is_closed
            or not ONLINE_CUTOFF <= wanted.starts_at - self.now <= HORIZON
            or self.taken(slot) - back >= wanted.capacity
        )

    def _hoards(self, account, person):
        limits = self.limits[account]
        elsewhere = [
            other.held
            for other in self.people.values()
            if other is not person
            and other.held
            and other.held.account == account
            and self._is_live(other.held)
        ]
        made = [hold for other in self.people.values() for hold in other.holds if hold.account == account]
        within_hour = [hold for hold in made if hold.made_at > self.now - timedelta(hours=1)]
        return len(elsewhere) >= limits.live or len(within_hour) >= limits.per_hour

    def _new_hold(self, account, person, slot):
        first = min(self.slots[slot].starts_at, self.slots[person.slot].starts_at)
        ceiling_at = min(self.now + HOLD_CEILING, first - ONLINE_CUTOFF + TICK)
        expires_at = min(self.now + HOLD_LENGTH, ceiling_at)
        return ModelHold(slot, account, self.now, expires_at, ceiling_at, moves_before=person.moves)

    def _move(self, person, slot, *, counts):
        person.slot = slot
        person.moves += 1
        person.counted += counts
