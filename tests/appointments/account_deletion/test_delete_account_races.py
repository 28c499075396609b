"""Deleting an account while its holder, staff or someone else acts on it."""

import pytest

from accounts.models import Case, Message, Representation, RepresentativeInvitation
from accounts.services.access_codes import CodeRejected, add_case, issue_access_code
from accounts.units import Unit
from appointments.account_deletion import services as service
from appointments.account_deletion.services import delete_account
from appointments.booking import reservations
from appointments.booking.errors import NotVerified, NotYours
from appointments.models import Reschedule, Reservation
from appointments.representation.services.invite import invite
from appointments.representation.services.paper import enter_paper
from appointments.staff.services.staff_reschedule import reschedule_by_agency
from tests.appointments.booking import acts
from tests.appointments.booking.applicants import make_applicant, state
from tests.factories.accounts import AttorneyFactory, officer_of
from tests.factories.scenarios import applicant_with_times
from tests.support.races import Started, gate_before, run_at_once
from tests.support.without_locks import take_row_locks_away

pytestmark = pytest.mark.usefixtures("committed_data")


@pytest.fixture
def applicant():
    return make_applicant()


def test_deleting_many_times_at_once_deletes_once(applicant):
    user, _appointment, _slots = applicant
    outcomes = run_at_once([lambda: delete_account(account=user)] * 4)
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert Message.objects.filter(account=user).count() == 1


def test_a_code_entered_at_the_same_time_attaches_nothing(applicant, monkeypatch):
    user, _appointment, _slots = applicant
    case = applicant_with_times()[1].case
    Case.objects.filter(pk=case.pk).update(requestor=None)
    code = issue_access_code(case=case)
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=user))
    gate.until_reached()
    entry = Started(lambda: add_case(account=user, receipt_number=case.receipt_number, access_code=code))
    entry.until_it_waits_for_a_lock()
    gate.open()
    assert deletion.outcome().error is None
    assert isinstance(entry.outcome().error, CodeRejected)
    assert Case.objects.get(pk=case.pk).requestor is None


def test_a_hold_at_the_same_time_is_refused(applicant, monkeypatch):
    user, appointment, slots = applicant
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=user))
    gate.until_reached()
    take = Started(lambda: acts.hold(account=user, appointment=appointment, slot=slots[0]))
    take.until_it_waits_for_a_lock()
    gate.open()
    assert deletion.outcome().error is None
    assert isinstance(take.outcome().error, NotYours)
    assert not Reservation.objects.exists()


def test_a_confirmation_that_came_first_finishes(applicant, monkeypatch):
    user, appointment, slots = applicant
    state(user, appointment)
    hold = acts.hold(account=user, appointment=appointment, slot=slots[0])
    gate = gate_before(monkeypatch.setattr, reservations, "record_reschedules")
    confirmation = Started(lambda: acts.confirm(account=user, reservation=hold))
    gate.until_reached()
    deletion = Started(lambda: delete_account(account=user))
    deletion.until_it_waits_for_a_lock()
    gate.open()
    assert confirmation.outcome().error is None
    assert deletion.outcome().error is None
    assert Reschedule.objects.get().actor == user
    assert Case.objects.get().requestor is None


def invite_while_the_account_is_deleted(user, monkeypatch):
    """Invite someone from another tab after the deletion has read the requests to decline."""
    case, attorney = Case.objects.get(requestor=user), AttorneyFactory()
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=user))
    gate.until_reached()
    inviting = Started(lambda: invite(account=user, case=case, email=attorney.email))
    inviting.until_it_waits_or_ends()
    gate.open()
    assert deletion.outcome().error is None
    return inviting.outcome()


def test_a_client_who_is_deleting_the_account_cannot_invite(applicant, monkeypatch):
    outcome = invite_while_the_account_is_deleted(applicant[0], monkeypatch)
    assert isinstance(outcome.error, NotYours)
    assert not Representation.objects.exists()
    assert not RepresentativeInvitation.objects.exists()


def test_control_without_the_locks_an_invitation_of_a_deleted_client_is_open(applicant, monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    outcome = invite_while_the_account_is_deleted(applicant[0], monkeypatch)
    assert outcome.error is None
    assert Representation.objects.get().status == Representation.Status.REQUESTED


@pytest.mark.parametrize("origin", ["invited", "on paper"])
def test_a_representative_who_is_deleting_the_account_is_not_added_to_a_case(applicant, monkeypatch, origin):
    user, _appointment, _slots = applicant
    case, attorney, officer = (
        Case.objects.get(requestor=user),
        AttorneyFactory(),
        officer_of(Unit.CONTACT_CENTER),
    )
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=attorney))
    gate.until_reached()
    if origin == "invited":
        other = Started(lambda: invite(account=user, case=case, email=attorney.email))
    else:
        other = Started(lambda: enter_paper(actor=officer, case=case, email=attorney.email, note="Mail."))
    other.until_it_waits_or_ends()
    gate.open()
    assert deletion.outcome().error is None
    assert isinstance(other.outcome().error, NotVerified | None)
    assert not Representation.objects.exists()


def test_a_reschedule_by_staff_at_the_same_time_does_not_notify_the_deleted_account(applicant, monkeypatch):
    user, appointment, slots = applicant
    gate = gate_before(monkeypatch.setattr, service, "blank_account")
    deletion = Started(lambda: delete_account(account=user))
    gate.until_reached()
    reschedule = Started(lambda: reschedule_by_agency(actor=None, appointment=appointment, slot=slots[0]))
    reschedule.until_it_waits_or_ends()
    gate.open()
    assert (deletion.outcome().error, reschedule.outcome().error) == (None, None)
    assert Reschedule.objects.get().notices.count() == 0
    assert not Message.objects.filter(account=user, template="appointments/notices/email/notice").exists()
