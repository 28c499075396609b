"""Concurrent acts on one application, on real connections. Each has a control without the lock."""

import pytest

from accounts.models import Case, RepresentativeProfile, User
from accounts.services import access_codes, applications
from accounts.services.access_codes import CodeRejected, add_case, issue_access_code
from accounts.services.applications import (
    AccountHasCases,
    AlreadyDecided,
    ApplicationDetails,
    reject_application,
    submit_application,
    verify_application,
)
from accounts.units import Unit
from tests.factories.accounts import ATTORNEY, CaseFactory, UserFactory, WaitingAttorneyFactory, officer_of
from tests.support.races import Started, gate_before
from tests.support.without_locks import take_row_locks_away

pytestmark = pytest.mark.usefixtures("committed_data")

DETAILS = ApplicationDetails(**ATTORNEY)


def verify_and_refuse(patch):
    """Let two officers make different decisions on one application at the same moment."""
    profile = WaitingAttorneyFactory().representative_profile
    officer = officer_of(Unit.NBC_ADOPTIONS)
    seen = {"actor": officer, "profile": profile, "seen_at": profile.submitted_at, "note": "Looked up"}
    gate = gate_before(patch, applications, "_save_decision")
    first = Started(lambda: verify_application(**seen))
    gate.until_reached()
    second = Started(lambda: reject_application(rejection=RepresentativeProfile.Rejection.UNCLEAR, **seen))
    second.until_it_waits_or_ends()
    gate.open()
    return first.outcome(), second.outcome(), RepresentativeProfile.objects.get(pk=profile.pk)


def test_of_two_concurrent_decisions_the_first_counts(monkeypatch):
    first, second, profile = verify_and_refuse(monkeypatch.setattr)
    assert first.error is None
    assert isinstance(second.error, AlreadyDecided)
    assert profile.stage == RepresentativeProfile.Stage.VERIFIED
    assert profile.user.messages.count() == 1


def test_control_without_the_lock_both_decisions_count(monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    first, second, profile = verify_and_refuse(monkeypatch.setattr)
    assert first.error is None
    assert second.error is None
    assert profile.user.messages.count() == 2


def apply_while_adding_a_case(patch):
    """Apply in another tab after the code of a case was accepted, and before the case is added."""
    account, case = UserFactory(), CaseFactory(requestor=None)
    code = issue_access_code(case=case)
    gate = gate_before(patch, access_codes, "_can_use")
    adding = Started(lambda: add_case(account=account, receipt_number=case.receipt_number, access_code=code))
    gate.until_reached()
    applying = Started(lambda: submit_application(account=account, details=DETAILS))
    applying.until_it_waits_or_ends()
    gate.open()
    return adding.outcome(), applying.outcome(), User.objects.get(pk=account.pk)


def test_an_account_that_is_adding_a_case_cannot_apply(monkeypatch):
    adding, applying, account = apply_while_adding_a_case(monkeypatch.setattr)
    assert adding.error is None
    assert isinstance(applying.error, AccountHasCases)
    assert (account.kind, account.cases.count()) == (User.Kind.REQUESTOR, 1)


def test_control_without_the_lock_a_representative_gets_their_own_case(monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    _adding, applying, account = apply_while_adding_a_case(monkeypatch.setattr)
    assert applying.error is None
    assert (account.kind, account.cases.count()) == (User.Kind.REPRESENTATIVE, 1)


def add_a_case_while_applying(patch):
    """Add a case in another tab after an application has found no cases."""
    account, case = UserFactory(), CaseFactory(requestor=None)
    code = issue_access_code(case=case)
    gate = gate_before(patch, applications, "_check_not_ended")
    applying = Started(lambda: submit_application(account=account, details=DETAILS))
    gate.until_reached()
    adding = Started(lambda: add_case(account=account, receipt_number=case.receipt_number, access_code=code))
    adding.until_it_waits_or_ends()
    gate.open()
    return applying.outcome(), adding.outcome(), Case.objects.get(pk=case.pk)


def test_an_account_that_is_applying_cannot_add_a_case(monkeypatch):
    applying, adding, case = add_a_case_while_applying(monkeypatch.setattr)
    assert applying.error is None
    assert isinstance(adding.error, CodeRejected)
    assert case.requestor is None


def test_control_without_the_lock_the_case_becomes_a_representatives(monkeypatch):
    take_row_locks_away(monkeypatch.setattr)
    applying, adding, case = add_a_case_while_applying(monkeypatch.setattr)
    assert applying.error is adding.error is None
    assert case.requestor.kind == User.Kind.REPRESENTATIVE


def test_submitting_twice_creates_one_application(monkeypatch):
    account = UserFactory()
    gate = gate_before(monkeypatch.setattr, applications, "_check_not_ended")
    first = Started(lambda: submit_application(account=account, details=DETAILS))
    gate.until_reached()
    second = Started(lambda: submit_application(account=account, details=DETAILS))
    second.until_it_waits_for_a_lock()
    gate.open()
    assert first.outcome().error is second.outcome().error is None
    assert RepresentativeProfile.objects.filter(user=account).count() == 1
