"""Taking, extending and releasing a hold; what it costs, how long it lasts, who is refused."""

from datetime import timedelta

import pytest

from appointments.booking.errors import HeldBySomeoneElse, HoldEnded, NotYours, Refused, SeatRefused
from appointments.booking.invariants import find_violations
from appointments.eligibility import RefusalCode, SeatRefusal
from appointments.models import Notice, Reservation, Slot
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, ReservedSeatFactory, SlotFactory
from tests.support.clock import clock_stopped_at

TICK = timedelta(microseconds=1)
TWELVE_HOURS = timedelta(hours=12)


def taken(slot):
    return Slot.objects.get(pk=slot.pk).taken


def test_a_hold_takes_a_seat_for_ten_minutes(held, slot):
    assert taken(slot) == 1
    assert held.expires_at - held.made_at == timedelta(minutes=10)
    assert held.ceiling_at - held.made_at == timedelta(minutes=30)
    assert held.is_live(database_now())
    assert find_violations() == []


def test_picking_the_same_time_again_returns_the_hold_that_stands(account, appointment, slot, held):
    again = acts.hold(account=account, appointment=appointment, slot=slot)

    assert again == held
    assert (again.made_at, again.expires_at) == (held.made_at, held.expires_at)
    assert taken(slot) == 1


def test_picking_another_time_releases_the_earlier_hold(account, appointment, slot, held):
    other = SlotFactory()

    acts.hold(account=account, appointment=appointment, slot=other)

    held.refresh_from_db()
    assert held.state == Reservation.State.RELEASED
    assert (taken(slot), taken(other)) == (0, 1)
    assert find_violations() == []


def test_a_refused_second_pick_leaves_the_first_hold_alone(account, appointment, held, nothing_changes):
    full = AppointmentFactory().slot

    with nothing_changes(), pytest.raises(SeatRefused):
        acts.hold(account=account, appointment=appointment, slot=full)


def test_extending_reaches_the_ceiling_and_never_passes_it(account, held, shift_clock):
    left = []
    for minutes in (8, 17, 26, 29):
        shift_clock(timedelta(minutes=minutes))
        extended = acts.extend(account=account, reservation=held)
        left.append((extended.ceiling_at - extended.expires_at) // timedelta(minutes=1))

    assert left == [11, 2, 0, 0]
    assert (
        Reservation.objects.get(pk=held.pk).expires_at
        == held.ceiling_at
        == held.made_at + timedelta(minutes=30)
    )


def test_extending_right_away_never_shortens_the_hold(account, held):
    assert acts.extend(account=account, reservation=held).expires_at >= held.expires_at


def test_a_expired_hold_cannot_be_extended(account, held, shift_clock, nothing_changes):
    shift_clock(timedelta(minutes=11))

    with nothing_changes(), pytest.raises(HoldEnded):
        acts.extend(account=account, reservation=held)


def test_someone_elses_hold_cannot_be_extended_or_released(held, nothing_changes):
    stranger = UserFactory()

    with nothing_changes():
        with pytest.raises(HoldEnded):
            acts.extend(account=stranger, reservation=held)
        acts.release(account=stranger, reservation=held)


def test_releasing_gives_the_seat_back_once(account, held, slot):
    acts.release(account=account, reservation=held)
    acts.release(account=account, reservation=held)

    held.refresh_from_db()
    assert held.state == Reservation.State.RELEASED
    assert taken(slot) == 0


def test_releasing_a_hold_that_expired_records_that_it_expired(account, held, slot, shift_clock):
    shift_clock(timedelta(minutes=11))

    acts.release(account=account, reservation=held)

    held.refresh_from_db()
    assert held.state == Reservation.State.EXPIRED
    assert taken(slot) == 0


def test_an_expired_hold_blocks_no_one_and_its_holder_is_notified(account, held, slot, shift_clock):
    other = AppointmentFactory()
    shift_clock(timedelta(minutes=10))

    new = acts.hold(account=other.series.person.case.requestor, appointment=other, slot=slot)

    held.refresh_from_db()
    assert held.state == Reservation.State.EXPIRED
    assert new.is_live(database_now())
    notice = account.notices.get()
    assert (notice.kind, notice.appointment) == (Notice.Kind.HOLD_EXPIRED, acts.seat_of(held).appointment)
    assert notice.facts["new"]["site_name"] == slot.site.name
    assert not account.messages.exists()
    assert find_violations() == []


def test_a_hold_takes_the_seat_until_the_very_instant_of_its_end(held, slot):
    other = AppointmentFactory(slot__ahead=timedelta(days=9))
    account = other.series.person.case.requestor
    with clock_stopped_at(held.expires_at - TICK), pytest.raises(SeatRefused):
        acts.hold(account=account, appointment=other, slot=slot)
    with clock_stopped_at(held.expires_at):
        assert acts.hold(account=account, appointment=other, slot=slot).account == account


def test_a_hold_that_was_released_does_not_expire_and_give_its_seat_back_again(
    account, held, slot, shift_clock, nothing_changes
):
    acts.release(account=account, reservation=held)
    AppointmentFactory(slot=Slot.objects.get(pk=slot.pk))
    other = AppointmentFactory(slot__ahead=timedelta(days=9))
    shift_clock(timedelta(minutes=11))

    with nothing_changes(), pytest.raises(SeatRefused):
        acts.hold(account=other.series.person.case.requestor, appointment=other, slot=slot)

    held.refresh_from_db()
    assert (held.state, taken(slot)) == (Reservation.State.RELEASED, 1)


def test_the_same_seat_can_be_held_again_after_a_expire(account, appointment, slot, held, shift_clock):
    shift_clock(timedelta(minutes=11))

    again = acts.hold(account=account, appointment=appointment, slot=slot)

    assert again != held
    assert again.is_live(database_now())
    assert taken(slot) == 1


def test_the_other_party_sees_until_when_someone_else_is_choosing(
    attorney, appointment, held, nothing_changes
):
    free = SlotFactory()

    with nothing_changes(), pytest.raises(HeldBySomeoneElse) as refused:
        acts.hold(account=attorney, appointment=appointment, slot=free)

    assert refused.value.until == held.expires_at


def test_the_other_partys_expired_hold_is_no_obstacle(attorney, appointment, held, shift_clock):
    shift_clock(timedelta(minutes=11))

    assert (
        acts.hold(account=attorney, appointment=appointment, slot=acts.seat_of(held).slot).account == attorney
    )


@pytest.mark.parametrize("close_one", ["the appointment", "the new slot"])
def test_a_hold_ends_when_the_online_deadline_comes(close_one, db, reference_data):
    near, far = TWELVE_HOURS + timedelta(minutes=5), timedelta(days=9)
    ahead, new_ahead = (near, far) if close_one == "the appointment" else (far, near)
    appointment = AppointmentFactory(slot__ahead=ahead)
    slot = SlotFactory(ahead=new_ahead)

    held = acts.hold(account=appointment.series.person.case.requestor, appointment=appointment, slot=slot)

    deadline = min(slot.starts_at, appointment.slot.starts_at) - TWELVE_HOURS
    assert held.expires_at == held.ceiling_at == deadline + TICK


def test_exactly_twelve_hours_ahead_is_still_held(account, appointment, slot):
    with clock_stopped_at(appointment.slot.starts_at - TWELVE_HOURS):
        held = acts.hold(account=account, appointment=appointment, slot=slot)

        assert held.is_live(database_now())


def test_a_microsecond_less_than_twelve_hours_is_refused(account, appointment, slot, nothing_changes):
    with (
        clock_stopped_at(appointment.slot.starts_at - TWELVE_HOURS + TICK),
        nothing_changes(),
        pytest.raises(Refused) as refused,
    ):
        acts.hold(account=account, appointment=appointment, slot=slot)

    assert refused.value.decision.codes == {RefusalCode.WITHIN_12_HOURS}


def test_a_new_slot_exactly_twelve_hours_ahead_is_held_and_a_microsecond_later_refused(
    account, reference_data
):
    appointment = AppointmentFactory(slot__ahead=timedelta(days=30), series__person__case__requestor=account)
    slot = SlotFactory(ahead=timedelta(days=2))
    first_too_late = slot.starts_at - TWELVE_HOURS + TICK
    with clock_stopped_at(first_too_late), pytest.raises(SeatRefused) as refused:
        acts.hold(account=account, appointment=appointment, slot=slot)
    assert refused.value.causes == (SeatRefusal.SLOT_TOO_SOON,)

    with clock_stopped_at(first_too_late - TICK):
        assert acts.hold(account=account, appointment=appointment, slot=slot).is_live(database_now())


def current_slot(appointment):
    return appointment.slot


def full_slot(appointment):
    return AppointmentFactory().slot


def closed_slot(appointment):
    return SlotFactory(closed_at=database_now())


def slot_too_soon(appointment):
    return SlotFactory(ahead=timedelta(hours=11))


def slot_beyond_the_horizon(appointment):
    return SlotFactory(ahead=timedelta(days=61))


@pytest.mark.parametrize(
    ("make_slot", "causes"),
    [
        (current_slot, {SeatRefusal.CURRENT_SLOT, SeatRefusal.SLOT_FULL}),
        (full_slot, {SeatRefusal.SLOT_FULL}),
        (closed_slot, {SeatRefusal.SLOT_CLOSED}),
        (slot_too_soon, {SeatRefusal.SLOT_TOO_SOON}),
        (slot_beyond_the_horizon, {SeatRefusal.SLOT_BEYOND_HORIZON}),
    ],
)
def test_a_seat_that_cannot_be_had_is_refused_with_its_cause(
    account, appointment, make_slot, causes, nothing_changes
):
    slot = make_slot(appointment)

    with nothing_changes(), pytest.raises(SeatRefused) as refused:
        acts.hold(account=account, appointment=appointment, slot=slot)

    assert set(refused.value.causes) == causes


def test_an_appointment_that_may_not_reschedule_is_refused_with_every_reason(
    account, appointment, slot, nothing_changes
):
    appointment.is_staff_only = True
    appointment.save()
    case = appointment.series.person.case
    case.status, case.closed_at = "closed", database_now()
    case.save()

    with nothing_changes(), pytest.raises(Refused) as refused:
        acts.hold(account=account, appointment=appointment, slot=slot)

    assert refused.value.decision.codes == {RefusalCode.STAFF_ONLY, RefusalCode.CASE_CLOSED}


def test_a_stranger_cannot_hold(appointment, slot, nothing_changes):
    with nothing_changes(), pytest.raises(NotYours):
        acts.hold(account=UserFactory(), appointment=appointment, slot=slot)


def test_a_case_detached_since_the_page_was_read_cannot_hold(account, appointment, slot, nothing_changes):
    type(appointment.series.person.case).objects.update(requestor=UserFactory())

    with nothing_changes(), pytest.raises(NotYours):
        acts.hold(account=account, appointment=appointment, slot=slot)


def test_a_representation_that_ended_cannot_hold(
    attorney, representation, appointment, slot, nothing_changes
):
    representation.status, representation.ended_at = "revoked", database_now()
    representation.save()

    with nothing_changes(), pytest.raises(NotYours):
        acts.hold(account=attorney, appointment=appointment, slot=slot)


def test_a_expired_hold_on_a_full_slot_frees_one_seat_only(account, appointment):
    slot = SlotFactory(capacity=2)
    ReservedSeatFactory(slot=slot, expired=True)
    slot.refresh_from_db()
    AppointmentFactory(slot=slot)

    acts.hold(account=account, appointment=appointment, slot=slot)

    assert taken(slot) == 2
    assert find_violations() == []
