"""Codes that staff issue or enter: who can, what happens to earlier codes, and what is rejected."""

from datetime import timedelta

import pytest

from accounts.models import AccessCode, User
from accounts.services.access_codes import (
    CaseHasAccount,
    InvalidPrintedCode,
    add_case,
    enter_for_staff,
    issue_access_code,
    issue_for_staff,
)
from accounts.services.authority import NotYours
from accounts.services.codes import (
    CODE_ALPHABET,
    CODE_LENGTH,
    CODE_LIFETIME,
    CodeRejected,
)
from accounts.units import Unit
from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, UserFactory, officer_of
from tests.support.races import run_at_once

PRINTED = "7F3K9Q2MDX4T8N2P"


@pytest.fixture
def case(reference_data):
    return CaseFactory(requestor=None, filing_channel="paper")


@pytest.fixture
def officer(db):
    return officer_of(Unit.CONTACT_CENTER)


def use_code(case, code):
    return add_case(account=UserFactory(), receipt_number=case.receipt_number, access_code=code)


def test_an_issued_code_adds_the_case_and_records_who_issued_it(case, officer):
    code, row = issue_for_staff(actor=officer, case=case)

    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_ALPHABET)
    assert (row.issued_by, row.expires_at - row.issued_at) == (officer, CODE_LIFETIME)
    assert code not in row.code_hash
    assert use_code(case, code) == case


def test_a_lost_code_stops_working_when_another_is_issued(case, officer):
    lost = issue_access_code(case=case)
    code, _ = issue_for_staff(actor=officer, case=case)

    with pytest.raises(CodeRejected):
        use_code(case, lost)
    assert use_code(case, code) == case


@pytest.mark.parametrize("typed", [PRINTED, PRINTED.replace("0", "O"), "7F3K9Q2MDX4T8N2P"])
def test_a_code_that_was_printed_elsewhere_adds_the_case(case, officer, typed):
    enter_for_staff(actor=officer, case=case, code=typed, issued_at=database_now() - timedelta(days=2))
    assert use_code(case, PRINTED) == case


@pytest.mark.parametrize("code", ["", "SHORT", PRINTED + "2", "7F3K9Q2MDX4T8N2U", "7F3K9Q2MDX4T8N2\x00"])
def test_an_invalid_code_cannot_be_entered(case, officer, code):
    with pytest.raises(InvalidPrintedCode):
        enter_for_staff(actor=officer, case=case, code=code, issued_at=database_now())
    assert not AccessCode.objects.exists()


@pytest.mark.parametrize("ago", [CODE_LIFETIME + timedelta(days=1), timedelta(days=-1)])
def test_an_expired_or_future_code_cannot_be_entered(case, officer, ago):
    with pytest.raises(InvalidPrintedCode):
        enter_for_staff(actor=officer, case=case, code=PRINTED, issued_at=database_now() - ago)


def test_a_code_of_another_case_cannot_be_entered(case, officer):
    other = CaseFactory(requestor=None)
    enter_for_staff(actor=officer, case=other, code=PRINTED, issued_at=database_now())
    own = issue_access_code(case=case)

    with pytest.raises(InvalidPrintedCode):
        enter_for_staff(actor=officer, case=case, code=PRINTED, issued_at=database_now())

    assert use_code(case, own) == case


@pytest.mark.parametrize("unit", [Unit.NBC_ADOPTIONS, Unit.AUDITORS, Unit.SITE_MANAGERS, None])
def test_only_a_unit_that_acts_on_the_form_issues_or_enters(case, unit):
    actor = officer_of(*[unit] if unit else [])
    with pytest.raises(NotYours):
        issue_for_staff(actor=actor, case=case)
    with pytest.raises(NotYours):
        enter_for_staff(actor=actor, case=case, code=PRINTED, issued_at=database_now())
    assert not AccessCode.objects.exists()


def test_an_officer_who_just_left_the_unit_cannot_issue_a_code(case, officer):
    assert officer.powers.acts_on  # as the request loaded them
    User.objects.get(pk=officer.pk).groups.clear()
    with pytest.raises(NotYours):
        issue_for_staff(actor=officer, case=case)


def test_a_case_with_an_account_gets_no_code(reference_data, officer):
    with pytest.raises(CaseHasAccount):
        issue_for_staff(actor=officer, case=CaseFactory())


def test_concurrent_officers_leave_one_working_code(committed_data):
    case = CaseFactory(requestor=None)
    officers = [officer_of(Unit.CONTACT_CENTER) for _ in range(6)]

    outcomes = run_at_once([lambda by=by: issue_for_staff(actor=by, case=case) for by in officers])

    assert [outcome.error for outcome in outcomes] == [None] * 6
    assert AccessCode.objects.filter(expires_at__gt=database_now()).count() == 1
