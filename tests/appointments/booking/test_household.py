"""A household: held together, extended, released and moved together, or not at all."""

from datetime import timedelta

import pytest

from accounts.units import Unit
from appointments.booking import expiry, household, reschedule_acts
from appointments.booking import hold as holds
from appointments.booking.availability import find_household_week
from appointments.booking.errors import (
    HeldBySomeoneElse,
    HoldEnded,
    HouseholdRefused,
    NotYours,
    ReasonMissing,
    SeatRefused,
    TooManyHolds,
)
from appointments.booking.invariants import find_violations
from appointments.booking.seats import find_held
from appointments.eligibility import RefusalCode, SeatRefusal
from appointments.models import Appointment, Hold, Notice, Reschedule, Slot
from appointments.staff.services import staff_only, staff_reschedule
from policy.models import GoodCauseStatement
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.factories.accounts import UserFactory, officer_of
from tests.factories.appointments import HoldFactory, SlotFactory
from tests.factories.policy import PolicyVersionFactory, reason
from tests.households import adjacent_slots, make_household


@pytest.fixture
def family(db, reference_data):
    return make_household(3)


@pytest.fixture
def account(family):
    return family[0].series.person.case.requestor


@pytest.fixture
def stated(account, family):
    household.state_reason(account=account, appointments=family, reason=reason(), explanation="A wedding")


@pytest.fixture
def slots(family):
    """Three adjacent slots with two seats, one and two."""
    return adjacent_slots(family[0].slot.site, seats=[2, 1, 2])


@pytest.fixture
def held(account, family, slots):
    return household.take(account=account, appointments=family, first=slots[0])


def reschedule_all(account, held):
    return household.confirm(account=account, holds=held)


def states(held):
    return set(Hold.objects.filter(pk__in=[hold.pk for hold in held]).values_list("state", flat=True))


def test_holds_adjacent_seats_for_everyone_that_expire_at_one_instant(held, slots):
    assert [hold.slot for hold in held] == [slots[0], slots[0], slots[1]]
    assert len({(hold.household, hold.expires_at, hold.ceiling_at) for hold in held}) == 1
    assert [Slot.objects.get(pk=slot.pk).taken for slot in slots] == [2, 1, 0]
    assert find_violations() == []


def test_holds_one_slot_where_it_seats_everyone(account, family):
    [roomy] = adjacent_slots(family[0].slot.site, seats=[3])

    held = household.take(account=account, appointments=family, first=roomy)

    assert {hold.slot for hold in held} == {roomy}


@pytest.mark.parametrize("gap", [timedelta(minutes=1), timedelta(days=1)])
def test_refuses_slots_that_do_not_follow_each_other(account, family, gap, nothing_changes):
    first = adjacent_slots(family[0].slot.site, seats=[2])[0]
    SlotFactory(site=first.site, starts_at=first.ends_at + gap, capacity=2)

    with nothing_changes(), pytest.raises(SeatRefused) as refused:
        household.take(account=account, appointments=family, first=first)

    assert refused.value.causes == (SeatRefusal.SLOT_FULL,)


def test_picking_again_returns_the_holds_that_stand(account, family, slots, held, nothing_changes):
    with nothing_changes():
        assert household.take(account=account, appointments=family, first=slots[0]) == held


def test_picking_another_time_releases_what_was_held(account, family, slots, held):
    [other] = adjacent_slots(family[0].slot.site, seats=[3], first=timedelta(days=15))

    household.take(account=account, appointments=family, first=other)

    assert states(held) == {Hold.State.RELEASED}
    assert [Slot.objects.get(pk=slot.pk).taken for slot in slots] == [0, 0, 0]
    assert find_violations() == []


def test_a_hold_for_one_person_ends_the_whole_household_hold(account, family, held):
    alone = holds.take(account=account, appointment=family[0], slot=SlotFactory())

    assert states(held) == {Hold.State.RELEASED}
    assert alone.household is None
    assert find_violations() == []


def test_of_a_household_only_what_is_still_held_is_found(family, slots, held, shift_clock):
    """Somebody took a seat in the first of its slots: what lapsed there ended, and in the second not yet."""
    shift_clock(timedelta(minutes=10))
    other = make_household(1)[0]
    holds.take(account=other.series.person.case.requestor, appointment=other, slot=slots[0])

    assert states(held[:2]) == {Hold.State.EXPIRED}
    assert find_held([family[2].pk]) == held[2:]


def test_a_household_hold_replaces_the_holds_of_single_people(account, family, slots):
    alone = holds.take(account=account, appointment=family[1], slot=SlotFactory())

    household.take(account=account, appointments=family, first=slots[0])

    assert states([alone]) == {Hold.State.RELEASED}
    assert find_violations() == []


def test_refuses_while_someone_else_holds_for_one_of_them(account, family, slots, nothing_changes):
    HoldFactory(appointment=family[2], account=UserFactory())

    with nothing_changes(), pytest.raises(HeldBySomeoneElse):
        household.take(account=account, appointments=family, first=slots[0])


def test_refuses_everyone_when_one_may_not_be_rescheduled(account, family, slots, nothing_changes):
    Appointment.objects.filter(pk=family[1].pk).update(is_staff_only=True)

    with nothing_changes(), pytest.raises(HouseholdRefused) as refused:
        household.take(account=account, appointments=family, first=slots[0])

    assert {key: no.codes for key, no in refused.value.decisions.items()} == {
        family[1].pk: {RefusalCode.STAFF_ONLY}
    }


def test_refuses_an_account_that_is_not_theirs(family, slots, nothing_changes):
    with nothing_changes(), pytest.raises(NotYours):
        household.take(account=UserFactory(), appointments=family, first=slots[0])


def test_a_household_counts_once_toward_both_limits(account, family, slots, held):
    PolicyVersionFactory(effective_at=database_now(), requestor_live_holds=2, requestor_holds_per_hour=2)
    other = make_household(1, requestor=account)[0]

    holds.take(account=account, appointment=other, slot=SlotFactory())

    with pytest.raises(TooManyHolds):
        holds.take(account=account, appointment=other, slot=SlotFactory())


def test_extending_prolongs_all_to_one_instant(account, held, shift_clock):
    shift_clock(timedelta(minutes=8))

    household.extend(account=account, holds=held)

    until = set(Hold.objects.filter(household=held[0].household).values_list("expires_at", flat=True))
    assert len(until) == 1
    assert until.pop() > held[0].made_at + timedelta(minutes=17)


def test_releasing_gives_every_seat_back(account, held, slots):
    household.release(account=account, holds=held)

    assert states(held) == {Hold.State.RELEASED}
    assert [Slot.objects.get(pk=slot.pk).taken for slot in slots] == [0, 0, 0]


def test_one_of_the_holds_can_be_neither_extended_nor_confirmed_nor_released_alone(
    account, held, stated, nothing_changes
):
    with nothing_changes():
        with pytest.raises(HoldEnded):
            holds.extend(account=account, hold=held[0])
        with pytest.raises(HoldEnded):
            reschedule_acts.confirm(account=account, hold=held[0])
        holds.release(account=account, hold=held[0])


def test_confirming_reschedules_everyone_each_counted_with_the_same_reason(account, family, held, stated):
    reschedules = reschedule_all(account, held)

    assert [reschedule.from_appointment for reschedule in reschedules] == family
    assert [reschedule.to_appointment.slot_id for reschedule in reschedules] == [
        hold.slot_id for hold in held
    ]
    assert {reschedule.counts for reschedule in reschedules} == {True}
    assert len({reschedule.rescheduled_at for reschedule in reschedules}) == 1
    assert set(GoodCauseStatement.objects.values_list("explanation", flat=True)) == {"A wedding"}
    assert GoodCauseStatement.objects.count() == Notice.objects.filter(addressee=account).count() == 3
    assert states(held) == {Hold.State.CONFIRMED}
    assert find_violations() == []


def test_confirming_again_returns_the_same_reschedules(account, held, stated, nothing_changes):
    reschedules = reschedule_all(account, held)

    with nothing_changes():
        assert reschedule_all(account, held) == reschedules


def test_reschedules_nobody_when_one_may_not_be_rescheduled(account, family, held, stated, nothing_changes):
    Appointment.objects.filter(pk=family[2].pk).update(is_staff_only=True)

    with nothing_changes(), pytest.raises(HouseholdRefused) as refused:
        reschedule_all(account, held)

    assert set(refused.value.decisions) == {family[2].pk}


def test_reschedules_nobody_when_one_hold_is_lost(account, held, stated, nothing_changes):
    lost = held[1]
    Slot.objects.filter(pk=lost.slot_id).update(taken=1)
    Hold.objects.filter(pk=lost.pk).update(state=Hold.State.RELEASED, ended_at=lost.made_at)

    with nothing_changes(), pytest.raises(HoldEnded):
        reschedule_all(account, held)


def test_reschedules_nobody_without_a_reason_for_each(account, family, held, nothing_changes):
    household.state_reason(account=account, appointments=family[:2], reason=reason(), explanation="")

    with nothing_changes(), pytest.raises(ReasonMissing):
        reschedule_all(account, held)


def test_reschedules_nobody_when_the_last_of_them_cannot_be_written(
    account, held, stated, nothing_changes, monkeypatch
):
    write, written = household.record_reschedule, []

    def write_two(**wanted):
        if len(written) == 2:
            raise ReasonMissing
        written.append(write(**wanted))

    monkeypatch.setattr(household, "record_reschedule", write_two)

    with nothing_changes(), pytest.raises(ReasonMissing):
        reschedule_all(account, held)


def test_expired_holds_are_confirmed_no_more_and_expired(account, held, stated, shift_clock):
    shift_clock(timedelta(minutes=10))

    with pytest.raises(HoldEnded):
        reschedule_all(account, held)
    assert expiry.expire_overdue_holds() == 3
    assert find_violations() == []


def test_a_reschedule_by_staff_of_one_person_ends_the_hold_of_all(family, held):
    officer = officer_of(Unit.NBC_ADOPTIONS)

    staff_reschedule.reschedule_by_agency(actor=officer, appointment=family[0], slot=SlotFactory())

    assert states(held) == {Hold.State.RELEASED}
    assert find_violations() == []


def test_marking_one_appointment_as_staffs_ends_the_hold_of_all(family, held):
    officer = officer_of(Unit.NBC_ADOPTIONS)

    staff_only.mark_staff_only(actor=officer, appointment=family[0], is_staff_only=True, note="asked")

    assert states(held) == {Hold.State.RELEASED}
    assert find_violations() == []


def test_offers_just_what_can_be_held(account, family, slots):
    expired_too = adjacent_slots(family[0].slot.site, seats=[1, 2, 1], first=timedelta(days=16))
    HoldFactory(slot=expired_too[2], expired=True)
    rules = get_rules(form_type_ids=[])
    found = {}
    for ahead in (11, 13, 15, 17):
        monday = (rules.now + timedelta(days=ahead)).date()
        week = find_household_week(slots[0].site, appointments=family, rules=rules, monday=monday)
        found |= {time.slot_id: time for day in week.days for time in day.times}

    for slot in Slot.objects.filter(site=slots[0].site):
        try:
            held = household.take(account=account, appointments=family, first=slot)
        except SeatRefused:
            assert slot.public_id not in found
        else:
            last = max(hold.slot.starts_at for hold in held)
            assert found[slot.public_id] == (slot.public_id, slot.starts_at, last)
            household.release(account=account, holds=held)
    assert {slots[0].public_id, slots[1].public_id} <= set(found)
    assert expired_too[1].public_id in found


def test_statements_of_taking_and_searching_do_not_grow_with_the_people(
    reference_data, django_assert_num_queries, django_assert_max_num_queries
):
    def take_for(size):
        family = make_household(size)
        [slot] = adjacent_slots(family[0].slot.site, seats=[size])
        account = family[0].series.person.case.requestor
        with django_assert_num_queries(17):
            household.take(account=account, appointments=family, first=slot)
        rules = get_rules(form_type_ids=[])
        with django_assert_num_queries(2):
            find_household_week(slot.site, appointments=family, rules=rules, monday=None)

    take_for(2)
    take_for(5)


def test_every_reschedule_is_one_of_its_persons_own_series(account, family, held, stated):
    reschedule_all(account, held)

    assert {reschedule.number for reschedule in Reschedule.objects.all()} == {1}
    assert len(set(Reschedule.objects.values_list("series", flat=True))) == 3
