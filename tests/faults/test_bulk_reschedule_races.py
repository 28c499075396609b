"""A representative who clicks twice: one bulk reschedule, never too many items, one reschedule per hold."""

import pytest
from django.db import IntegrityError

from appointments.booking.errors import TooManyItems
from appointments.caseload.services import bulk_reschedules
from appointments.models import BulkItem, BulkReschedule, Reschedule
from tests.factories.accounts import AttorneyFactory
from tests.factories.appointments import SlotFactory
from tests.factories.caseloads import clients_of, hold_for
from tests.support.races import run_at_once
from tests.support.without_locks import meet_before, take_row_locks_away

pytestmark = pytest.mark.usefixtures("committed_data")


def select_at_once():
    """Select twelve appointments in each of two tabs."""
    attorney = AttorneyFactory()
    tabs = [clients_of(attorney, 12), clients_of(attorney, 12)]
    return run_at_once(
        [lambda tab=tab: bulk_reschedules.add(account=attorney, appointments=tab) for tab in tabs]
    )


def test_two_tabs_share_one_bulk_reschedule_and_never_select_too_many():
    outcomes = select_at_once()
    assert [type(outcome.error) for outcome in outcomes].count(TooManyItems) == 1
    assert BulkReschedule.objects.count() == 1
    assert BulkItem.objects.count() == 12


def test_control_without_the_lock_both_start_a_bulk_reschedule(monkeypatch):
    """Control: only the constraint prevents the second one."""
    take_row_locks_away(monkeypatch.setattr)
    meet_before(monkeypatch.setattr, BulkReschedule.objects, "create", racers=2)
    outcomes = select_at_once()
    assert [type(outcome.error) for outcome in outcomes].count(IntegrityError) == 1


def test_confirming_twice_at_once_makes_each_reschedule_once():
    attorney = AttorneyFactory()
    appointments = clients_of(attorney, 4)
    bulk = bulk_reschedules.add(account=attorney, appointments=appointments)
    slots = SlotFactory.create_batch(4)
    held = [hold_for(attorney, row, slot=slot) for row, slot in zip(appointments, slots, strict=True)]
    keys = [hold.public_id for hold in held]
    outcomes = run_at_once(
        [lambda: bulk_reschedules.confirm_all(account=attorney, bulk=bulk, reservation_ids=keys)] * 4
    )
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert Reschedule.objects.count() == 4
    assert set(bulk.items.values_list("outcome", flat=True)) == {"rescheduled"}
