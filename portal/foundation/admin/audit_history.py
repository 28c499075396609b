"""The audit history of rows, read from their event tables."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db.models import Field, Model, OuterRef, Subquery, Value
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.foundation.admin.formatting import format_yes_or_no
from portal.foundation.row_names import RowName, RowNames

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One changed column under its display name. `before` is empty for a new row."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One insert or update of a row: when, which row, by whom, and the note that they left."""

    at: datetime
    kind: str
    act: str
    actor: str
    note: str
    fields: tuple[FieldChange, ...]


# Display names by model and key.
_References = dict[Any, dict[int, str]]


class _Event(NamedTuple):
    """One event of a row, and the event before it."""

    model: Any
    now: Any
    before: Any


def get_history_page(rows: Iterable[Model], *, number: str | None, row_names: RowNames) -> "Page[Any]":
    """Return one page of the changes of these rows, newest first. Its objects are `Change`.

    Related rows are shown by the names in `row_names`, else by their keys. Statements: two for the page, two
    for each kind of row on it, one for each kind of related row with a name, and one for the accounts.
    """
    of_kinds = groupby(sorted(rows, key=_label_of), key=type)
    kinds: list[tuple[Any, list[int]]] = [
        (model, [row.pk for row in found]) for model, found in of_kinds if hasattr(model, "pgh_event_model")
    ]
    page = Paginator(_find_events(kinds), PAGE_SIZE).get_page(number)
    places = list(page.object_list)
    events = {
        (kind, event.now.pgh_id): event
        for kind, (model, _keys) in enumerate(kinds)
        for event in _read_events(model, [key for _at, of_kind, key in places if of_kind == kind])
    }
    shown = [events[kind, key] for _at, kind, key in places]
    names = _read_names(shown)
    references = _read_references(shown, row_names)
    page.object_list = [_build_change(event, names, references) for event in shown]
    return page


def _find_events(kinds: list[tuple[Any, list[int]]]) -> Any:
    """Return (instant, kind, event key) of every event of these rows, newest first."""
    if not kinds:
        return []
    first, *others = [
        model.pgh_event_model.objects.filter(pgh_obj_id__in=keys)
        .annotate(in_kinds=Value(kind))
        .order_by()
        .values_list("pgh_created_at", "in_kinds", "pgh_id")
        for kind, (model, keys) in enumerate(kinds)
    ]
    return first.union(*others, all=True).order_by("-pgh_created_at", "in_kinds", "-pgh_id")


def _read_events(model: Any, keys: list[int]) -> list[_Event]:
    if not keys:
        return []
    events = model.pgh_event_model.objects
    earlier = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    found = list(
        events.filter(pk__in=keys)
        .select_related("pgh_context")
        .annotate(earlier_id=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1]))
    )
    before = events.in_bulk([event.earlier_id for event in found if event.earlier_id])
    return [_Event(model, event, before.get(event.earlier_id)) for event in found]


def _label_of(row: Model) -> str:
    return row._meta.label


def _build_change(event: _Event, names: dict[int, str], references: _References) -> Change:
    context = event.now.pgh_context.metadata if event.now.pgh_context else {}
    return Change(
        at=event.now.pgh_created_at,
        kind=str(event.model._meta.verbose_name),
        act=_("Added") if event.now.pgh_label == "insert" else _("Changed"),
        actor=names.get(context.get("user") or 0, _("the system")),
        note=str(context.get("note", "")),
        fields=tuple(_list_field_changes(event, references)),
    )


def _list_field_changes(event: _Event, references: _References) -> Iterable[FieldChange]:
    for field in _shown_fields(event.now):
        after = _format(field, getattr(event.now, field.attname), references)
        earlier = (
            "" if event.before is None else _format(field, getattr(event.before, field.attname), references)
        )
        if after != earlier:
            yield FieldChange(str(capfirst(field.verbose_name)), earlier, after)


def _shown_fields(event: Any) -> Iterable[Any]:
    for field in event._meta.concrete_fields:
        if not field.name.startswith("pgh_") and field.name not in ("id", "public_id"):
            yield field


def _format(field: "Field[Any, Any]", value: Any, references: _References) -> str:
    """Return the value of a column as text: its display name if it has one, else figures."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return format_yes_or_no(is_true=value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    named = references.get(field.related_model) or dict(field.flatchoices)
    return str(named.get(value, value))


def _read_names(events: Iterable[_Event]) -> dict[int, str]:
    keys = {event.now.pgh_context.metadata.get("user") for event in events if event.now.pgh_context}
    accounts = get_user_model().objects.filter(pk__in=keys - {None})
    return {account.pk: account.get_full_name() for account in accounts}


def _read_references(events: Iterable[_Event], row_names: RowNames) -> _References:
    """Return the display names of all rows that these events refer to, by model and key."""
    wanted: dict[Any, set[int]] = defaultdict(set)
    for event in events:
        for field in _shown_fields(event.now):
            if field.related_model in row_names:
                wanted[field.related_model] |= {
                    getattr(row, field.attname) for row in (event.now, event.before) if row is not None
                }
    return {
        model: {row.pk: row_names[model].describe(row) for row in _find_rows(model, keys, row_names[model])}
        for model, keys in wanted.items()
    }


def _find_rows(model: Any, keys: set[int], name: RowName) -> Iterable[Model]:
    found: Iterable[Model] = model.objects.filter(pk__in=keys - {None}).select_related(*name.related)
    return found
