"""As the machine of single people, with a household that is moved together, apart, and by staff."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts.models import Case, Representation
from accounts.units import Unit
from appointments.booking import household
from appointments.booking.errors import HouseholdRefused, NotYours
from appointments.models import Hold
from appointments.representation.services import leave
from appointments.staff.services import staff_only
from appointments.staff.services.close_case import close_case
from tests.appointments.booking.household_model import HouseholdModel
from tests.appointments.booking.seat_machine import SeatMachine, play, slots, waits, which
from tests.appointments.booking.seat_model import Limits
from tests.factories.accounts import RepresentationFactory
from tests.factories.policy import reason

FAMILY = ["Ana", "Bo", "Cy"]
HALF_HOUR = timedelta(minutes=30)
# A case stays closed, so a sequence begins with some acts on open ones.
ACTS_BEFORE_CLOSING = 20

members = st.lists(st.sampled_from(FAMILY), min_size=2, max_size=3, unique=True)
starts = st.sampled_from(["one", "two", "three", "roomy", "near"])
endings = st.sampled_from(["confirm_together", "extend_together", "release_together"])


class Household(SeatMachine):
    """Three of one case, where one stands so near that it soon cannot move online; and a stranger."""

    SLOTS = {
        "near": (timedelta(hours=12, minutes=40), 4),
        "home": (timedelta(days=3), 2),
        "one": (timedelta(days=2), 2),
        "two": (timedelta(days=2) + HALF_HOUR, 1),
        "three": (timedelta(days=2) + 2 * HALF_HOUR, 2),
        "roomy": (timedelta(days=7), 3),
        "after a gap": (timedelta(days=7, minutes=31), 1),
    }
    PEOPLE = {
        "Ana": ("family", "home"),
        "Bo": ("family", "home"),
        "Cy": ("family", "near"),
        "Di": ("Di's", "near"),
    }
    CLOSABLE = ["two", "roomy"]
    ATTORNEY_LIMITS = Limits(live=1, per_hour=3)
    CASE_FIELDS = {"adoption": True}
    UNIT = Unit.NBC_ADOPTIONS
    MODEL = HouseholdModel

    def __init__(self):
        super().__init__()
        self.together = []
        self.acts = 0

    @rule(names=members, first=starts, by_attorney=st.booleans())
    def pick_together(self, names, first, by_attorney):
        account_name, account = self._account("family", by_attorney)
        expected = self.model.pick_together(account_name, names, first)
        appointments = [self._scheduled(name) for name in names]
        made = self._same(
            expected, household.take, account=account, appointments=appointments, first=self.slots[first]
        )
        self.acts += 1
        if isinstance(made, list) and made[0].household not in self.together:
            self.together.append(made[0].household)
            for hold in made:
                [name] = [
                    name for name, series in self.series_list.items() if series == hold.appointment.series
                ]
                self.made[name].append(hold)

    @rule(
        names=members,
        first=starts,
        by_attorney=st.booleans(),
        waits=st.lists(waits, max_size=3),
        then=endings,
    )
    def pick_together_and_dawdle(self, names, first, by_attorney, waits, then):
        self.pick_together(names, first, by_attorney)
        for wait in waits:
            self.extend_together(back=0)
            self.let_time_pass(wait)
        getattr(self, then)(back=0)

    @rule(name=st.sampled_from(FAMILY), names=members, first=starts, slot=slots)
    def pick_together_and_one_alone(self, names, first, name, slot):
        """One of them takes a seat alone; then the others ask for theirs once more."""
        self.pick_together(names, first, by_attorney=False)
        self.select(name, slot, by_attorney=False)
        self.confirm_together(back=0)

    @rule(
        name=st.sampled_from(FAMILY),
        first=starts,
        refused_by=st.sampled_from(["mark", "reschedule"]),
        slot=slots,
    )
    def confirm_the_rest_when_one_is_refused(self, name, first, refused_by, slot):
        self.pick_together(FAMILY, first, by_attorney=False)
        if refused_by == "mark":
            self.mark_staff_only(name, is_staff_only=True)
        else:
            self.reschedule_by_staff(name, slot, by_agency=True)
        self.confirm_together(back=0)
        self.pick_together([other for other in FAMILY if other != name], first, by_attorney=False)
        self.confirm_together(back=0)

    @precondition(lambda self: self.together)
    @rule(back=which)
    def confirm_together(self, back):
        if not self.together:
            return
        taken, held, account = self._taken(back)
        # Where none may be given any more, the confirmation says the same.
        with suppress(NotYours, HouseholdRefused):
            household.state_reason(
                account=account,
                appointments=[hold.appointment for hold in held],
                reason=reason(),
                explanation="",
            )
        self._same(self.model.confirm_together(taken), household.confirm, account=account, holds=held)

    @precondition(lambda self: self.together)
    @rule(back=which)
    def extend_together(self, back):
        if not self.together:
            return
        taken, held, account = self._taken(back)
        expected = self.model.extend_together([hold for _person, hold in taken])
        self._same(expected, household.extend, account=account, holds=held)

    @precondition(lambda self: self.together)
    @rule(back=which)
    def release_together(self, back):
        if not self.together:
            return
        taken, held, account = self._taken(back)
        expected = self.model.release_together([hold for _person, hold in taken])
        self._same(expected, household.release, account=account, holds=held)

    @rule(name=st.sampled_from(FAMILY), is_staff_only=st.booleans())
    def mark_staff_only(self, name, is_staff_only):
        self._same(
            self.model.mark_staff_only(name, is_staff_only=is_staff_only),
            staff_only.mark_staff_only,
            actor=self.officer,
            appointment=self._scheduled(name),
            is_staff_only=is_staff_only,
            note="asked for",
        )

    @precondition(lambda self: "family" in self.model.represented)
    @rule()
    def revoke_the_representation(self):
        case = self.cases["family"]
        [in_force] = Representation.objects.in_force().filter(case=case)
        self._same(self.model.revoke("family"), leave.revoke, account=case.requestor, representation=in_force)

    @precondition(lambda self: not {"family"} & (self.model.represented | self.model.closed))
    @rule()
    def be_represented_again(self):
        RepresentationFactory(case=self.cases["family"], representative=self.attorney)
        self.model.represented.add("family")

    @precondition(lambda self: self.acts > ACTS_BEFORE_CLOSING)
    @rule()
    def close_the_case(self):
        self._same(
            self.model.close("family"),
            close_case,
            actor=self.officer,
            case=self.cases["family"],
            status=Case.Status.CLOSED,
            note="withdrawn by letter",
        )

    def _taken(self, back):
        """The newest household, or one before it: the model's people and holds, the rows, their account."""
        key = self.together[-1 - min(back, len(self.together) - 1)]
        held = list(
            Hold.objects.filter(household=key)
            .select_related("account", "appointment__series__person")
            .order_by("pk")
        )
        names = {series.pk: name for name, series in self.series_list.items()}
        taken = []
        for hold in held:
            name = names[hold.appointment.series_id]
            at = self.made[name].index(hold)
            taken.append((self.model.people[name], self.model.people[name].holds[at]))
        return taken, held, held[0].account


@pytest.mark.usefixtures("transactional_db")
def test_any_sequence_of_acts_of_a_household_ends_as_the_model_says():
    play(Household, examples=15, steps=25)
