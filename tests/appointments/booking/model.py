"""A model of seats, reservations and reschedules, written from the decisions and not from the code."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

TICK = timedelta(microseconds=1)
ONLINE_CUTOFF = timedelta(hours=12)
HOLD_LENGTH, HOLD_CEILING = timedelta(minutes=10), timedelta(minutes=30)
HORIZON = timedelta(days=60)
CAP = 2
SLOT_LENGTH = timedelta(minutes=30)
GROUP_GAP = timedelta(minutes=30)
SITE_ZONE = ZoneInfo("America/Phoenix")


@dataclass
class ModelSlot:
    starts_at: datetime
    capacity: int
    is_closed: bool = False


@dataclass(eq=False)
class ModelPerson:
    """One person of a case. `booked_as` grows with each booking."""

    case: str
    slot: str
    booked_as: int = 0
    counted: int = 0
    reschedules: int = 0
    is_staff_only: bool = False


@dataclass(eq=False)
class ModelSeat:
    """A reserved seat. An expired one counts until the next act on its slot frees it."""

    reservation: "ModelReservation"
    person: ModelPerson
    slot: str
    reschedules_before: int
    counts: bool = True


@dataclass(eq=False)
class ModelReservation:
    account: str
    made_at: datetime
    expires_at: datetime
    ceiling_at: datetime
    state: str = "held"
    seats: list[ModelSeat] = field(default_factory=list)

    @property
    def case(self):
        return self.seats[0].person.case


@dataclass
class Limits:
    live: int
    per_hour: int


class Model:
    """Every act returns the name of what the service should return or raise.

    An account is named by the case that is its own; `attorney` acts on the cases in `represented`.
    """

    def __init__(self, *, now, slots, people, limits):
        self.now, self.slots, self.people, self.limits = now, slots, people, limits
        self.represented = {person.case for person in people.values()}
        self.closed = set()
        self.reservations = []
        self._bookings = count(1)
        for person in people.values():
            person.booked_as = next(self._bookings)

    def taken(self, slot):
        scheduled = sum(person.slot == slot for person in self.people.values())
        return scheduled + sum(seat.slot == slot for seat in self._counted())

    def hold(self, account, names, first):
        people = sorted((self.people[name] for name in names), key=lambda person: person.booked_as)
        if self._is_not_theirs(account, people[0].case):
            return "NotYours"
        earlier = self._together([seat for seat in self._counted() if seat.person in people])
        run = self._run_from(first, people, earlier)
        expired = self._expired_on({*run, *(seat.slot for seat in earlier)})
        live = [seat for seat in earlier if self._is_live(seat.reservation)]
        if any(seat.reservation.account != account for seat in live):
            return "HeldBySomeoneElse"
        if self._is_same_choice(live, people, first):
            self._expire(expired)
            return "list"
        seats = self._seats_for(people, run, freed=expired + earlier)
        if refusal := self._find_seat_refusals(account, people, seats):
            return refusal
        self._expire(expired)
        self._release(earlier)
        self._reserve(account, people, seats)
        return "list"

    def _find_seat_refusals(self, account, people, seats):
        if any(self._may_not_reschedule_online(person) for person in people):
            return "Refused"
        if len(seats) < len(people):
            return "SeatRefused"
        return "TooManyHolds" if self._hoards(account, people[0].case) else None

    def confirm(self, reservation):
        if self._is_not_theirs(reservation.account, reservation.case):
            return "NotYours"
        if reservation.state == "confirmed":
            return "list"
        seats = reservation.seats
        if any(
            seat.reschedules_before != seat.person.reschedules or self._may_not_reschedule_online(seat.person)
            for seat in seats
        ):
            return "Refused"
        if not self._is_live(reservation):
            return "HoldEnded"
        if any(self._is_unfit(seat.slot, seat.person, freed=[seat]) for seat in seats):
            return "SeatRefused"
        reservation.state = "confirmed"
        for seat in seats:
            seat.counts = False
            self._reschedule(seat.person, seat.slot, counts=True)
        return "list"

    def extend(self, reservation):
        if not self._is_live(reservation):
            return "HoldEnded"
        wanted = min(self.now + HOLD_LENGTH, reservation.ceiling_at)
        reservation.expires_at = max(reservation.expires_at, wanted)
        return "Reservation"

    def release(self, reservation):
        self._expire(self._expired_on({seat.slot for seat in reservation.seats}))
        if self._is_live(reservation):
            self._release(reservation.seats)
        return "NoneType"

    def reschedule_by_staff(self, name, slot, *, counts):
        person = self.people[name]
        if self.now >= self.slots[person.slot].starts_at or (counts and person.counted >= CAP):
            return "Refused"
        if person.case in self.closed:
            return "Refused"
        earlier = self._held_with(person)
        expired = self._expired_on({person.slot, slot, *(seat.slot for seat in earlier)})
        if self._is_unfit(slot, person, freed=expired + earlier):
            return "SeatRefused"
        self._expire(expired)
        self._release(earlier)
        self._reschedule(person, slot, counts=counts)
        return "Reschedule"

    def expire(self):
        expired = self._expired_on(self.slots)
        self._expire(expired)
        return len(expired)

    def mark_staff_only(self, name, *, is_staff_only):
        person = self.people[name]
        if person.is_staff_only == is_staff_only:
            return "AlreadyDone"
        person.is_staff_only = is_staff_only
        if is_staff_only:
            self._give_back(self._held_with(person))
        return "Appointment"

    def close(self, case):
        if case in self.closed:
            return "AlreadyDone"
        self._give_back(self._held_of(case))
        self.closed.add(case)
        self.represented.discard(case)
        return "Case"

    def revoke(self, case):
        held = self._held_of(case)
        self._expire(self._expired_on({seat.slot for seat in held}))
        self._release([seat for seat in held if seat.reservation.account == "attorney"])
        self.represented.discard(case)
        return "Representation"

    def _counted(self):
        return [seat for reservation in self.reservations for seat in reservation.seats if seat.counts]

    def _together(self, seats):
        """Return the seats that count, and the seats reserved together with them."""
        reservations = {id(seat.reservation) for seat in seats}
        return [seat for seat in self._counted() if id(seat.reservation) in reservations]

    def _held_with(self, person):
        return self._together([seat for seat in self._counted() if seat.person is person])

    def _held_of(self, case):
        return [seat for seat in self._counted() if seat.person.case == case]

    def _is_live(self, reservation):
        return reservation.state == "held" and self.now < reservation.expires_at

    def _expired_on(self, slots):
        return [
            seat for seat in self._counted() if seat.slot in slots and self.now >= seat.reservation.expires_at
        ]

    def _expire(self, seats):
        for seat in seats:
            self._end(seat, "expired")

    def _release(self, seats):
        for seat in seats:
            self._end(seat, "released")

    def _give_back(self, held):
        """Expire the overdue seats on the slots first, and then release the rest."""
        self._expire(self._expired_on({seat.slot for seat in held}))
        self._release(held)

    def _end(self, seat, state):
        seat.counts = False
        if seat.reservation.state == "held":
            seat.reservation.state = state

    def _is_not_theirs(self, account, case):
        return case not in self.represented if account == "attorney" else account != case

    def _may_not_reschedule_online(self, person):
        return (
            person.counted >= CAP
            or self.slots[person.slot].starts_at - self.now < ONLINE_CUTOFF
            or person.is_staff_only
            or person.case in self.closed
        )

    def _is_same_choice(self, live, people, first):
        return (
            len({id(seat.reservation) for seat in live}) == 1
            and {id(seat.person) for seat in live} == {id(person) for person in people}
            and live[0].slot == first
        )

    def _is_unfit(self, slot, person, *, freed):
        """Return whether the slot can't be booked even after these seats are freed."""
        wanted = self.slots[slot]
        return (
            slot == person.slot
            or wanted.is_closed
            or not ONLINE_CUTOFF <= wanted.starts_at - self.now <= HORIZON
            or self._free(slot, freed) <= 0
        )

    def _free(self, slot, freed):
        back = len({id(seat) for seat in freed if seat.slot == slot})
        return self.slots[slot].capacity - self.taken(slot) + back

    def _run_from(self, first, people, earlier):
        """Return the slot and the next slots of the day with seats for these people, until all are seated."""
        freed = [*earlier, *self._expired_on(self.slots)]
        run, seats = [first], self._free(first, freed)
        while seats < len(people):
            end = self.slots[run[-1]].starts_at + SLOT_LENGTH
            after = [
                name
                for name, slot in self.slots.items()
                if end <= slot.starts_at <= end + GROUP_GAP
                and self._day(name) == self._day(first)
                and not any(self._is_unfit(name, person, freed=freed) for person in people)
            ]
            if not after:
                break
            run.append(min(after, key=lambda name: self.slots[name].starts_at))
            seats += self._free(run[-1], freed)
        return run

    def _day(self, slot):
        return self.slots[slot].starts_at.astimezone(SITE_ZONE).date()

    def _seats_for(self, people, run, *, freed):
        """Return seats from the first slot on; a slot that one of them can't book ends the run."""
        seats = []
        for slot in run:
            if any(self._is_unfit(slot, person, freed=freed) for person in people):
                break
            seats += [slot] * self._free(slot, freed)
        return seats[: len(people)]

    def _hoards(self, account, case):
        """Count a reservation for several people once, and all reservations for one case once."""
        made = [reservation for reservation in self.reservations if reservation.account == account]
        elsewhere = {row.case for row in made if row.case != case and self._is_live(row)}
        within_hour = [row for row in made if row.made_at > self.now - timedelta(hours=1)]
        limits = self.limits[account]
        return len(elsewhere) >= limits.live or len(within_hour) >= limits.per_hour

    def _reserve(self, account, people, seats):
        first = min(
            self.slots[name].starts_at
            for person, seat in zip(people, seats, strict=True)
            for name in (person.slot, seat)
        )
        ceiling_at = min(self.now + HOLD_CEILING, first - ONLINE_CUTOFF + TICK)
        reservation = ModelReservation(account, self.now, min(self.now + HOLD_LENGTH, ceiling_at), ceiling_at)
        reservation.seats = [
            ModelSeat(reservation, person, slot, person.reschedules)
            for person, slot in zip(people, seats, strict=True)
        ]
        self.reservations.append(reservation)

    def _reschedule(self, person, slot, *, counts):
        person.slot = slot
        person.booked_as = next(self._bookings)
        person.reschedules += 1
        person.counted += counts
