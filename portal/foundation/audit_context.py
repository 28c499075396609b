"""Record the account and the path with every audited row that an act writes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection


@dataclass(frozen=True, slots=True)
class HistoryContext:
    """One context of the audit history. The database's triggers store it with the first row that needs it."""

    key: UUID
    facts: dict[str, Any]


_context: ContextVar[HistoryContext | None] = ContextVar("history_context", default=None)


@contextmanager
def audit_context(**facts: Any) -> Iterator[None]:
    """Record these facts, and those of enclosing contexts, with every row that is written in the block.

    It applies to transactions that begin in the block, and to the rest of one that is already open.
    """
    outer = _context.get()
    token = _context.set(
        HistoryContext(outer.key, outer.facts | facts) if outer else HistoryContext(uuid4(), facts)
    )
    try:
        if connection.in_atomic_block:
            set_audit_context()
        yield
    finally:
        _context.reset(token)


def set_audit_context() -> None:
    """Pass the current context to the triggers until the transaction ends. One statement, or none.

    pghistory itself sets two parameters before each statement, which does not work with prepared statements
    (ADR 9).
    """
    context = _context.get()
    if context is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true),"
            " set_config('pghistory.context_metadata', %s, true)",
            [str(context.key), json.dumps(context.facts)],
        )
