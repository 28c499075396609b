"""Everything that happened on a case, as (kind, row, instant), newest first: one statement a page."""

from datetime import datetime
from enum import StrEnum

from django.db.models import CharField, F, QuerySet, Value

from accounts.models import AccessCode, Case, Representation
from appointments.models import Hold, Move


class EventKind(StrEnum):
    """What happened, and to which table the key belongs."""

    MOVED = "moved"
    HOLD_LAPSED = "hold_lapsed"
    REPRESENTED = "represented"
    NO_LONGER_REPRESENTED = "no_longer_represented"
    CASE_ADDED = "case_added"
    CASE_CLOSED = "case_closed"


def list_events(case: Case) -> QuerySet[Move, tuple[str, int, datetime]]:
    """Rows of (kind, key, instant). Each part is found by the index on its key to the case."""
    began = Representation.objects.filter(case=case, in_force_from__isnull=False)
    parts = {
        EventKind.HOLD_LAPSED: Hold.objects.filter(
            appointment__chain__person__case=case, state=Hold.State.LAPSED
        ).annotate(at=F("ended_at")),
        EventKind.REPRESENTED: began.annotate(at=F("in_force_from")),
        EventKind.NO_LONGER_REPRESENTED: began.filter(ended_at__isnull=False).annotate(at=F("ended_at")),
        EventKind.CASE_ADDED: AccessCode.objects.filter(case=case, used_at__isnull=False).annotate(
            at=F("used_at")
        ),
        EventKind.CASE_CLOSED: Case.objects.filter(pk=case.pk, closed_at__isnull=False).annotate(
            at=F("closed_at")
        ),
    }
    moves = Move.objects.filter(chain__person__case=case).annotate(at=F("moved_at"))
    return (
        _as_rows(moves, EventKind.MOVED)
        .union(*(_as_rows(rows, kind) for kind, rows in parts.items()), all=True)
        .order_by("-at", "kind", "-pk")
    )


def _as_rows(rows: QuerySet, kind: EventKind) -> QuerySet:  # type: ignore[type-arg]
    named = rows.order_by().annotate(kind=Value(str(kind), output_field=CharField()))
    listed: QuerySet = named.values_list("kind", "pk", "at")  # type: ignore[type-arg]
    return listed
