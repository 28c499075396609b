"""Acts of single people and of staff on the services, beside the model: the machine that two tests drive."""

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

from accounts.units import Unit
from appointments.booking import expiry, reschedule_acts
from appointments.booking import hold as holds
from appointments.booking.errors import (
    AlreadyDone,
    HeldBySomeoneElse,
    HoldEnded,
    HouseholdRefused,
    NotYours,
    Refused,
    SeatRefused,
    TooManyHolds,
)
from appointments.booking.invariants import find_violations
from appointments.booking.reschedules import GoodCause
from appointments.models import Appointment, Hold, Reschedule, Slot
from appointments.staff.services import staff_reschedule
from tests.appointments.booking.seat_model import Limits, Model, ModelPerson, ModelSlot
from tests.clock import clock_stopped_at, stop_clock_at
from tests.database import copy_reference_data, empty_database
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    officer_of,
)
from tests.factories.appointments import AppointmentFactory, ChainFactory, SiteFactory, SlotFactory
from tests.factories.policy import PolicyVersionFactory, reason

REFUSALS = (
    AlreadyDone,
    HeldBySomeoneElse,
    HoldEnded,
    HouseholdRefused,
    NotYours,
    Refused,
    SeatRefused,
    TooManyHolds,
)
JUMPS = [timedelta(microseconds=1), *(timedelta(minutes=m) for m in (1, 5, 9, 10, 30, 60, 6 * 60))]


def one_of(names):
    """One of the names that the machine's own class lists there."""
    return st.runner().flatmap(lambda machine: st.sampled_from(list(getattr(machine, names))))


people, slots, closable = one_of("PEOPLE"), one_of("SLOTS"), one_of("CLOSABLE")
which = st.integers(min_value=0, max_value=3)
waits = st.sampled_from(JUMPS[:5])
endings = st.sampled_from(["confirm", "extend", "release"])


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


class SeatMachine(RuleBasedStateMachine):
    """The services beside the model. Every rule makes the same act in both and compares the answers."""

    # name → how far ahead it starts, and its seats.
    SLOTS: dict[str, tuple[timedelta, int]]
    # name → the case, and the slot where the person stands at first.
    PEOPLE: dict[str, tuple[str, str]]
    CLOSABLE: list[str]
    ATTORNEY_LIMITS: Limits
    CASE_FIELDS: dict = {}
    UNIT = Unit.CONTACT_CENTER
    MODEL = Model

    @initialize()
    def begin(self):
        empty_database()
        self.now = BEGINS_AT
        stop_clock_at(self.now)
        copy_reference_data()
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
        self.made = {name: [] for name in self.PEOPLE}
        self.model = self.MODEL(
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
        series = ChainFactory(person=PersonFactory(case=self.cases[case]))
        return AppointmentFactory(series=series, slot=self.slots[slot]).series

    @rule(name=people, slot=slots, by_attorney=st.booleans())
    def select(self, name, slot, by_attorney):
        account_name, account = self._account(self.PEOPLE[name][0], by_attorney)
        expected = self.model.select(account_name, name, slot)
        made = self._same(
            expected, holds.take, account=account, appointment=self._scheduled(name), slot=self.slots[slot]
        )
        if isinstance(made, Hold) and made not in self.made[name]:
            self.made[name].append(made)

    @rule(name=people, slot=slots, by_attorney=st.booleans(), waits=st.lists(waits, max_size=5), then=endings)
    def pick_and_dawdle(self, name, slot, by_attorney, waits, then):
        """What people do: pick, ask for more time again and again, and then end it one way or another."""
        self.select(name, slot, by_attorney)
        for wait in waits:
            self.extend(name, back=0)
            self.let_time_pass(wait)
        getattr(self, then)(name, back=0)

    @rule(name=people, slot=slots, other=slots, by_agency=st.booleans())
    def pick_and_be_rescheduled(self, name, slot, other, by_agency):
        """Staff move the appointment for which a seat is just being held, perhaps to that very seat."""
        self.select(name, slot, by_attorney=False)
        self.reschedule_by_staff(name, other, by_agency)

    @precondition(lambda self: any(self.made.values()))
    @rule(name=people, back=which)
    def confirm(self, name, back):
        if found := self._hold(name, back):
            hold, modelled = found
            # Where none may be given any more, the confirmation says the same.
            with suppress(NotYours, Refused):
                reschedule_acts.state_reason(
                    account=hold.account, appointment=hold.appointment, reason=reason(), explanation=""
                )
            self._same(
                self.model.confirm(name, modelled), reschedule_acts.confirm, account=hold.account, hold=hold
            )

    @precondition(lambda self: any(self.made.values()))
    @rule(name=people, back=which)
    def extend(self, name, back):
        if found := self._hold(name, back):
            hold, modelled = found
            self._same(self.model.extend(modelled), holds.extend, account=hold.account, hold=hold)

    @precondition(lambda self: any(self.made.values()))
    @rule(name=people, back=which)
    def release(self, name, back):
        if found := self._hold(name, back):
            hold, modelled = found
            self._same(self.model.release(modelled), holds.release, account=hold.account, hold=hold)

    @rule(name=people, slot=slots, by_agency=st.booleans())
    def reschedule_by_staff(self, name, slot, by_agency):
        expected = self.model.reschedule_by_staff(name, slot, counts=not by_agency)
        wanted = {"actor": self.officer, "appointment": self._scheduled(name), "slot": self.slots[slot]}
        if by_agency:
            self._same(expected, staff_reschedule.reschedule_by_agency, **wanted)
        else:
            wanted |= {"good_cause": GoodCause(reason(), "")}
            self._same(expected, staff_reschedule.reschedule_for_caller, **wanted)

    @rule()
    def expire_overdue_holds(self):
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
        holds_of = defaultdict(list)
        for series_id, *hold in Hold.objects.order_by("pk").values_list(
            "appointment__series_id", "state", "expires_at", "ceiling_at", "slot_id"
        ):
            holds_of[series_id].append(hold)
        people = {self.series_list[name].pk: person for name, person in self.model.people.items()}
        assert sorted(scheduled.values_list("series_id", "slot_id")) == sorted(
            (series_id, self.slots[person.slot].pk) for series_id, person in people.items()
        )
        for series_id, person in people.items():
            counted, others = reschedules[series_id, True], reschedules[series_id, False]
            assert (counted + others, counted) == (person.reschedules, person.counted), series_id
            assert holds_of[series_id] == [
                [hold.state, hold.expires_at, hold.ceiling_at, self.slots[hold.slot].pk]
                for hold in person.holds
            ], series_id

    def _account(self, case, by_attorney):
        if by_attorney:
            return "attorney", self.attorney
        return case, self.cases[case].requestor

    def _scheduled(self, name):
        return Appointment.objects.get(series=self.series_list[name], status=Appointment.Status.SCHEDULED)

    def _hold(self, name, back):
        """The newest hold of the person, or one before it, as a view would fetch it; and the model's."""
        if not self.made[name]:
            return None
        back = min(back, len(self.made[name]) - 1)
        hold = Hold.objects.select_related("account").get(pk=self.made[name][-1 - back].pk)
        return hold, self.model.people[name].holds[-1 - back]

    def _same(self, expected, act, **wanted):
        """Makes the act, and asserts that it answers as the model did."""
        try:
            result = act(**wanted)
        except REFUSALS as refusal:
            result = refusal
        assert type(result).__name__ == expected
        return result
