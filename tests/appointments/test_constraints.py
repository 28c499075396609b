"""Each named constraint of appointments, broken past every service: the database itself refuses."""

from datetime import time, timedelta

import pytest
from django.db.models import F

from appointments.booking.numbers import generate_confirmation_number
from appointments.models import (
    Appointment,
    BulkItem,
    BulkReschedule,
    CaseloadExport,
    Delivery,
    DeliveryConflict,
    Notice,
    Reschedule,
    RescheduleDraft,
    Reservation,
    SavedFilter,
    SiteHours,
)
from policy.models import GoodCauseStatement
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.factories.accounts import AttorneyFactory, UserFactory
from tests.factories.appointments import (
    AppointmentFactory,
    ReservationFactory,
    ReservedSeatFactory,
    SeriesFactory,
    SiteFactory,
    SlotFactory,
)
from tests.factories.policy import reason
from tests.support.constraints import assert_refused_by, declared_constraints


def update(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def reschedule(**fields):
    """Create a valid counted online reschedule, except for `fields`."""
    old = fields.pop("from_appointment", None) or AppointmentFactory(status=Appointment.Status.SUPERSEDED)
    rules = get_rules(form_type_ids=[old.series.person.case.form_type_id])
    new = fields.pop("to_appointment", None) or Appointment.objects.create(
        series=old.series, slot=SlotFactory()
    )
    if "statement" not in fields and fields.get("counts", True):
        fields["statement"] = GoodCauseStatement.objects.create(reason=reason())
    return Reschedule.objects.create(
        **{
            "series": old.series,
            "number": 1,
            "from_appointment": old,
            "to_appointment": new,
            "actor": old.series.person.case.requestor,
            "channel": Reschedule.Channel.CONTACT_CENTER,
            "counts": True,
            "policy_version": rules.limits,
            "form_type_version": next(iter(rules.form_types.values())),
            "confirmation_number": generate_confirmation_number(),
            **fields,
        }
    )


def second_reschedule_with_the_same_number():
    first = reschedule()
    update(first.to_appointment, status=Appointment.Status.SUPERSEDED)
    reschedule(from_appointment=first.to_appointment, number=first.number)


def reschedule_that_goes_nowhere():
    appointment = AppointmentFactory()
    reschedule(from_appointment=appointment, to_appointment=appointment)


def notice(**fields):
    made = fields.pop("of", None)
    appointment = made.to_appointment if made else AppointmentFactory()
    return Notice.objects.create(
        **{
            "kind": Notice.Kind.RESCHEDULED,
            "addressee": appointment.series.person.case.requestor,
            "appointment": appointment,
            "reschedule": made,
            "facts": {},
            **fields,
        }
    )


def two_notices_of_one_reschedule_to_one_account():
    made = reschedule()
    notice(of=made, verification_code="AAAA")
    notice(of=made, verification_code="BBBB")


def second_slot_at_the_same_start():
    first = SlotFactory()
    SlotFactory(site=first.site, starts_at=first.starts_at)


def second_scheduled_appointment():
    AppointmentFactory(series=AppointmentFactory().series)


def second_seat_for_one_appointment():
    ReservedSeatFactory(appointment=ReservedSeatFactory().appointment)


def seat_twice_in_one_reservation():
    seat = ReservedSeatFactory()
    update(seat, held_until=None)
    ReservedSeatFactory(reservation=seat.reservation, appointment=seat.appointment)


def draft(**fields):
    appointment = AppointmentFactory()
    return RescheduleDraft.objects.create(
        **{
            "appointment": appointment,
            "account": appointment.series.person.case.requestor,
            "reason": reason(),
            **fields,
        }
    )


def second_draft_of_one_account():
    first = draft()
    draft(appointment=first.appointment, account=first.account)


def hours(**fields):
    return SiteHours.objects.create(
        **{
            "site": fields.pop("site", None) or SiteFactory(),
            "weekday": 1,
            "opens_at": time(8),
            "closes_at": time(16),
            **fields,
        }
    )


def conflict(**fields):
    appointment = AppointmentFactory()
    delivery = fields.pop("delivery", None) or Delivery.objects.create(as_of=database_now(), digest="0" * 64)
    return DeliveryConflict.objects.create(
        **{
            "delivery": delivery,
            "appointment": appointment,
            "kind": DeliveryConflict.Kind.BEHIND,
            "line": 2,
            "scheduler_reference": "S-1",
            "delivered_slot": appointment.slot,
            "delivered_status": Appointment.Status.SCHEDULED,
            **fields,
        }
    )


def two_scheduled_under_one_scheduler_reference():
    AppointmentFactory(scheduler_reference="S-1")
    AppointmentFactory(scheduler_reference="S-1")


def two_open_bulk_reschedules_of_one_account():
    bulk = BulkReschedule.objects.create(account=AttorneyFactory())
    BulkReschedule.objects.create(account=bulk.account)


def same_appointment_twice_in_one_bulk_reschedule():
    item = select()
    BulkItem.objects.create(bulk=item.bulk, appointment=item.appointment)


def select():
    return BulkItem.objects.create(
        bulk=BulkReschedule.objects.create(account=AttorneyFactory()), appointment=AppointmentFactory()
    )


def second_filter_of_a_name():
    account = UserFactory()
    for _ in range(2):
        SavedFilter.objects.create(account=account, name="Due this week", parameters={})


VIOLATIONS = {
    "saved_filter_one_per_name": second_filter_of_a_name,
    "caseload_export_kind_known": lambda: CaseloadExport.objects.create(
        account=UserFactory(), kind="letter", row_count=1
    ),
    "slot_taken_within_capacity": lambda: update(SlotFactory(capacity=2), taken=3),
    "slot_ends_after_it_starts": lambda: update(SlotFactory(), ends_at=F("starts_at")),
    "slot_one_per_site_and_start": second_slot_at_the_same_start,
    "appointment_one_scheduled_per_series": second_scheduled_appointment,
    "appointment_status_known": lambda: update(AppointmentFactory(), status="lost"),
    "appointment_biometrics_code_known": lambda: update(AppointmentFactory(), biometrics_code=4),
    "appointment_one_per_scheduler_reference": two_scheduled_under_one_scheduler_reference,
    "site_coordinates_on_earth": lambda: SiteFactory(latitude=90.5, longitude=10),
    "site_accessibility_in_both_languages": lambda: SiteFactory(accessibility_en="Ramp."),
    "site_parking_in_both_languages": lambda: SiteFactory(parking_es="Garaje."),
    "site_not_allowed_in_both_languages": lambda: SiteFactory(not_allowed_en="Food."),
    "site_directions_in_both_languages": lambda: SiteFactory(directions_es="Metro."),
    "site_hours_one_per_weekday": lambda: hours(site=hours().site),
    "site_hours_weekday_known": lambda: hours(weekday=8),
    "site_hours_close_after_they_open": lambda: hours(closes_at=time(8)),
    "conflict_one_per_delivery_and_reference": lambda: conflict(delivery=conflict().delivery),
    "conflict_kind_known": lambda: conflict(kind="odd"),
    "conflict_settled_by_with_instant": lambda: update(
        made := conflict(), settled_by=made.appointment.series.person.case.requestor
    ),
    "reserved_seat_one_held_per_appointment": second_seat_for_one_appointment,
    "reserved_seat_once_per_reservation": seat_twice_in_one_reservation,
    "reservation_ended_at_with_state": lambda: update(ReservationFactory(), state=Reservation.State.RELEASED),
    "reservation_expires_before_its_ceiling": lambda: update(
        ReservationFactory(), expires_at=F("ceiling_at") + timedelta(microseconds=1)
    ),
    "reschedule_numbered_within_series": second_reschedule_with_the_same_number,
    "reschedule_number_from_one": lambda: reschedule(number=0),
    "reschedule_to_another_appointment": reschedule_that_goes_nowhere,
    "reschedule_counts_with_one_statement": lambda: reschedule(statement=None),
    "reschedule_by_agency_never_counts": lambda: reschedule(channel=Reschedule.Channel.AGENCY),
    "reschedule_channel_known": lambda: reschedule(channel="pigeon"),
    "reschedule_online_used_a_reserved_seat": lambda: reschedule(channel=Reschedule.Channel.ONLINE),
    "reschedule_override_has_a_note": lambda: reschedule(overridden_limits=["RESCHEDULE_LIMIT"]),
    "reschedule_online_overrides_nothing": lambda: reschedule(
        channel=Reschedule.Channel.ONLINE, reserved_seat=ReservedSeatFactory(), note="said so"
    ),
    "notice_one_per_reschedule_and_addressee": two_notices_of_one_reschedule_to_one_account,
    "notice_of_a_reschedule_can_be_verified": lambda: notice(of=reschedule(), verification_code=None),
    "notice_has_an_appointment_or_a_case": lambda: notice(kind="representation", of=None),
    "bulk_one_open_per_account": two_open_bulk_reschedules_of_one_account,
    "bulk_item_one_per_appointment": same_appointment_twice_in_one_bulk_reschedule,
    "bulk_item_outcome_known": lambda: update(select(), outcome="lost"),
    "draft_one_per_appointment_and_account": second_draft_of_one_account,
    "draft_explanation_length": lambda: draft(explanation="x" * (EXPLANATION_MAX_LENGTH + 1)),
}


@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_the_database_rejects(reference_data, constraint):
    assert_refused_by(constraint, VIOLATIONS[constraint])


def test_every_constraint_of_appointments_has_such_a_test():
    assert declared_constraints("appointments") == VIOLATIONS.keys()


def uncounted_reschedule_with_a_statement():
    reschedule(counts=False, statement=GoodCauseStatement.objects.create(reason=reason()))


def one_statement_for_two_reschedules():
    first = reschedule()
    reschedule(statement=first.statement)


def online_reschedule_without_an_actor():
    held = ReservedSeatFactory()
    reschedule(channel=Reschedule.Channel.ONLINE, reserved_seat=held, actor=None)


ALSO_REFUSED = [
    (
        "reservation_expires_before_its_ceiling",
        lambda: ReservationFactory(expires_at=database_now() - timedelta(hours=1)),
    ),
    ("reservation_ended_at_with_state", lambda: update(ReservationFactory(), ended_at=database_now())),
    ("reservation_ended_at_with_state", lambda: update(ReservationFactory(), state="forgotten")),
    ("reschedule_counts_with_one_statement", uncounted_reschedule_with_a_statement),
    ("reschedule_online_used_a_reserved_seat", online_reschedule_without_an_actor),
    ("notice_of_a_reschedule_can_be_verified", lambda: notice(kind="hold_expired", verification_code="AAAA")),
    ("notice_of_a_reschedule_can_be_verified", lambda: notice(kind="greeting")),
    ("notice_of_a_reschedule_can_be_verified", lambda: notice(of=None, verification_code="AAAA")),
    ("slot_taken_within_capacity", lambda: update(SlotFactory(capacity=1, taken=1), capacity=0)),
]


@pytest.mark.parametrize(("constraint", "write"), ALSO_REFUSED)
def test_the_database_rejects_this_too(reference_data, constraint, write):
    assert_refused_by(constraint, write)


def test_a_statement_belongs_to_one_reschedule(reference_data):
    assert_refused_by("appointments_reschedule_statement_id_key", one_statement_for_two_reschedules)


def test_a_series_has_room_for_any_number_of_past_appointments(reference_data):
    series = SeriesFactory()
    past = sorted(set(Appointment.Status) - {Appointment.Status.SCHEDULED})
    for status in [*past, *past, Appointment.Status.SCHEDULED]:
        AppointmentFactory(series=series, status=status)
    assert series.appointments.count() == 2 * len(past) + 1


def test_a_seat_that_no_longer_counts_makes_room_for_the_next(reference_data):
    seat = ReservedSeatFactory()
    for state in sorted(set(Reservation.State) - {Reservation.State.HELD}):
        update(seat.reservation, state=state, ended_at=database_now())
        update(seat, held_until=None)
        seat = ReservedSeatFactory(appointment=seat.appointment)
    assert seat.appointment.reserved_seats.count() == len(Reservation.State)
