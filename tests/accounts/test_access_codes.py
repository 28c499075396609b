"""Adding a case by receipt number and code: all failures get the same answer, and guessing is limited."""

import hashlib
import math
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.forms.cases import AddCaseForm
from accounts.models import AccessCode, Case, FailedAttempt
from accounts.services.access_codes import (
    add_case,
    issue_access_code,
)
from accounts.services.codes import (
    CODE_ALPHABET,
    CODE_LENGTH,
    CodeRejected,
    TooManyAttempts,
    hash_code,
)
from tests.factories.accounts import AttorneyFactory, CaseFactory, UserFactory
from tests.support.clock import clock_stopped_at

WRONG = "0" * CODE_LENGTH
MINUTE = timedelta(minutes=1)


@pytest.fixture
def case(reference_data):
    """Return a case without an account."""
    return CaseFactory(requestor=None, filing_channel=Case.FilingChannel.PAPER)


@pytest.fixture
def account(reference_data):
    return UserFactory()


def fail(account, case, times=1, code=WRONG):
    for _ in range(times):
        with pytest.raises(CodeRejected):
            add_case(account=account, receipt_number=case.receipt_number, access_code=code)


def test_the_right_pair_adds_the_case_and_uses_the_code(account, case):
    code = issue_access_code(case=case)
    assert add_case(account=account, receipt_number=case.receipt_number, access_code=code) == case
    case.refresh_from_db()
    assert case.requestor == account
    used = case.access_codes.get()
    assert (used.used_by, used.used_at is None) == (account, False)
    assert list(Case.objects.for_account(account)) == [case]
    assert not FailedAttempt.objects.exists()


def wrong_code(case, code, shift_clock):
    return case.receipt_number, WRONG


def unknown_receipt(case, code, shift_clock):
    return "ZZZ9999999999", code


def code_of_another_case(case, code, shift_clock):
    return case.receipt_number, issue_access_code(case=CaseFactory(requestor=None))


def expired_code(case, code, shift_clock):
    shift_clock(timedelta(days=90))
    return case.receipt_number, code


def used_code(case, code, shift_clock):
    add_case(account=UserFactory(), receipt_number=case.receipt_number, access_code=code)
    return case.receipt_number, code


def unused_code_of_a_case_that_has_an_owner(case, code, shift_clock):
    Case.objects.filter(pk=case.pk).update(requestor=UserFactory())
    return case.receipt_number, code


FAILURES = [
    wrong_code,
    unknown_receipt,
    code_of_another_case,
    expired_code,
    used_code,
    unused_code_of_a_case_that_has_an_owner,
]


@pytest.mark.parametrize("failure", FAILURES)
def test_all_failures_get_the_same_answer_and_count_once(account, case, shift_clock, failure):
    receipt_number, code = failure(case, issue_access_code(case=case), shift_clock)
    owner = Case.objects.get(pk=case.pk).requestor
    with pytest.raises(CodeRejected) as caught:
        add_case(account=account, receipt_number=receipt_number, access_code=code)
    assert type(caught.value) is CodeRejected
    assert caught.value.args == ()
    assert FailedAttempt.objects.filter(account=account).count() == 1
    assert Case.objects.get(pk=case.pk).requestor == owner != account


def test_all_failures_take_the_same_statements(case, shift_clock):
    statements = set()
    for failure in FAILURES:
        fresh = CaseFactory(requestor=None)
        account = UserFactory()
        receipt_number, code = failure(fresh, issue_access_code(case=fresh), shift_clock)
        with CaptureQueriesContext(connection) as captured, pytest.raises(CodeRejected):
            add_case(account=account, receipt_number=receipt_number, access_code=code)
        statements.add(len(captured))
        shift_clock(timedelta(0))
    assert len(statements) == 1


def test_the_same_account_can_use_its_code_again(account, case, shift_clock):
    code = issue_access_code(case=case)
    for days in (0, 1, 100):
        shift_clock(timedelta(days=days))
        assert add_case(account=account, receipt_number=case.receipt_number, access_code=code) == case
    assert not FailedAttempt.objects.exists()


def test_a_code_is_valid_for_ninety_days_to_the_microsecond(account, case):
    code = issue_access_code(case=case)
    expires_at = case.access_codes.get().expires_at
    assert expires_at - case.access_codes.get().issued_at == timedelta(days=90)
    with clock_stopped_at(expires_at):
        fail(account, case, code=code)
    with clock_stopped_at(expires_at - timedelta(microseconds=1)):
        assert add_case(account=account, receipt_number=case.receipt_number, access_code=code) == case


def test_an_earlier_unused_code_stays_valid(account, case):
    first, second = issue_access_code(case=case), issue_access_code(case=case)
    assert first != second
    assert add_case(account=account, receipt_number=case.receipt_number, access_code=first) == case


def test_a_case_of_another_account_cannot_be_added(account, case):
    owner = UserFactory()
    first, second = issue_access_code(case=case), issue_access_code(case=case)
    add_case(account=owner, receipt_number=case.receipt_number, access_code=first)
    fail(account, case, code=second)
    case.refresh_from_db()
    assert case.requestor == owner
    assert not Case.objects.for_account(account).exists()
    assert case.access_codes.filter(used_at=None).count() == 1


@pytest.mark.parametrize("stranger", [AttorneyFactory, lambda: UserFactory(staff=True)])
def test_representatives_and_staff_cannot_use_a_code(account, case, stranger):
    code = issue_access_code(case=case)
    fail(stranger(), case, code=code)
    assert case.access_codes.get().used_at is None
    assert add_case(account=account, receipt_number=case.receipt_number, access_code=code) == case


def test_an_account_is_locked_after_five_failures(account, case):
    code = issue_access_code(case=case)
    fail(account, case, times=5)
    with pytest.raises(TooManyAttempts) as caught:
        add_case(account=account, receipt_number=case.receipt_number, access_code=code)
    assert 14 * MINUTE < caught.value.wait <= 15 * MINUTE
    assert FailedAttempt.objects.count() == 5
    assert case.access_codes.get().used_at is None


def test_an_accounts_failures_count_over_all_receipt_numbers(account):
    for _ in range(5):
        fail(account, CaseFactory(requestor=None))
    with pytest.raises(TooManyAttempts):
        add_case(account=account, receipt_number="ZZZ9999999999", access_code=WRONG)


def test_an_account_can_try_again_after_fifteen_minutes(account, case, shift_clock):
    fail(account, case)
    shift_clock(10 * MINUTE)
    fail(account, case, times=4)
    with pytest.raises(TooManyAttempts) as caught:
        add_case(account=account, receipt_number=case.receipt_number, access_code=WRONG)
    assert math.ceil(caught.value.wait / MINUTE) == 5
    shift_clock(15 * MINUTE)
    fail(account, case)
    with pytest.raises(TooManyAttempts) as caught:
        add_case(account=account, receipt_number=case.receipt_number, access_code=WRONG)
    assert math.ceil(caught.value.wait / MINUTE) == 10


def test_an_attempt_during_the_lockout_does_not_extend_it(account, case, shift_clock):
    code = issue_access_code(case=case)
    fail(account, case, times=5)
    for minute in (5, 10, 14):
        shift_clock(minute * MINUTE)
        with pytest.raises(TooManyAttempts):
            add_case(account=account, receipt_number=case.receipt_number, access_code=WRONG)
    shift_clock(15 * MINUTE)
    assert add_case(account=account, receipt_number=case.receipt_number, access_code=code) == case


def test_strangers_who_guess_do_not_lock_out_the_person_with_the_code(account, case):
    code = issue_access_code(case=case)
    for stranger in UserFactory.create_batch(5):
        fail(stranger, case, times=5)
        with pytest.raises(TooManyAttempts):
            add_case(account=stranger, receipt_number=case.receipt_number, access_code=code)
    fail(account, case, times=4)
    assert add_case(account=account, receipt_number=case.receipt_number, access_code=code) == case


def fail_ten_times_in_an_hour(account, case, shift_clock):
    """Use up the account's limit for one receipt number, and wait until its own limit is over."""
    fail(account, case, times=5)
    shift_clock(16 * MINUTE)
    fail(account, case, times=5)
    shift_clock(40 * MINUTE)


def test_an_account_that_fails_ten_times_on_one_case_waits_a_day_for_that_case_only(
    account, case, shift_clock
):
    code = issue_access_code(case=case)
    fail_ten_times_in_an_hour(account, case, shift_clock)
    with pytest.raises(TooManyAttempts) as caught:
        add_case(account=account, receipt_number=case.receipt_number, access_code=code)
    assert timedelta(hours=23) < caught.value.wait < timedelta(days=1)
    other = CaseFactory(requestor=None)
    others_code = issue_access_code(case=other)
    assert add_case(account=account, receipt_number=other.receipt_number, access_code=others_code) == other
    shift_clock(timedelta(days=1))
    assert add_case(account=account, receipt_number=case.receipt_number, access_code=code) == case


def test_the_longer_of_two_lockouts_is_reported(account, case, shift_clock):
    fail_ten_times_in_an_hour(account, case, shift_clock)
    fail(account, CaseFactory(requestor=None), times=5)
    with pytest.raises(TooManyAttempts) as caught:
        add_case(account=account, receipt_number=case.receipt_number, access_code=WRONG)
    assert caught.value.wait > timedelta(hours=23)


def test_a_failure_names_the_case_for_the_alert_to_staff_if_there_is_one(account, case):
    fail(account, case)
    fail(account, CaseFactory.build(receipt_number="ZZZ9999999999", requestor=None, form_type=None))
    assert list(FailedAttempt.objects.values_list("case", flat=True)) == [case.pk, None]


def test_emptying_the_cache_unlocks_nothing(account, case):
    fail(account, case, times=5)
    cache.clear()
    with pytest.raises(TooManyAttempts):
        add_case(account=account, receipt_number=case.receipt_number, access_code=WRONG)


def test_a_failure_is_committed_although_the_attempt_failed(committed_data):
    case, account = CaseFactory(requestor=None), UserFactory()
    fail(account, case)
    elsewhere = connection.copy()
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT account_id FROM accounts_failedattempt")
            assert cursor.fetchall() == [(account.pk,)]
    finally:
        elsewhere.close()


def test_attempts_store_neither_code_nor_receipt_number(account, case):
    code = issue_access_code(case=case)
    fail(account, case)
    [row] = AccessCode.objects.values()
    [failure] = FailedAttempt.objects.values()
    assert code not in str(row)
    assert case.receipt_number not in str(failure)
    assert row["code_hash"] == hash_code(code) != hashlib.sha256(code.encode()).hexdigest()


def test_a_hash_is_worthless_without_the_installations_key(settings):
    ours = hash_code("7F3K9Q2MDX4T8N2P")
    settings.ACCESS_CODE_KEY = "another installation's key"
    assert hash_code("7F3K9Q2MDX4T8N2P") != ours


def test_codes_have_eighty_random_bits_and_no_letter_that_reads_like_a_digit(case):
    codes = {issue_access_code(case=case) for _ in range(100)}
    assert len(codes) == 100
    assert math.log2(len(set(CODE_ALPHABET))) * CODE_LENGTH == 80
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert set("".join(codes)) == set(CODE_ALPHABET)
    assert not set(CODE_ALPHABET) & set("ILOU")


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("7F3K9Q0MDX4T8N01", "7F3K9QOMDX4T8NOI"),
        ("7F3K9Q0MDX4T8N11", "7f3k 9qom dx4t 8nli"),
        ("0101010101010101", "OIOL-oiol-0101-OLoI"),
    ],
)
def test_lookalike_letters_and_digits_are_corrected(account, case, printed, typed):
    expires_at = AccessCode.objects.get(code_hash=hash_code(issue_access_code(case=case))).expires_at
    AccessCode.objects.create(case=case, code_hash=hash_code(printed), expires_at=expires_at)
    form = AddCaseForm({"receipt_number": case.receipt_number, "access_code": typed})
    assert form.is_valid(), form.errors
    assert add_case(account=account, **form.cleaned_data) == case
