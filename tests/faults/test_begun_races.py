"""Reasons and picks written in the moment in which authority ends; each promise with its control."""

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


class Begun:
    """A client and an attorney who acts for the client; nobody has given a reason yet."""

    def __init__(self):
        [client] = make_crowd(1)
        RescheduleDraft.objects.all().delete()
        self.client, self.appointment = client.account, client.appointment
        self.case = client.appointment.series.person.case
        self.attorney = AttorneyFactory()
        self.row = RepresentationFactory(case=self.case, representative=self.attorney)
        self.officer = officer_of(Unit.CONTACT_CENTER, Unit.NBC_ADOPTIONS)


def state(begun):
    return partial(
        acts.state_reason,
        account=begun.attorney,
        appointment=begun.appointment,
        reason=reason(),
        explanation="",
    )


def state_as_client(begun):
    return partial(state(begun), account=begun.client)


def state_as_household(begun):
    return partial(
        services.state_reason,
        account=begun.attorney,
        appointments=[begun.appointment],
        reason=reason(),
        explanation="",
    )


def select(begun):
    return partial(bulk_reschedules.add, account=begun.attorney, appointments=[begun.appointment])


def note(begun):
    return partial(
        staff_call.note_call,
        actor=begun.officer,
        appointment=begun.appointment,
        reason=reason(),
        explanation="",
        note="Called",
    )


def revoke(begun):
    return partial(leave.revoke, account=begun.client, representation=begun.row)


def close(begun):
    return partial(closing.close_case, actor=begun.officer, case=begun.case, status="closed", note="Decided")


def delete(begun):
    return partial(deleting.delete_account, account=begun.client)


def end_verification(begun):
    profile = begun.attorney.representative_profile
    return partial(
        verification.end_verification,
        actor=begun.officer,
        profile=profile,
        seen_at=profile.verified_at,
        refusal="not_active",
        note="Suspended",
    )


def reschedule(begun):
    [slot] = make_slots(1)
    return partial(
        staff_reschedule.reschedule_by_agency, actor=begun.officer, appointment=begun.appointment, slot=slot
    )


# Each ending, and a point at which all that was begun is over and nothing is committed yet.
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


def is_anything_begun():
    is_picked = BulkItem.objects.filter(bulk__finished_at=None, outcome=BulkItem.Outcome.OPEN).exists()
    return RescheduleDraft.objects.exists() or is_picked


def begin_in_the_middle(begun, act, ending, monkeypatch):
    gate = gate_before(monkeypatch.setattr, *MIDDLE[ending])
    ends = Started(ending(begun))
    gate.until_reached()
    acts = Started(act(begun))
    acts.until_it_waits_or_ends()
    gate.open()
    assert ends.outcome().error is None
    return acts.outcome()


@pytest.mark.parametrize(("act", "ending"), RACES)
def test_nothing_is_begun_in_the_middle_of_an_ending(act, ending, monkeypatch):
    outcome = begin_in_the_middle(Begun(), act, ending, monkeypatch)
    assert isinstance(outcome.error, NotYours | Refused)
    assert not is_anything_begun()


@pytest.mark.parametrize(("act", "ending"), [race for race in RACES if race[1] is not end_verification])
def test_control_without_the_locks_what_is_begun_outlives_the_ending(act, ending, monkeypatch):
    begun = Begun()
    take_row_locks_away(monkeypatch.setattr)
    outcome = begin_in_the_middle(begun, act, ending, monkeypatch)
    assert outcome.error is None
    assert is_anything_begun()


@pytest.mark.parametrize(("act", "ending"), [race for race in RACES if race[0] is not select])
def test_an_ending_waits_for_a_reason_that_came_first_and_takes_it_along(act, ending, monkeypatch):
    begun = Begun()
    gate = gate_before(monkeypatch.setattr, drafts, "keep")
    acts = Started(act(begun))
    gate.until_reached()
    ends = Started(ending(begun))
    ends.until_it_waits_for_a_lock()
    gate.open()
    assert acts.outcome().error is ends.outcome().error is None
    assert not is_anything_begun()
