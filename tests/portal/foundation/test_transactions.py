"""Tests of durable transactions and their retries, with real locks on real connections."""

import threading

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from policy.models import ContactRoute
from portal.foundation.transactions import MAX_TRIES, Busy, in_durable_transaction
from tests.support.races import PATIENCE, run_at_once


@pytest.fixture
def other_connection(committed_data):
    """Yield a second connection to the test database, outside a transaction."""
    other = connection.copy()
    yield other
    other.close()


def execute(sql, *params, on=connection):
    with on.cursor() as cursor:
        cursor.execute(sql, params)


def lock_office(code, *, on=connection):
    execute("SELECT id FROM policy_contactroute WHERE code = %s FOR UPDATE", code, on=on)


class Act:
    """An act on offices that counts its tries. Each try calls `before` with its number."""

    def __init__(self, before):
        self.before = before
        self.tries = 0

    @property
    def run(self):
        return in_durable_transaction(self._try)

    def _try(self):
        self.tries += 1
        ContactRoute.objects.filter(code="CONTACT_CENTER").update(phone=f"try {self.tries}")
        self.before(self.tries)
        return f"done at try {self.tries}"


def phone():
    return ContactRoute.objects.get(code="CONTACT_CENTER").phone


def test_an_act_on_a_locked_row_raises_busy_after_three_tries(other_connection):
    def want_the_other_office(_):
        execute("SET LOCAL lock_timeout = '20ms'")
        lock_office("NBC_ADOPTIONS")

    act = Act(want_the_other_office)
    before = phone()
    other_connection.set_autocommit(False)
    lock_office("NBC_ADOPTIONS", on=other_connection)
    with pytest.raises(Busy) as caught:
        act.run()
    other_connection.rollback()
    assert act.tries == MAX_TRIES == 3
    assert caught.value.__cause__.__cause__.sqlstate == "55P03"
    assert phone() == before
    assert not connection.in_atomic_block


def test_an_act_succeeds_once_the_lock_is_free(other_connection):
    def want_the_other_office(number):
        if number == 3:
            other_connection.rollback()
        execute("SET LOCAL lock_timeout = '20ms'")
        lock_office("NBC_ADOPTIONS")

    act = Act(want_the_other_office)
    other_connection.set_autocommit(False)
    lock_office("NBC_ADOPTIONS", on=other_connection)
    assert act.run() == "done at try 3"
    assert phone() == "try 3"


def test_an_act_is_tried_again_after_a_serialization_failure(other_connection):
    tries = []

    def act():
        tries.append("one more")
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = phone()
        if len(tries) == 1:
            execute("UPDATE policy_contactroute SET phone = 'someone else'", on=other_connection)
        ContactRoute.objects.filter(code="CONTACT_CENTER").update(phone=f"{before}, then we")
        return len(tries)

    assert in_durable_transaction(act)() == 2
    assert phone() == "someone else, then we"


def test_after_a_deadlock_both_acts_are_done(committed_data):
    """Two acts lock two offices in opposite orders. PostgreSQL ends one, and its second try succeeds."""
    both_hold_their_first = threading.Barrier(2, timeout=PATIENCE)
    tries, one_is_done = [], threading.Event()

    def lock_both(first, second):
        tries.append(first)
        if tries.count(first) == 2:
            assert one_is_done.wait(PATIENCE)
        execute("SET LOCAL deadlock_timeout = '20ms'")
        lock_office(first)
        if tries.count(first) == 1:
            both_hold_their_first.wait()
        lock_office(second)
        ContactRoute.objects.filter(code=first).update(phone_tty="done")

    def lock_both_and_say_so(first, second):
        in_durable_transaction(lock_both)(first, second)
        one_is_done.set()

    offices = ("CONTACT_CENTER", "NBC_ADOPTIONS")
    outcomes = run_at_once(
        [lambda: lock_both_and_say_so(*offices), lambda: lock_both_and_say_so(*offices[::-1])]
    )
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert len(tries) == 3
    assert ContactRoute.objects.filter(phone_tty="done").count() == 2


def test_a_statement_timeout_is_raised_without_another_try(committed_data):
    def take_too_long(_):
        execute("SET LOCAL statement_timeout = '20ms'")
        execute("SELECT pg_sleep(5)")

    act = Act(take_too_long)
    with pytest.raises(OperationalError) as caught:
        act.run()
    assert caught.value.__cause__.sqlstate == "57014"
    assert act.tries == 1


def test_a_violated_constraint_is_raised_without_another_try(committed_data):
    act = Act(lambda _: ContactRoute.objects.update(code="ALL_THE_SAME"))
    before = phone()
    with pytest.raises(IntegrityError):
        act.run()
    assert act.tries == 1
    assert phone() == before


def test_an_exception_of_the_act_is_raised_and_its_writes_are_rolled_back(committed_data):
    def fail(_):
        raise LookupError("a refusal")

    act = Act(fail)
    before = phone()
    with pytest.raises(LookupError, match="a refusal"):
        act.run()
    assert act.tries == 1
    assert phone() == before


def test_an_act_within_another_transaction_raises_an_error(committed_data):
    act = Act(lambda _: None)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        act.run()
    assert act.tries == 0


def test_an_act_is_committed_when_it_returns(other_connection):
    act = Act(lambda _: None)
    assert act.run() == "done at try 1"
    with other_connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM policy_contactroute WHERE code = 'CONTACT_CENTER'")
        assert cursor.fetchone() == ("try 1",)
