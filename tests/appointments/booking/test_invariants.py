"""Every invariant's check finds a violation planted past the services and the constraints, and no other."""

from datetime import time, timedelta

import pytest
from django.db import connection

from accounts.models import Case
from accounts.services.access_codes import add_case, issue_access_code
from appointments.booking.expiry import expire_overdue_holds
from appointments.booking.invariants import CHECKS, find_violations
from appointments.models import Appointment, Notice, Reschedule, Reservation, SiteHours, Slot
from policy.models import GoodCauseStatement
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import CaseFactory, PersonFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import (
    AppointmentFactory,
    ReservationFactory,
    ReservedSeatFactory,
    SeriesFactory,
    SlotFactory,
)
from tests.factories.policy import reason
from tests.factories.reschedules import reschedule_by_agency, reschedule_for_caller, reschedule_online


def update(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def unguarded(table, constraint):
    """The constraint, or the index behind it, is gone until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        cursor.execute(f"DROP INDEX IF EXISTS {constraint}")


def reschedule_by_representative(appointment):
    representation = RepresentationFactory(case=appointment.series.person.case)
    attorney = representation.representative
    acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=attorney, appointment=appointment, slot=SlotFactory())
    return acts.confirm(account=attorney, reservation=held)


# Each plants one violation and returns the key of the row that must be named.


def seat_without_an_owner():
    return SlotFactory(capacity=3, taken=1).pk


def scheduled_without_a_seat():
    appointment = AppointmentFactory()
    update(appointment.slot, taken=0)
    return appointment.slot_id


def hold_without_a_seat():
    held = ReservedSeatFactory()
    update(held.slot, taken=0)
    return held.slot_id


def slot_overbooked():
    unguarded("appointments_slot", "slot_taken_within_capacity")
    slot = SlotFactory(capacity=1)
    AppointmentFactory(slot=slot)
    AppointmentFactory(slot=slot)
    return slot.pk


def two_scheduled_in_one_series():
    unguarded("appointments_appointment", "appointment_one_scheduled_per_series")
    first = AppointmentFactory()
    AppointmentFactory(series=first.series)
    return first.series_id


def reschedules_numbered_with_a_gap():
    second = reschedule_online(reschedule_online(AppointmentFactory()).to_appointment)
    update(second, number=3)
    return second.series_id


def reschedules_numbered_from_two():
    reschedule = reschedule_online(AppointmentFactory())
    update(reschedule, number=2)
    return reschedule.series_id


def reschedule_into_another_series():
    reschedule = reschedule_online(AppointmentFactory())
    update(reschedule.to_appointment, series=AppointmentFactory(status=Appointment.Status.ATTENDED).series)
    return reschedule.pk


def reschedule_that_starts_elsewhere():
    first = reschedule_online(AppointmentFactory())
    second = reschedule_online(first.to_appointment)
    stray = AppointmentFactory(series=first.series, status=Appointment.Status.SUPERSEDED)
    update(second, from_appointment=stray)
    return second.pk


def rescheduled_appointment_with_status_missed():
    reschedule = reschedule_online(AppointmentFactory())
    update(reschedule.from_appointment, status=Appointment.Status.MISSED)
    return reschedule.pk


def superseded_by_nothing():
    return AppointmentFactory(status=Appointment.Status.SUPERSEDED).pk


def counted_reschedule_without_a_statement():
    unguarded("appointments_reschedule", "reschedule_counts_with_one_statement")
    reschedule = reschedule_online(AppointmentFactory())
    update(reschedule, statement=None)
    return reschedule.pk


def counted_reschedule_with_a_correction_for_its_statement():
    reschedule = reschedule_online(AppointmentFactory())
    first = GoodCauseStatement.objects.create(reason=reason())
    update(reschedule.statement, corrects=first)
    return reschedule.pk


def uncounted_reschedule_with_a_statement():
    unguarded("appointments_reschedule", "reschedule_counts_with_one_statement")
    reschedule = reschedule_by_agency(AppointmentFactory())
    update(reschedule, statement=GoodCauseStatement.objects.create(reason=reason()))
    return reschedule.pk


def other_without_an_explanation():
    return GoodCauseStatement.objects.create(reason=reason("OTHER"), explanation=" ").pk


def reschedule_without_notice_to_the_requestor():
    reschedule = reschedule_by_agency(AppointmentFactory())
    Notice.objects.filter(reschedule=reschedule).delete()
    return reschedule.pk


def reschedule_with_notice_to_another_account_only():
    reschedule = reschedule_by_agency(AppointmentFactory())
    Notice.objects.filter(reschedule=reschedule).update(addressee=UserFactory())
    return reschedule.pk


def reschedule_without_notice_to_the_representative():
    reschedule = reschedule_by_representative(AppointmentFactory())
    Notice.objects.filter(addressee=reschedule.actor).delete()
    return reschedule.pk


def confirmed_seat_without_a_reschedule():
    seat = ReservedSeatFactory()
    update(seat.reservation, state=Reservation.State.CONFIRMED, ended_at=database_now())
    update(seat, held_until=None)
    update(seat.slot, taken=0)
    return seat.pk


def reschedule_by_a_reservation_that_was_released():
    reschedule = reschedule_online(AppointmentFactory())
    update(reschedule.reserved_seat.reservation, state=Reservation.State.RELEASED)
    return reschedule.reserved_seat_id


def reservation_of_which_one_was_rescheduled():
    reschedule = reschedule_online(AppointmentFactory())
    other = PersonFactory(case=reschedule.series.person.case)
    left = ReservedSeatFactory(
        appointment=AppointmentFactory(series=SeriesFactory(person=other)),
        reservation=reschedule.reserved_seat.reservation,
        slot__site=reschedule.reserved_seat.slot.site,
        held_until=None,
    )
    update(left.slot, taken=0)
    return left.pk


def seat_that_counts_after_it_was_released():
    seat = ReservedSeatFactory()
    update(seat.reservation, state=Reservation.State.RELEASED, ended_at=database_now())
    return seat.pk


def seat_that_does_not_count_while_it_is_held():
    seat = ReservedSeatFactory()
    update(seat, held_until=None)
    update(seat.slot, taken=0)
    return seat.pk


def seat_held_longer_than_its_reservation():
    seat = ReservedSeatFactory()
    update(seat, held_until=seat.held_until + timedelta(minutes=1))
    return seat.pk


def seat_of_an_expired_reservation_held_longer():
    seat = ReservedSeatFactory(expired=True)
    update(seat.reservation, state=Reservation.State.EXPIRED, ended_at=database_now())
    update(seat, held_until=database_now() + timedelta(minutes=1))
    return seat.pk


def reservation_of_nothing():
    return ReservationFactory().pk


def reservation_for_two_cases():
    seat = ReservedSeatFactory()
    other = ReservedSeatFactory(reservation=seat.reservation, slot__site=seat.slot.site)
    return other.reservation_id


def seat_for_what_is_no_longer_scheduled():
    seat = ReservedSeatFactory()
    update(seat.appointment, status=Appointment.Status.CANCELLED)
    update(seat.appointment.slot, taken=0)
    return seat.pk


def slot_ahead_before_its_site_opens():
    slot = SlotFactory(starts_at=database_now() + timedelta(days=30))
    opens_at, closes_at = time(0, 0), time(0, 1)
    for weekday in range(1, 8):
        SiteHours.objects.create(site=slot.site, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
    return slot.pk


def slot_ahead_on_a_day_on_which_its_site_is_closed():
    slot = SlotFactory(starts_at=database_now() + timedelta(days=30))
    weekday = slot.starts_at.astimezone(slot.site.zone).isoweekday() % 7 + 1
    SiteHours.objects.create(site=slot.site, weekday=weekday, opens_at=time(0), closes_at=time(23, 59))
    return slot.pk


def reservation_at_two_sites():
    seat = ReservedSeatFactory()
    person = PersonFactory(case=seat.appointment.case)
    other = AppointmentFactory(series=SeriesFactory(person=person))
    ReservedSeatFactory(reservation=seat.reservation, appointment=other)
    return seat.reservation_id


PLANTED = [
    ("open_slot_ahead_is_within_the_hours_of_its_site", slot_ahead_before_its_site_opens),
    ("open_slot_ahead_is_within_the_hours_of_its_site", slot_ahead_on_a_day_on_which_its_site_is_closed),
    ("taken_equals_scheduled_plus_held", seat_without_an_owner),
    ("taken_equals_scheduled_plus_held", scheduled_without_a_seat),
    ("taken_equals_scheduled_plus_held", hold_without_a_seat),
    ("taken_within_capacity", slot_overbooked),
    ("one_scheduled_appointment_per_series", two_scheduled_in_one_series),
    ("reschedules_numbered_without_gap", reschedules_numbered_with_a_gap),
    ("reschedules_numbered_without_gap", reschedules_numbered_from_two),
    ("reschedules_within_their_series", reschedule_into_another_series),
    ("reschedules_follow_each_other", reschedule_that_starts_elsewhere),
    ("rescheduled_appointment_is_superseded", rescheduled_appointment_with_status_missed),
    ("superseded_appointment_was_rescheduled", superseded_by_nothing),
    ("one_statement_for_each_counted_reschedule", counted_reschedule_without_a_statement),
    ("one_statement_for_each_counted_reschedule", counted_reschedule_with_a_correction_for_its_statement),
    ("one_statement_for_each_counted_reschedule", uncounted_reschedule_with_a_statement),
    ("required_explanation_is_given", other_without_an_explanation),
    ("requestor_got_one_notice_of_each_reschedule", reschedule_without_notice_to_the_requestor),
    ("requestor_got_one_notice_of_each_reschedule", reschedule_with_notice_to_another_account_only),
    ("representative_got_one_notice_of_own_reschedule", reschedule_without_notice_to_the_representative),
    ("each_seat_of_a_confirmed_reservation_made_one_reschedule", confirmed_seat_without_a_reschedule),
    (
        "each_seat_of_a_confirmed_reservation_made_one_reschedule",
        reschedule_by_a_reservation_that_was_released,
    ),
    ("each_seat_of_a_confirmed_reservation_made_one_reschedule", reservation_of_which_one_was_rescheduled),
    ("seats_agree_with_their_reservation", seat_that_counts_after_it_was_released),
    ("seats_agree_with_their_reservation", seat_that_does_not_count_while_it_is_held),
    ("seats_agree_with_their_reservation", seat_held_longer_than_its_reservation),
    ("seats_agree_with_their_reservation", seat_of_an_expired_reservation_held_longer),
    ("reservation_has_a_seat", reservation_of_nothing),
    ("reservation_is_for_one_case", reservation_for_two_cases),
    ("reservation_is_at_one_site", reservation_at_two_sites),
    ("seat_is_held_for_a_scheduled_appointment", seat_for_what_is_no_longer_scheduled),
]
# A stray reschedule also leaves its old appointment without one.
SIDE_EFFECTS = {reschedule_that_starts_elsewhere: {"superseded_appointment_was_rescheduled"}}


@pytest.mark.parametrize(("check", "plant"), PLANTED)
def test_finds(reference_data, check, plant):
    assert find_violations() == []
    key = plant()
    violations = find_violations()
    assert (check, key) in {(violation.check, violation.key) for violation in violations}
    assert {violation.check for violation in violations} - SIDE_EFFECTS.get(plant, set()) == {check}
    assert all(violation.found for violation in violations)


def test_every_check_has_a_planted_violation():
    assert {check for check, _ in PLANTED} == CHECKS.keys()


def test_finds_nothing_in_an_empty_database(reference_data):
    assert find_violations() == []


def test_finds_nothing_after_reschedules_by_everyone(reference_data):
    appointment = AppointmentFactory()
    for make_reschedule in (
        reschedule_online,
        reschedule_by_agency,
        reschedule_by_representative,
        reschedule_by_agency,
    ):
        appointment = make_reschedule(appointment).to_appointment
    reschedule_for_caller(AppointmentFactory())
    assert Reschedule.objects.count() == 5
    assert find_violations() == []


def test_finds_nothing_around_holds_of_every_state(reference_data):
    ReservedSeatFactory()
    for expired in (True, False):
        ReservedSeatFactory(expired=True)
        if expired:
            assert expire_overdue_holds() == 1
    released = ReservedSeatFactory().reservation
    acts.release(account=released.account, reservation=released)
    reschedule_online(AppointmentFactory())
    assert set(Reservation.objects.values_list("state", flat=True)) == set(Reservation.State)
    assert Slot.objects.filter(taken__gt=0).exists()
    assert find_violations() == []


def test_finds_nothing_when_a_case_was_rescheduled_before_it_had_an_account(reference_data):
    case = CaseFactory(requestor=None, filing_channel=Case.FilingChannel.PAPER)
    reschedule_for_caller(AppointmentFactory(series__person__case=case, series__person__name="Paper Filer"))
    assert find_violations() == []
    code = issue_access_code(case=case)
    add_case(account=UserFactory(), receipt_number=case.receipt_number, access_code=code)
    assert find_violations() == []
