"""A conflict with the scheduler is settled once, with a note, by a unit that acts on the case."""

import pytest

from accounts.services.authority import NotYours
from accounts.units import Unit
from appointments.booking.errors import AlreadyDone, NoteMissing
from appointments.staff.services.settle_conflict import settle_conflict
from tests.factories.accounts import officer_of
from tests.factories.appointments import ConflictFactory
from tests.support.races import run_at_once


@pytest.fixture
def conflict(appointment):
    return ConflictFactory(appointment=appointment)


def settle(actor, conflict, note="Called; the time in the portal is right."):
    return settle_conflict(actor=actor, conflict=conflict, note=note)


def test_a_settled_conflict_says_who_when_and_what(conflict):
    officer = officer_of(Unit.CONTACT_CENTER)
    settled = settle(officer, conflict)
    assert (settled.settled_by, settled.settled_at is not None, bool(settled.note)) == (officer, True, True)


def test_settling_needs_a_note(conflict):
    with pytest.raises(NoteMissing):
        settle(officer_of(Unit.CONTACT_CENTER), conflict, note=" ")


@pytest.mark.parametrize("unit", [Unit.NBC_ADOPTIONS, Unit.AUDITORS])
def test_only_a_unit_that_acts_on_the_form_settles(conflict, unit):
    with pytest.raises(NotYours):
        settle(officer_of(unit), conflict)


def test_of_officers_who_settle_at_once_one_does(committed_data):
    conflict = ConflictFactory()
    officers = [officer_of(Unit.CONTACT_CENTER) for _ in range(4)]

    outcomes = run_at_once([lambda by=by: settle(by, conflict) for by in officers])

    assert sum(outcome.error is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome.error, AlreadyDone) for outcome in outcomes) == 3
