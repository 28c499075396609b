"""Who acted, and where: what the audit history keeps beside every row of one act."""

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
    """One context row of the history, written by the database's triggers with the first row that needs it."""

    key: UUID
    facts: dict[str, Any]


_context: ContextVar[HistoryContext | None] = ContextVar("history_context", default=None)


@contextmanager
def audit_context(**facts: Any) -> Iterator[None]:
    """Rows written within are kept with these facts, and with those of the contexts around.

    Takes effect in transactions that begin within, or from here on in the one that is open.
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
    """Names the present context to the triggers until the transaction ends. One statement, or none.

    pghistory's own way is two parameters before every single statement, which no statement that is
    prepared can take (ADR 9).
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
