"""Run each act in one durable transaction, and retry it after a serialization failure or a deadlock."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

from portal.foundation.audit_context import set_audit_context

P = ParamSpec("P")
R = TypeVar("R")

MAX_TRIES = 3
# serialization_failure, deadlock_detected, lock_not_available: nothing was done, so the act can run again.
RETRIED_STATES = frozenset({"40001", "40P01", "55P03"})


class Busy(Exception):
    """Raised when every try failed on a lock. Nothing was done, and the person can try again."""


def in_durable_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Run `act` in one outermost transaction, at most three times.

    The act must have no effect outside the database.

    Raises: Busy after the third try. RuntimeError inside another transaction.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for tries_left in reversed(range(MAX_TRIES)):
            try:
                with transaction.atomic(durable=True):
                    set_audit_context()
                    return act(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in RETRIED_STATES:
                    raise
                if not tries_left:
                    raise Busy from error
        raise AssertionError("unreachable: the last try returns or raises")

    return run
