"""What should happen when a household is moved together, and to its hold when one of it is acted on."""

from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

from tests.appointments.booking.seat_model import HOLD_LENGTH, Model

SLOT_LENGTH = timedelta(minutes=30)
SITE_ZONE = ZoneInfo("America/Phoenix")


class HouseholdModel(Model):
    """The seats of people who may be held for together: one lost, none is confirmed or extended."""

    def __init__(self, **given):
        super().__init__(**given)
        self._households = count(1)

    def pick_together(self, account, names, first):
        people = sorted((self.people[name] for name in names), key=lambda person: person.booked_as)
        if refusal := self._refuse_account(account, people):
            return refusal
        earlier = self._with_household([person.held for person in people])
        live = [hold for hold in earlier if self._is_live(hold)]
        if self._is_same_choice(live, people, first):
            return "list"
        if any(self._may_not_reschedule_online(person) for person in people):
            return "HouseholdRefused"
        run = self._run_from(first, length=len(people))
        expired = self._expired_on({*run, *(hold.slot for hold in earlier)})
        seats = self._seats_for(people, run, freed=expired + earlier)
        if len(seats) < len(people):
            return "SeatRefused"
        if self._hoards(account, people[0].case):
            return "TooManyHolds"
        self._end(expired, earlier)
        places, household = list(zip(people, seats, strict=True)), next(self._households)
        made = [self._new_hold(account, places, at=at, household=household) for at in range(len(places))]
        for person, hold in zip(people, made, strict=True):
            person.holds.append(hold)
        return "list"

    def confirm_together(self, taken):
        """`taken` are the people of one household's holds with their holds, in the order they were made."""
        if self._is_not_theirs(taken[0][1].account, taken[0][0].case):
            return "NotYours"
        if all(hold.state == "confirmed" for _person, hold in taken):
            return "list"
        if any(
            hold.reschedules_before != person.reschedules or self._may_not_reschedule_online(person)
            for person, hold in taken
        ):
            return "HouseholdRefused"
        if not all(self._is_live(hold) for _person, hold in taken):
            return "HoldEnded"
        if any(self._is_unfit(hold.slot, person, freed=[hold]) for person, hold in taken):
            return "SeatRefused"
        for person, hold in taken:
            hold.state = "confirmed"
            self._reschedule(person, hold.slot, counts=True)
        return "list"

    def extend_together(self, holds):
        if not all(self._is_live(hold) for hold in holds):
            return "HoldEnded"
        for hold in holds:
            hold.expires_at = max(hold.expires_at, min(self.now + HOLD_LENGTH, hold.ceiling_at))
        return "list"

    def release_together(self, holds):
        self._end(self._expired_on({hold.slot for hold in holds}), holds)
        return "NoneType"

    def mark_staff_only(self, name, *, is_staff_only):
        person = self.people[name]
        if person.is_staff_only == is_staff_only:
            return "AlreadyDone"
        person.is_staff_only = is_staff_only
        if is_staff_only:
            earlier = self._with_household([person.held])
            self._end(self._expired_on({hold.slot for hold in earlier}), earlier)
        return "Appointment"

    def close(self, case):
        if case in self.closed:
            return "AlreadyDone"
        held = self._held_of(case)
        self._end(self._expired_on({hold.slot for hold in held}), held)
        self.closed.add(case)
        self.represented.discard(case)
        return "Case"

    def revoke(self, case):
        held = self._held_of(case)
        own = [hold for hold in held if hold.account == "attorney"]
        self._end(self._expired_on({hold.slot for hold in held}), own)
        self.represented.discard(case)
        return "Representation"

    def _held_of(self, case):
        return [person.held for person in self.people.values() if person.case == case and person.held]

    def _is_same_choice(self, live, people, first):
        households = {hold.household for hold in live}
        return (
            len(households) == 1
            and None not in households
            and {id(hold) for hold in live} == {id(person.held) for person in people}
            and min(self.slots[hold.slot].starts_at for hold in live) == self.slots[first].starts_at
        )

    def _run_from(self, first, *, length):
        """The slot and those that follow it on its day without a gap."""
        run = [first]
        while len(run) < length:
            wanted = self.slots[run[-1]].starts_at + SLOT_LENGTH
            after = [
                name
                for name, slot in self.slots.items()
                if slot.starts_at == wanted and self._day(name) == self._day(first)
            ]
            if not after:
                break
            run += after
        return run

    def _day(self, slot):
        return self.slots[slot].starts_at.astimezone(SITE_ZONE).date()

    def _seats_for(self, people, run, *, freed):
        """Seats from the first slot on; where one cannot be had by any of them, no run goes on."""
        seats = []
        for slot in run:
            if any(self._is_unfit(slot, person, freed=freed) for person in people):
                break
            seats += [slot] * self._free(slot, freed)
        return seats[: len(people)]
