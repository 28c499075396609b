"""Several people: hold, extend, release and reschedule together, or not at all."""

from datetime import timedelta

import pytest

from accounts.units import Unit
from appointments.booking import expiry, reschedules, reservations
from appointments.booking.availability import count_openings, list_times
from appointments.booking.errors import (
    HeldBySomeoneElse,
    HoldEnded,
    NotYours,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyHolds,
)
from appointments.booking.invariants import find_violations
from appointments.booking.seats import find_held
from appointments.eligibility import RefusalCode, SeatRefusal
from appointments.models import Appointment, Notice, Reschedule, Reservation, Slot
from appointments.reschedule import services
from appointments.staff.services import staff_only, staff_reschedule
from policy.models import GoodCauseStatement
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory, officer_of
from tests.factories.appointments import ReservedSeatFactory, SlotFactory
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import PolicyVersionFactory, reason


@pytest.fixture
def family(db, reference_data):
    return make_household(3)


@pytest.fixture
def account(family):
    return family[0].series.person.case.requestor


@pytest.fixture
def stated(account, family):
    services.state_reason(account=account, appointments=family, reason=reason(), explanation="A wedding")


@pytest.fixture
def slots(family):
    """Three adjacent slots with two seats, one and two."""
    return adjacent_slots(family[0].slot.site, seats=[2, 1, 2])


@pytest.fixture
def held(account, family, slots):
    return acts.hold_together(account=account, appointments=family, first=slots[0])


def reschedule_all(account, held):
    return acts.confirm_together(account=account, reservation=held)


def state_of(reservation):
    return Reservation.objects.get(pk=reservation.pk).state


def test_holds_adjacent_seats_for_everyone_that_expire_at_one_instant(held, slots):
    assert [seat.slot for seat in acts.seats_of(held)] == [slots[0], slots[0], slots[1]]
    assert {seat.held_until for seat in acts.seats_of(held)} == {held.expires_at}
    assert [Slot.objects.get(pk=slot.pk).taken for slot in slots] == [2, 1, 0]
    assert find_violations() == []


def test_holds_one_slot_where_it_seats_everyone(account, family):
    [roomy] = adjacent_slots(family[0].slot.site, seats=[3])

    held = acts.hold_together(account=account, appointments=family, first=roomy)

    assert {seat.slot for seat in acts.seats_of(held)} == {roomy}


@pytest.mark.parametrize("gap", [timedelta(0), timedelta(minutes=30)])
def test_holds_seats_with_a_gap_up_to_the_limit(account, family, gap):
    first = adjacent_slots(family[0].slot.site, seats=[2])[0]
    second = SlotFactory(site=first.site, starts_at=first.ends_at + gap, capacity=2)

    held = acts.hold_together(account=account, appointments=family, first=first)

    assert [seat.slot for seat in acts.seats_of(held)] == [first, first, second]


@pytest.mark.parametrize("gap", [timedelta(minutes=30, microseconds=1), timedelta(days=1)])
def test_refuses_a_longer_gap(account, family, gap, nothing_changes):
    first = adjacent_slots(family[0].slot.site, seats=[2])[0]
    SlotFactory(site=first.site, starts_at=first.ends_at + gap, capacity=2)

    with nothing_changes(), pytest.raises(SeatRefused) as refused:
        acts.hold_together(account=account, appointments=family, first=first)

    assert refused.value.causes == (SeatRefusal.SLOT_FULL,)


def test_the_limit_of_the_gap_is_that_of_the_policy_in_force(account, family, nothing_changes):
    PolicyVersionFactory(effective_at=database_now(), group_gap=timedelta(0))
    first = adjacent_slots(family[0].slot.site, seats=[2])[0]
    SlotFactory(site=first.site, starts_at=first.ends_at + timedelta(minutes=1), capacity=2)

    with nothing_changes(), pytest.raises(SeatRefused):
        acts.hold_together(account=account, appointments=family, first=first)


@pytest.mark.parametrize("unfit", [{"closed_at": "now"}, {"taken": 2}, {"is_current": True}])
def test_passes_over_a_slot_without_seats_for_them(account, family, unfit):
    site = family[0].slot.site
    slots = adjacent_slots(site, seats=[2, 2, 2])
    if "is_current" in unfit:
        Appointment.objects.filter(pk=family[1].pk).update(slot=slots[1])
        Slot.objects.filter(pk=slots[1].pk).update(taken=1)
        Slot.objects.filter(pk=family[1].slot_id).update(taken=2)
        family[1].refresh_from_db()
    else:
        fields = {name: database_now() if value == "now" else value for name, value in unfit.items()}
        Slot.objects.filter(pk=slots[1].pk).update(**fields)

    held = acts.hold_together(account=account, appointments=family, first=slots[0])

    assert [seat.slot for seat in acts.seats_of(held)] == [slots[0], slots[0], slots[2]]


def test_picking_again_returns_the_holds_that_stand(account, family, slots, held, nothing_changes):
    with nothing_changes():
        assert acts.hold_together(account=account, appointments=family, first=slots[0]) == held


def test_picking_another_time_releases_what_was_held(account, family, slots, held):
    [other] = adjacent_slots(family[0].slot.site, seats=[3], first=timedelta(days=15))

    acts.hold_together(account=account, appointments=family, first=other)

    assert state_of(held) == Reservation.State.RELEASED
    assert [Slot.objects.get(pk=slot.pk).taken for slot in slots] == [0, 0, 0]
    assert find_violations() == []


def test_a_hold_for_one_person_ends_the_hold_of_the_group(account, family, held):
    alone = acts.hold(account=account, appointment=family[0], slot=SlotFactory())

    assert state_of(held) == Reservation.State.RELEASED
    assert len(acts.seats_of(alone)) == 1
    assert find_violations() == []


def test_only_seats_that_a_group_still_holds_are_found(family, slots, held, shift_clock):
    """Another person took a seat in the first slot, so only the overdue seats there have ended."""
    shift_clock(timedelta(minutes=10))
    other = make_household(1)[0]
    acts.hold(account=other.series.person.case.requestor, appointment=other, slot=slots[0])

    assert state_of(held) == Reservation.State.EXPIRED
    assert find_held([family[2].pk]) == acts.seats_of(held)[2:]
    assert find_violations() == []


def test_a_hold_for_a_group_replaces_the_holds_of_single_people(account, family, slots):
    alone = acts.hold(account=account, appointment=family[1], slot=SlotFactory())

    acts.hold_together(account=account, appointments=family, first=slots[0])

    assert state_of(alone) == Reservation.State.RELEASED
    assert find_violations() == []


def test_refuses_while_someone_else_holds_for_one_of_them(account, family, slots, nothing_changes):
    ReservedSeatFactory(appointment=family[2], account=UserFactory())

    with nothing_changes(), pytest.raises(HeldBySomeoneElse):
        acts.hold_together(account=account, appointments=family, first=slots[0])


def test_refuses_everyone_when_one_may_not_be_rescheduled(account, family, slots, nothing_changes):
    Appointment.objects.filter(pk=family[1].pk).update(is_staff_only=True)

    with nothing_changes(), pytest.raises(Refused) as refused:
        acts.hold_together(account=account, appointments=family, first=slots[0])

    assert {key: no.codes for key, no in refused.value.decisions.items()} == {
        family[1].pk: {RefusalCode.STAFF_ONLY}
    }


def test_refuses_an_account_that_is_not_theirs(family, slots, nothing_changes):
    with nothing_changes(), pytest.raises(NotYours):
        acts.hold_together(account=UserFactory(), appointments=family, first=slots[0])


def test_a_hold_for_a_group_counts_once_toward_both_limits(account, family, slots, held):
    PolicyVersionFactory(effective_at=database_now(), requestor_live_holds=2, requestor_holds_per_hour=2)
    other = make_household(1, requestor=account)[0]

    acts.hold(account=account, appointment=other, slot=SlotFactory())

    with pytest.raises(TooManyHolds):
        acts.hold(account=account, appointment=other, slot=SlotFactory())


def test_extending_prolongs_all_to_one_instant(account, held, shift_clock):
    shift_clock(timedelta(minutes=8))

    acts.extend(account=account, reservation=held)

    until = Reservation.objects.get(pk=held.pk).expires_at
    assert until > held.made_at + timedelta(minutes=17)
    assert {seat.held_until for seat in acts.seats_of(held)} == {until}
    assert find_violations() == []


def test_releasing_gives_every_seat_back(account, held, slots):
    acts.release(account=account, reservation=held)

    assert state_of(held) == Reservation.State.RELEASED
    assert [Slot.objects.get(pk=slot.pk).taken for slot in slots] == [0, 0, 0]


@pytest.mark.parametrize("act", [reservations.extend, reservations.release, services.confirm_reservation])
def test_one_of_the_seats_is_neither_extended_nor_confirmed_nor_released_alone(
    account, held, stated, act, nothing_changes
):
    with nothing_changes(), pytest.raises(ValueError, match="Pass all seats"):
        act(account=account, seats_held=acts.seats_of(held)[:1])


def test_people_of_two_cases_are_not_held_for_together(account, family, slots, nothing_changes):
    other = make_household(1, requestor=account)

    with nothing_changes(), pytest.raises(ValueError, match="one case"):
        acts.hold_together(account=account, appointments=[*family, *other], first=slots[0])


def test_confirming_reschedules_everyone_each_counted_with_the_same_reason(account, family, held, stated):
    reschedules = reschedule_all(account, held)

    assert [reschedule.from_appointment for reschedule in reschedules] == family
    assert [reschedule.to_appointment.slot_id for reschedule in reschedules] == [
        seat.slot_id for seat in acts.seats_of(held)
    ]
    assert {reschedule.counts for reschedule in reschedules} == {True}
    assert len({reschedule.rescheduled_at for reschedule in reschedules}) == 1
    assert set(GoodCauseStatement.objects.values_list("explanation", flat=True)) == {"A wedding"}
    assert GoodCauseStatement.objects.count() == Notice.objects.filter(addressee=account).count() == 3
    assert state_of(held) == Reservation.State.CONFIRMED
    assert find_violations() == []


def test_confirming_again_returns_the_same_reschedules(account, held, stated, nothing_changes):
    reschedules = reschedule_all(account, held)

    with nothing_changes():
        assert reschedule_all(account, held) == reschedules


def test_reschedules_no_one_if_one_of_them_cannot_be(account, family, held, stated, nothing_changes):
    Appointment.objects.filter(pk=family[2].pk).update(is_staff_only=True)

    with nothing_changes(), pytest.raises(Refused) as refused:
        reschedule_all(account, held)

    assert set(refused.value.decisions) == {family[2].pk}


def test_reschedules_no_one_if_one_seat_is_lost(account, held, slots, stated, shift_clock, nothing_changes):
    """Its time ran out, and someone else took the seat in the second of its slots."""
    shift_clock(timedelta(minutes=10))
    other = make_household(1)[0]
    acts.hold(account=other.series.person.case.requestor, appointment=other, slot=slots[1])

    with nothing_changes(), pytest.raises(HoldEnded):
        reschedule_all(account, held)
    with nothing_changes(), pytest.raises(HoldEnded):
        acts.extend(account=account, reservation=held)


def test_reschedules_no_one_without_a_reason_for_each(account, family, held, nothing_changes):
    services.state_reason(account=account, appointments=family[:2], reason=reason(), explanation="")

    with nothing_changes(), pytest.raises(ReasonMissing):
        reschedule_all(account, held)


def test_reschedules_no_one_if_the_last_of_them_cannot_be_written(
    account, held, stated, nothing_changes, monkeypatch
):
    build, built = reschedules._build_reschedule, []

    def build_two(*given, **named):
        if len(built) == 2:
            raise ReasonMissing
        built.append(build(*given, **named))
        return built[-1]

    monkeypatch.setattr(reschedules, "_build_reschedule", build_two)

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

    assert state_of(held) == Reservation.State.RELEASED
    assert find_violations() == []


def test_marking_one_appointment_as_staffs_ends_the_hold_of_all(family, held):
    officer = officer_of(Unit.NBC_ADOPTIONS)

    staff_only.mark_staff_only(actor=officer, appointment=family[0], is_staff_only=True, note="asked")

    assert state_of(held) == Reservation.State.RELEASED
    assert find_violations() == []


def offered(site, people):
    """Return every time that the site offers to these people, by the key of its first slot."""
    wanted = {"appointments": people, "rules": get_rules(form_type_ids=[])}
    openings = count_openings(site=site, **wanted)
    found = {}
    for on in dict.fromkeys(count.on for count in openings.counts):
        times = list_times(site=site, on=on, **wanted)
        assert {time.starts_at.astimezone(site.zone).date() for time in times} == {on}
        assert len(times) == sum(count.openings for count in openings.counts if count.on == on)
        found |= {time.slot_id: time.starts for time in times}
    return found


def test_offers_just_what_can_be_held(account, family, slots):
    site = slots[0].site
    expired_too = adjacent_slots(site, seats=[1, 2, 1], first=timedelta(days=16))
    ReservedSeatFactory(slot=expired_too[2], expired=True)
    found = offered(site, family)

    for slot in Slot.objects.filter(site=site):
        try:
            held = acts.hold_together(account=account, appointments=family, first=slot)
        except SeatRefused:
            assert slot.public_id not in found
        else:
            assert found[slot.public_id] == tuple(
                dict.fromkeys(seat.slot.starts_at for seat in acts.seats_of(held))
            )
            acts.release(account=account, reservation=held)
    assert {slots[0].public_id, slots[1].public_id} <= set(found)
    assert expired_too[1].public_id in found


def test_a_hold_of_their_own_that_expired_frees_each_seat_once(account, family, shift_clock):
    [slot] = adjacent_slots(family[0].slot.site, seats=[2])
    acts.hold_together(account=account, appointments=family[:2], first=slot)
    assert list(offered(slot.site, family[:2])) == [slot.public_id]
    assert offered(slot.site, family) == {}

    shift_clock(timedelta(minutes=11))

    assert list(offered(slot.site, family[:2])) == [slot.public_id]
    assert offered(slot.site, family) == {}


def test_statements_of_taking_and_searching_do_not_grow_with_the_people(
    reference_data, django_assert_num_queries
):
    def take_for(size):
        family = make_household(size)
        [slot] = adjacent_slots(family[0].slot.site, seats=[size])
        account = family[0].series.person.case.requestor
        with django_assert_num_queries(18):
            acts.hold_together(account=account, appointments=family, first=slot)
        wanted = {"appointments": family, "rules": get_rules(form_type_ids=[])}
        with django_assert_num_queries(1):
            openings = count_openings(site=slot.site, **wanted)
        with django_assert_num_queries(1):
            assert list_times(site=slot.site, on=openings.counts[0].on, **wanted)

    take_for(2)
    take_for(6)


def test_every_reschedule_is_one_of_its_persons_own_series(account, family, held, stated):
    reschedule_all(account, held)

    assert {reschedule.number for reschedule in Reschedule.objects.all()} == {1}
    assert len(set(Reschedule.objects.values_list("series", flat=True))) == 3
