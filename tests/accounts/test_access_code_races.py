"""Concurrent guesses and uses of a code, on real connections. Each has a control without the lock."""

import threading
from contextlib import suppress
from functools import partial

import pytest
from django.db.models import QuerySet

from accounts.models import Case, FailedAttempt
from accounts.models.user import UserManager
from accounts.services import access_codes, codes
from accounts.services.access_codes import add_case, issue_access_code
from accounts.services.codes import CodeRejected, TooManyAttempts
from tests.factories.accounts import CaseFactory, UserFactory
from tests.support.races import run_at_once
from tests.support.without_locks import change_querysets

AT_ONCE = 12
WRONG = "0" * 16


def meet_after(monkeypatch, module, function_name, roles):
    """Make `roles` threads meet right after the named check, before any of them writes.

    If a lock keeps them apart, the first thread waits a moment and gives up, and the others do not wait.
    """
    check = getattr(module, function_name)
    barrier = threading.Barrier(roles)

    def check_then_meet(*args, **kwargs):
        answer = check(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=0.5)
        return answer

    monkeypatch.setattr(module, function_name, check_then_meet)


def remove_account_lock(monkeypatch):
    patch = partial(monkeypatch.setattr, raising=False)
    change_querysets(patch, UserManager, "select_for_update", lambda self, **_: self.all())


def remove_receipt_lock(monkeypatch):
    monkeypatch.setattr(codes, "lock_attempts", lambda _: None)


def remove_every_row_lock(monkeypatch):
    change_querysets(monkeypatch.setattr, QuerySet, "select_for_update", lambda self, **_: self.all())


def remove_case_lock(monkeypatch):
    """Lock the code without its case."""
    lock = QuerySet.select_for_update

    def lock_only_the_code(rows, **how):
        return lock(rows, **{**how, "of": ("self",)} if "of" in how else how)

    change_querysets(monkeypatch.setattr, QuerySet, "select_for_update", lock_only_the_code)


def errors_of(outcomes):
    return [type(outcome.error) for outcome in outcomes]


def guess_as_one_account(tries):
    """Guess with a different receipt number each time, so that only the account's lock can serialize them."""
    account = UserFactory()
    acts = [
        lambda number=number: add_case(account=account, receipt_number=f"ZZZ{number:010d}", access_code=WRONG)
        for number in range(tries)
    ]
    return run_at_once(acts, workers=min(tries, 40))


def add_as_two_accounts(*, codes=1):
    """Let two accounts enter a code of one case at the same moment: the same code, or one each."""
    case = CaseFactory(requestor=None)
    issued = [issue_access_code(case=case) for _ in range(codes)]
    accounts = UserFactory.create_batch(2)
    acts = [
        lambda account=account, code=code: add_case(
            account=account, receipt_number=case.receipt_number, access_code=code
        )
        for account, code in zip(accounts, (issued[0], issued[-1]), strict=True)
    ]
    outcomes = run_at_once(acts)
    return accounts, Case.objects.get(pk=case.pk), outcomes


def test_two_hundred_concurrent_guesses_leave_five_failures_and_a_lockout(committed_data):
    errors = errors_of(guess_as_one_account(200))
    assert errors.count(CodeRejected) == 5
    assert errors.count(TooManyAttempts) == 195
    assert FailedAttempt.objects.count() == 5


@pytest.mark.parametrize("is_locked", [True, False])
def test_only_the_accounts_lock_keeps_parallel_guesses_to_five(committed_data, monkeypatch, is_locked):
    meet_after(monkeypatch, codes, "check_attempts", roles=AT_ONCE)
    if not is_locked:
        remove_account_lock(monkeypatch)
    outcomes = guess_as_one_account(AT_ONCE)
    assert errors_of(outcomes).count(CodeRejected) == (5 if is_locked else AT_ONCE)
    assert FailedAttempt.objects.count() == (5 if is_locked else AT_ONCE)


def use_the_right_code_while_strangers_guess():
    case = CaseFactory(requestor=None)
    code = issue_access_code(case=case)
    holder, *strangers = UserFactory.create_batch(AT_ONCE)
    tries = [(stranger, WRONG) for stranger in strangers] + [(holder, code)]
    acts = [
        lambda account=account, code=code: add_case(
            account=account, receipt_number=case.receipt_number, access_code=code
        )
        for account, code in tries
    ]
    return holder, run_at_once(acts, workers=AT_ONCE)


def test_guesses_of_many_accounts_at_once_never_refuse_the_right_code(committed_data):
    holder, outcomes = use_the_right_code_while_strangers_guess()
    assert outcomes[-1].result.requestor == holder
    assert errors_of(outcomes).count(CodeRejected) == FailedAttempt.objects.count() == AT_ONCE - 1


def test_control_with_a_count_for_each_case_the_right_code_is_refused(committed_data, monkeypatch):
    def check_the_case(*, account, receipt_hash):
        if FailedAttempt.objects.filter(receipt_hash=receipt_hash).exists():
            raise TooManyAttempts(codes.PAIR_WINDOW)

    case, stranger, holder = CaseFactory(requestor=None), *UserFactory.create_batch(2)
    code = issue_access_code(case=case)
    monkeypatch.setattr(codes, "check_attempts", check_the_case)
    with pytest.raises(CodeRejected):
        add_case(account=stranger, receipt_number=case.receipt_number, access_code=WRONG)
    with pytest.raises(TooManyAttempts):
        add_case(account=holder, receipt_number=case.receipt_number, access_code=code)


@pytest.mark.parametrize("codes", [1, 2])
def test_a_case_that_two_accounts_add_at_once_is_added_to_one(committed_data, monkeypatch, codes):
    meet_after(monkeypatch, access_codes, "_can_use", roles=2)
    accounts, case, outcomes = add_as_two_accounts(codes=codes)
    [winner] = [account for account, outcome in zip(accounts, outcomes, strict=True) if outcome.error is None]
    assert errors_of(outcomes).count(CodeRejected) == 1
    assert case.requestor == winner
    assert case.access_codes.get(used_at__isnull=False).used_by == winner
    assert FailedAttempt.objects.exclude(account=winner).count() == FailedAttempt.objects.count() == 1


def test_control_without_any_lock_one_code_works_twice(committed_data, monkeypatch):
    meet_after(monkeypatch, access_codes, "_can_use", roles=2)
    remove_receipt_lock(monkeypatch)
    remove_every_row_lock(monkeypatch)
    _, case, outcomes = add_as_two_accounts()
    assert errors_of(outcomes) == [type(None), type(None)]
    assert case.access_codes.count() == 1


def test_without_the_receipt_lock_the_case_lock_is_enough(committed_data, monkeypatch):
    remove_receipt_lock(monkeypatch)
    _, case, outcomes = add_as_two_accounts(codes=2)
    assert errors_of(outcomes).count(CodeRejected) == 1
    assert case.access_codes.filter(used_at__isnull=False).count() == 1


def test_control_without_both_locks_two_codes_work_for_two_accounts(committed_data, monkeypatch):
    meet_after(monkeypatch, access_codes, "_can_use", roles=2)
    remove_receipt_lock(monkeypatch)
    remove_case_lock(monkeypatch)
    _, case, outcomes = add_as_two_accounts(codes=2)
    assert errors_of(outcomes) == [type(None), type(None)]
    assert case.access_codes.values("used_by").distinct().count() == 2
