"""Drafts that are written while the right to act on the case ends, each with a control."""

from functools import partial

import pytest

from accounts.services import applications
from accounts.units import Unit
from appointments.account_deletion import services as deleting
from appointments.booking import drafts
from appointments.booking.errors import NotYours, Refused
from appointments.caseload.services import bulk_reschedules
from appointments.models import BulkItem, RescheduleDraft
from appointments.representation.services import actions, leave, verification
from appointments.reschedule import services
from appointments.staff.services import close_case as closing
from appointments.staff.services import staff_call, staff_reschedule
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, officer_of
from tests.factories.crowds import make_crowd, make_slots
from tests.factories.policy import reason
from tests.support.races import Started, gate_before
from tests.support.without_locks import take_row_locks_away

pytestmark = pytest.mark.usefixtures("committed_data")


class Situation:
    """A client, an attorney who represents the client, and an officer. No reason has been given yet."""

    def __init__(self):
        [client] = make_crowd(1)
        RescheduleDraft.objects.all().delete()
        self.client, self.appointment = client.account, client.appointment
        self.case = client.appointment.case
        self.attorney = AttorneyFactory()
        self.row = RepresentationFactory(case=self.case, representative=self.attorney)
        self.officer = officer_of(Unit.CONTACT_CENTER, Unit.NBC_ADOPTIONS)


def state(situation):
    return partial(
        acts.state_reason,
        account=situation.attorney,
        appointment=situation.appointment,
        reason=reason(),
        explanation="",
    )


def state_as_client(situation):
    return partial(state(situation), account=situation.client)


def state_as_household(situation):
    return partial(
        services.state_reason,
        account=situation.attorney,
        appointments=[situation.appointment],
        reason=reason(),
        explanation="",
    )


def select(situation):
    return partial(bulk_reschedules.add, account=situation.attorney, appointments=[situation.appointment])


def note(situation):
    return partial(
        staff_call.note_call,
        actor=situation.officer,
        appointment=situation.appointment,
        reason=reason(),
        explanation="",
        note="Called",
    )


def revoke(situation):
    return partial(leave.revoke, account=situation.client, representation=situation.row)


def close(situation):
    return partial(
        closing.close_case, actor=situation.officer, case=situation.case, status="closed", note="Decided"
    )


def delete(situation):
    return partial(deleting.delete_account, account=situation.client)


def end_verification(situation):
    profile = situation.attorney.representative_profile
    return partial(
        verification.end_verification,
        actor=situation.officer,
        profile=profile,
        seen_at=profile.verified_at,
        rejection="not_active",
        note="Suspended",
    )


def reschedule(situation):
    [slot] = make_slots(1)
    return partial(
        staff_reschedule.reschedule_by_agency,
        actor=situation.officer,
        appointment=situation.appointment,
        slot=slot,
    )


# Each ending, and a function that it calls after deleting drafts and before committing.
MIDDLE = {
    revoke: (actions, "notify_both_sides"),
    close: (closing, "audit_context"),
    delete: (deleting, "blank_account"),
    end_verification: (applications, "_save_decision"),
    reschedule: (staff_reschedule, "queue_reschedule_notices"),
}
RACES = [
    (state, revoke),
    (state_as_household, revoke),
    (select, revoke),
    (state, end_verification),
    (state_as_client, close),
    (note, close),
    (state_as_client, delete),
    (state_as_client, reschedule),
    (state_as_household, reschedule),
    (note, reschedule),
]


def has_drafts():
    has_items = BulkItem.objects.filter(bulk__finished_at=None, outcome=BulkItem.Outcome.OPEN).exists()
    return RescheduleDraft.objects.exists() or has_items


def write_in_the_middle(situation, act, ending, monkeypatch):
    gate = gate_before(monkeypatch.setattr, *MIDDLE[ending])
    ends = Started(ending(situation))
    gate.until_reached()
    writing = Started(act(situation))
    writing.until_it_waits_or_ends()
    gate.open()
    assert ends.outcome().error is None
    return writing.outcome()


@pytest.mark.parametrize(("act", "ending"), RACES)
def test_no_draft_is_written_in_the_middle_of_an_ending(act, ending, monkeypatch):
    outcome = write_in_the_middle(Situation(), act, ending, monkeypatch)
    assert isinstance(outcome.error, NotYours | Refused)
    assert not has_drafts()


@pytest.mark.parametrize(("act", "ending"), [race for race in RACES if race[1] is not end_verification])
def test_control_without_the_locks_a_draft_outlives_the_ending(act, ending, monkeypatch):
    situation = Situation()
    take_row_locks_away(monkeypatch.setattr)
    outcome = write_in_the_middle(situation, act, ending, monkeypatch)
    assert outcome.error is None
    assert has_drafts()


@pytest.mark.parametrize(("act", "ending"), [race for race in RACES if race[0] is not select])
def test_an_ending_waits_for_a_reason_that_came_first_and_deletes_it(act, ending, monkeypatch):
    situation = Situation()
    gate = gate_before(monkeypatch.setattr, drafts, "save_drafts")
    writing = Started(act(situation))
    gate.until_reached()
    ends = Started(ending(situation))
    ends.until_it_waits_for_a_lock()
    gate.open()
    assert writing.outcome().error is ends.outcome().error is None
    assert not has_drafts()
