"""Each named constraint of appointments, broken past every service: the database itself refuses."""

from datetime import time, timedelta

import pytest
from django.db.models import F

from appointments.models import (
    Appointment,
    Delivery,
    DeliveryConflict,
    Hold,
    Move,
    Notice,
    Pick,
    RescheduleDraft,
    SiteHours,
    Sitting,
)
from appointments.booking.numbers import draw_confirmation_number
from portal.foundation.clock import database_now
from policy.models import GoodCauseStatement
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from policy.services.rules import read_rules
from tests.constraints import assert_refused_by, declared_constraints
from tests.factories.accounts import AttorneyFactory
from tests.factories.appointments import (
    AppointmentFactory,
    ChainFactory,
    HoldFactory,
    SiteFactory,
    SlotFactory,
)
from tests.factories.policy import reason


def update(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def move(**fields):
    """A well-formed counted move online, but for `fields`."""
    old = fields.pop("from_appointment", None) or AppointmentFactory(status=Appointment.Status.SUPERSEDED)
    rules = read_rules(form_type_ids=[old.chain.person.case.form_type_id])
    new = fields.pop("to_appointment", None) or Appointment.objects.create(
        chain=old.chain, slot=SlotFactory()
    )
    if "statement" not in fields and fields.get("counts", True):
        fields["statement"] = GoodCauseStatement.objects.create(reason=reason())
    return Move.objects.create(
        **{
            "chain": old.chain,
            "number": 1,
            "from_appointment": old,
            "to_appointment": new,
            "actor": old.chain.person.case.requestor,
            "channel": Move.Channel.CONTACT_CENTER,
            "counts": True,
            "policy_version": rules.limits,
            "form_type_version": next(iter(rules.form_types.values())),
            "confirmation_number": draw_confirmation_number(),
            **fields,
        }
    )


def second_move_with_the_same_number():
    first = move()
    update(first.to_appointment, status=Appointment.Status.SUPERSEDED)
    move(from_appointment=first.to_appointment, number=first.number)


def move_that_goes_nowhere():
    appointment = AppointmentFactory()
    move(from_appointment=appointment, to_appointment=appointment)


def notice(**fields):
    made = fields.pop("of", None)
    appointment = made.to_appointment if made else AppointmentFactory()
    return Notice.objects.create(
        **{
            "kind": Notice.Kind.RESCHEDULED,
            "addressee": appointment.chain.person.case.requestor,
            "appointment": appointment,
            "move": made,
            "facts": {},
            **fields,
        }
    )


def two_notices_of_one_move_to_one_account():
    made = move()
    notice(of=made, verification_code="AAAA")
    notice(of=made, verification_code="BBBB")


def second_slot_at_the_same_start():
    first = SlotFactory()
    SlotFactory(site=first.site, starts_at=first.starts_at)


def second_standing_appointment():
    AppointmentFactory(chain=AppointmentFactory().chain)


def second_hold_for_one_appointment():
    HoldFactory(appointment=HoldFactory().appointment)


def draft(**fields):
    appointment = AppointmentFactory()
    return RescheduleDraft.objects.create(
        **{
            "appointment": appointment,
            "account": appointment.chain.person.case.requestor,
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
            "delivered_status": Appointment.Status.STANDING,
            **fields,
        }
    )


def two_standing_under_one_scheduler_reference():
    AppointmentFactory(scheduler_reference="S-1")
    AppointmentFactory(scheduler_reference="S-1")


def two_open_sittings_of_one_account():
    sitting = Sitting.objects.create(account=AttorneyFactory())
    Sitting.objects.create(account=sitting.account)


def picked_twice_in_one_sitting():
    picked = pick()
    Pick.objects.create(sitting=picked.sitting, appointment=picked.appointment)


def pick():
    return Pick.objects.create(
        sitting=Sitting.objects.create(account=AttorneyFactory()), appointment=AppointmentFactory()
    )


VIOLATIONS = {
    "slot_taken_within_capacity": lambda: update(SlotFactory(capacity=2), taken=3),
    "slot_ends_after_it_starts": lambda: update(SlotFactory(), ends_at=F("starts_at")),
    "slot_one_per_site_and_start": second_slot_at_the_same_start,
    "appointment_one_standing_per_chain": second_standing_appointment,
    "appointment_status_known": lambda: update(AppointmentFactory(), status="lost"),
    "appointment_biometrics_code_known": lambda: update(AppointmentFactory(), biometrics_code=4),
    "appointment_one_per_scheduler_reference": two_standing_under_one_scheduler_reference,
    "site_hours_one_per_weekday": lambda: hours(site=hours().site),
    "site_hours_weekday_known": lambda: hours(weekday=8),
    "site_hours_close_after_they_open": lambda: hours(closes_at=time(8)),
    "conflict_one_per_delivery_and_reference": lambda: conflict(delivery=conflict().delivery),
    "conflict_kind_known": lambda: conflict(kind="odd"),
    "conflict_settled_by_with_instant": lambda: update(
        made := conflict(), settled_by=made.appointment.chain.person.case.requestor
    ),
    "hold_one_per_appointment": second_hold_for_one_appointment,
    "hold_ended_at_with_state": lambda: update(HoldFactory(), state=Hold.State.RELEASED),
    "hold_expires_before_its_ceiling": lambda: update(
        HoldFactory(), expires_at=F("ceiling_at") + timedelta(microseconds=1)
    ),
    "move_numbered_within_chain": second_move_with_the_same_number,
    "move_number_from_one": lambda: move(number=0),
    "move_to_another_appointment": move_that_goes_nowhere,
    "move_counts_with_one_statement": lambda: move(statement=None),
    "move_by_agency_never_counts": lambda: move(channel=Move.Channel.AGENCY),
    "move_channel_known": lambda: move(channel="pigeon"),
    "move_online_consumed_a_hold": lambda: move(channel=Move.Channel.ONLINE),
    "move_override_has_a_note": lambda: move(overridden_limits=["RESCHEDULE_LIMIT"]),
    "move_online_overrides_nothing": lambda: move(
        channel=Move.Channel.ONLINE, hold=HoldFactory(), note="said so"
    ),
    "notice_one_per_move_and_addressee": two_notices_of_one_move_to_one_account,
    "notice_of_a_move_can_be_verified": lambda: notice(of=move(), verification_code=None),
    "notice_speaks_of_an_appointment_or_a_case": lambda: notice(kind="representation", of=None),
    "sitting_one_open_per_account": two_open_sittings_of_one_account,
    "pick_once_in_a_sitting": picked_twice_in_one_sitting,
    "pick_outcome_known": lambda: update(pick(), outcome="lost"),
    "draft_one_per_appointment_and_account": second_draft_of_one_account,
    "draft_explanation_length": lambda: draft(explanation="x" * (EXPLANATION_MAX_LENGTH + 1)),
}


@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_database_refuses(reference_data, constraint):
    assert_refused_by(constraint, VIOLATIONS[constraint])


def test_every_constraint_of_appointments_has_such_a_test():
    assert declared_constraints("appointments") == VIOLATIONS.keys()


def uncounted_move_with_a_statement():
    move(counts=False, statement=GoodCauseStatement.objects.create(reason=reason()))


def one_statement_for_two_moves():
    first = move()
    move(statement=first.statement)


def online_move_by_nobody():
    held = HoldFactory()
    move(channel=Move.Channel.ONLINE, hold=held, actor=None)


ALSO_REFUSED = [
    ("hold_expires_before_its_ceiling", lambda: HoldFactory(expires_at=database_now() - timedelta(hours=1))),
    ("hold_ended_at_with_state", lambda: update(HoldFactory(), ended_at=database_now())),
    ("hold_ended_at_with_state", lambda: update(HoldFactory(), state="forgotten")),
    ("move_counts_with_one_statement", uncounted_move_with_a_statement),
    ("move_online_consumed_a_hold", online_move_by_nobody),
    ("notice_of_a_move_can_be_verified", lambda: notice(kind="hold_lapsed", verification_code="AAAA")),
    ("notice_of_a_move_can_be_verified", lambda: notice(kind="greeting")),
    ("notice_of_a_move_can_be_verified", lambda: notice(of=None, verification_code="AAAA")),
    ("slot_taken_within_capacity", lambda: update(SlotFactory(capacity=1, taken=1), capacity=0)),
]


@pytest.mark.parametrize(("constraint", "write"), ALSO_REFUSED)
def test_database_refuses_this_too(reference_data, constraint, write):
    assert_refused_by(constraint, write)


def test_a_statement_belongs_to_one_move(reference_data):
    assert_refused_by("appointments_move_statement_id_key", one_statement_for_two_moves)


def test_a_chain_has_room_for_any_number_of_past_appointments(reference_data):
    chain = ChainFactory()
    past = sorted(set(Appointment.Status) - {Appointment.Status.STANDING})
    for status in [*past, *past, Appointment.Status.STANDING]:
        AppointmentFactory(chain=chain, status=status)
    assert chain.appointments.count() == 2 * len(past) + 1


def test_an_ended_hold_makes_room_for_the_next(reference_data):
    hold = HoldFactory()
    for state in sorted(set(Hold.State) - {Hold.State.HELD}):
        update(hold, state=state, ended_at=database_now())
        hold = HoldFactory(appointment=hold.appointment)
    assert hold.appointment.holds.count() == len(Hold.State)
