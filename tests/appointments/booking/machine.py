"""Acts of one person or several, and of staff, on the services beside the model: the one state machine."""

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Case, Representation
from accounts.units import Unit
from appointments.booking import expiry, reservations
from appointments.booking.errors import (
    AlreadyDone,
    HeldBySomeoneElse,
    HoldEnded,
    NotYours,
    Refused,
    SeatRefused,
    TooManyHolds,
)
from appointments.booking.invariants import find_violations
from appointments.booking.reschedules import GoodCause
from appointments.models import Appointment, Reschedule, Reservation, ReservedSeat, Slot
from appointments.representation.services import leave
from appointments.reschedule import services
from appointments.staff.services import staff_only, staff_reschedule
from appointments.staff.services.close_case import close_case
from tests.appointments.booking import acts
from tests.appointments.booking.model import Limits, Model, ModelPerson, ModelSlot
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    officer_of,
)
from tests.factories.appointments import (
    AppointmentFactory,
    SeriesFactory,
    SiteFactory,
    SlotFactory,
)
from tests.factories.policy import PolicyVersionFactory, reason
from tests.support.clock import clock_stopped_at, stop_clock_at
from tests.support.database import restore_database

REFUSALS = (
    AlreadyDone,
    HeldBySomeoneElse,
    HoldEnded,
    NotYours,
    Refused,
    SeatRefused,
    TooManyHolds,
)
JUMPS = [timedelta(microseconds=1), *(timedelta(minutes=m) for m in (1, 5, 9, 10, 30, 60, 6 * 60))]


def one_of(names):
    """One of the names that the machine's own class lists there."""
    return st.runner().flatmap(lambda machine: st.sampled_from(list(getattr(machine, names))))


def some_of_a_case(machine):
    """From one to all people of one case."""
    of_case = defaultdict(list)
    for name, (case, _slot) in machine.PEOPLE.items():
        of_case[case].append(name)
    choices = [st.lists(st.sampled_from(names), min_size=1, unique=True) for names in of_case.values()]
    return st.one_of(choices)


people, slots, closable = one_of("PEOPLE"), one_of("SLOTS"), one_of("CLOSABLE")
cases, groups = one_of("CASES"), st.runner().flatmap(some_of_a_case)
which = st.integers(min_value=0, max_value=3)
waits = st.sampled_from(JUMPS[:5])
endings = st.sampled_from(["confirm", "extend", "release"])
# A case stays closed, so a sequence begins with some acts on open ones.
ACTS_BEFORE_CLOSING = 20


def play(machine, *, examples, steps):
    """Drives the machine through so many sequences of acts, with the clock stopped where each begins."""
    with clock_stopped_at(BEGINS_AT):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )


# Ten in the morning in Phoenix. Every example begins there, so that one that failed fails again.
BEGINS_AT = datetime(2030, 1, 7, 17, tzinfo=UTC)


class ReservationMachine(RuleBasedStateMachine):
    """The services beside the model. Every rule makes the same act in both and compares the answers."""

    # name → how far ahead it starts, and its seats.
    SLOTS: dict[str, tuple[timedelta, int]]
    # name → the case, and the slot where the person stands at first.
    PEOPLE: dict[str, tuple[str, str]]
    CLOSABLE: list[str]
    ATTORNEY_LIMITS: Limits
    # The cases that are closed and whose representative changes.
    CASES: list[str]
    CASE_FIELDS: dict = {}
    UNIT = Unit.CONTACT_CENTER

    @initialize()
    def begin(self):
        restore_database()
        self.now = BEGINS_AT
        stop_clock_at(self.now)
        PolicyVersionFactory(
            effective_at=self.now - timedelta(days=1),
            representative_live_holds=self.ATTORNEY_LIMITS.live,
            representative_holds_per_hour=self.ATTORNEY_LIMITS.per_hour,
        )
        site = SiteFactory()
        self.slots = {
            name: SlotFactory(site=site, starts_at=self.now + ahead, capacity=capacity)
            for name, (ahead, capacity) in self.SLOTS.items()
        }
        self.attorney, self.officer = AttorneyFactory(), officer_of(self.UNIT)
        names = dict.fromkeys(case for case, _slot in self.PEOPLE.values())
        self.cases = {name: CaseFactory(**self.CASE_FIELDS) for name in names}
        for case in self.cases.values():
            RepresentationFactory(case=case, representative=self.attorney)
        self.series_list = {name: self._make_series(*where) for name, where in self.PEOPLE.items()}
        self.made, self.acts = [], 0
        self.model = Model(
            now=self.now,
            slots={
                name: ModelSlot(self.slots[name].starts_at, capacity)
                for name, (_, capacity) in self.SLOTS.items()
            },
            people={name: ModelPerson(case, slot) for name, (case, slot) in self.PEOPLE.items()},
            limits={"attorney": self.ATTORNEY_LIMITS}
            | {case: Limits(live=5, per_hour=30) for case in self.cases},
        )

    def _make_series(self, case, slot):
        self.slots[slot].refresh_from_db()
        series = SeriesFactory(person=PersonFactory(case=self.cases[case]))
        return AppointmentFactory(series=series, slot=self.slots[slot]).series

    @rule(names=groups, first=slots, by_attorney=st.booleans())
    def hold(self, names, first, by_attorney):
        account_name, account = self._account(self.PEOPLE[names[0]][0], by_attorney)
        expected = self.model.hold(account_name, names, first)
        made = self._same(
            expected,
            reservations.hold,
            account=account,
            appointments=[self._scheduled(name) for name in names],
            first=self.slots[first],
        )
        self.acts += 1
        if isinstance(made, list) and made[0].reservation not in self.made:
            self.made.append(made[0].reservation)

    @rule(
        names=groups, first=slots, by_attorney=st.booleans(), waits=st.lists(waits, max_size=5), then=endings
    )
    def hold_and_dawdle(self, names, first, by_attorney, waits, then):
        """What people do: pick, ask for more time again and again, and then end it one way or another."""
        self.hold(names, first, by_attorney)
        for wait in waits:
            self.extend(back=0)
            self.let_time_pass(wait)
        getattr(self, then)(back=0)

    @rule(names=groups, first=slots, name=people, other=slots)
    def hold_together_and_one_alone(self, names, first, name, other):
        """Someone takes a seat alone, perhaps one of them; then the others ask for theirs once more."""
        self.hold(names, first, by_attorney=False)
        self.hold([name], other, by_attorney=False)
        self.confirm(back=1)

    @rule(
        names=groups, first=slots, other=slots, refused_by=st.sampled_from(["mark", "reschedule", "agency"])
    )
    def hold_and_one_is_refused(self, names, first, other, refused_by):
        """Staff act on one of them while seats are held, perhaps moving them to that very seat."""
        self.hold(names, first, by_attorney=False)
        if refused_by == "mark":
            self.mark_staff_only(names[0], is_staff_only=True)
        else:
            self.reschedule_by_staff(names[0], other, by_agency=refused_by == "agency")
        self.confirm(back=0)
        if names[1:]:
            self.hold(names[1:], first, by_attorney=False)
            self.confirm(back=0)

    @precondition(lambda self: self.made)
    @rule(back=which)
    def confirm(self, back):
        if found := self._reservation(back):
            reservation, modelled = found
            held = acts.seats_of(reservation)
            # Where none may be given any more, the confirmation says the same.
            with suppress(NotYours, Refused):
                services.state_reason(
                    account=reservation.account,
                    appointments=[seat.appointment for seat in held],
                    reason=reason(),
                    explanation="",
                )
            self._same(
                self.model.confirm(modelled),
                services.confirm_reservation,
                account=reservation.account,
                seats_held=held,
            )

    @precondition(lambda self: self.made)
    @rule(back=which)
    def extend(self, back):
        if found := self._reservation(back):
            reservation, modelled = found
            expected = self.model.extend(modelled)
            self._same(expected, acts.extend, account=reservation.account, reservation=reservation)

    @precondition(lambda self: self.made)
    @rule(back=which)
    def release(self, back):
        if found := self._reservation(back):
            reservation, modelled = found
            expected = self.model.release(modelled)
            self._same(expected, acts.release, account=reservation.account, reservation=reservation)

    @rule(name=people, slot=slots, by_agency=st.booleans())
    def reschedule_by_staff(self, name, slot, by_agency):
        expected = self.model.reschedule_by_staff(name, slot, counts=not by_agency)
        wanted = {"actor": self.officer, "appointment": self._scheduled(name), "slot": self.slots[slot]}
        if by_agency:
            self._same(expected, staff_reschedule.reschedule_by_agency, **wanted)
        else:
            wanted |= {"good_cause": GoodCause(reason(), "")}
            self._same(expected, staff_reschedule.reschedule_for_caller, **wanted)

    @rule(name=people, is_staff_only=st.booleans())
    def mark_staff_only(self, name, is_staff_only):
        self._same(
            self.model.mark_staff_only(name, is_staff_only=is_staff_only),
            staff_only.mark_staff_only,
            actor=self.officer,
            appointment=self._scheduled(name),
            is_staff_only=is_staff_only,
            note="asked for",
        )

    @precondition(lambda self: self.model.represented & set(self.CASES))
    @rule(case=cases)
    def revoke_the_representation(self, case):
        if case in self.model.represented:
            row = self.cases[case]
            [in_force] = Representation.objects.in_force().filter(case=row)
            self._same(self.model.revoke(case), leave.revoke, account=row.requestor, representation=in_force)

    @rule(case=cases)
    def be_represented_again(self, case):
        if case not in self.model.represented | self.model.closed:
            RepresentationFactory(case=self.cases[case], representative=self.attorney)
            self.model.represented.add(case)

    @precondition(lambda self: self.acts > ACTS_BEFORE_CLOSING)
    @rule(case=cases)
    def close_the_case(self, case):
        self._same(
            self.model.close(case),
            close_case,
            actor=self.officer,
            case=self.cases[case],
            status=Case.Status.CLOSED,
            note="withdrawn by letter",
        )

    @rule()
    def expire(self):
        assert expiry.expire_overdue_holds() == self.model.expire()

    @rule(slot=closable)
    def close_or_reopen(self, slot):
        closes = not self.model.slots[slot].is_closed
        self.model.slots[slot].is_closed = closes
        Slot.objects.filter(pk=self.slots[slot].pk).update(closed_at=self.now if closes else None)

    @rule(by=st.sampled_from(JUMPS))
    def let_time_pass(self, by):
        self.now += by
        self.model.now = self.now
        stop_clock_at(self.now)

    @invariant()
    def the_database_keeps_its_promises(self):
        assert find_violations() == []

    @invariant()
    def the_database_is_as_the_model_says(self):
        assert dict(Slot.objects.values_list("pk", "taken")) == {
            slot.pk: self.model.taken(name) for name, slot in self.slots.items()
        }
        scheduled = Appointment.objects.filter(status=Appointment.Status.SCHEDULED)
        reschedules = Counter(Reschedule.objects.values_list("series_id", "counts"))
        people = {self.series_list[name].pk: person for name, person in self.model.people.items()}
        assert sorted(scheduled.values_list("series_id", "slot_id")) == sorted(
            (series_id, self.slots[person.slot].pk) for series_id, person in people.items()
        )
        for series_id, person in people.items():
            counted, others = reschedules[series_id, True], reschedules[series_id, False]
            assert (counted + others, counted) == (person.reschedules, person.counted), series_id
        rows = Reservation.objects.order_by("pk").values_list("state", "expires_at", "ceiling_at")
        assert list(rows) == [(row.state, row.expires_at, row.ceiling_at) for row in self.model.reservations]
        seats = ReservedSeat.objects.order_by("pk").values_list("appointment__series", "slot", "held_until")
        series_list = {id(self.model.people[name]): series.pk for name, series in self.series_list.items()}
        assert list(seats) == [
            (
                series_list[id(seat.person)],
                self.slots[seat.slot].pk,
                row.expires_at if seat.counts else None,
            )
            for row in self.model.reservations
            for seat in row.seats
        ]

    def _account(self, case, by_attorney):
        if by_attorney:
            return "attorney", self.attorney
        return case, self.cases[case].requestor

    def _scheduled(self, name):
        return Appointment.objects.get(series=self.series_list[name], status=Appointment.Status.SCHEDULED)

    def _reservation(self, back):
        """The newest reservation, or one before it, as a view would fetch it; and the model's."""
        if not self.made:
            return None
        back = min(back, len(self.made) - 1)
        row = Reservation.objects.select_related("account").get(pk=self.made[-1 - back].pk)
        return row, self.model.reservations[-1 - back]

    def _same(self, expected, act, **wanted):
        """Makes the act, and asserts that it answers as the model did."""
        try:
            result = act(**wanted)
        except REFUSALS as refusal:
            result = refusal
        assert type(result).__name__ == expected
        return result
