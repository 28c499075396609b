"""The audit history of rows, read from their event tables, for those who may read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Field, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from policy.admin.words import say_yes_or_no

MOST_EVENTS = 200  # of one kind of row; what is older stays in its table


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column under the name that readers know, before and after. A new row has no before."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row written once: when, which, by whom, with which note of theirs."""

    at: datetime
    kind: str
    act: str
    who: str
    note: str
    fields: tuple[FieldChange, ...]


def read_history(rows: Iterable[Model]) -> list[Change]:
    """Every change of these rows, newest first. Two statements for each kind of row, one for the names."""
    events: list[tuple[Model, Any, Any]] = []
    by_model = groupby(sorted(rows, key=_label_of), key=type)
    for model, of_model in by_model:
        keys = [row.pk for row in of_model]
        event_model: Any = getattr(model, "pgh_event_model", None)
        if event_model is None or not keys:
            continue
        found = (
            event_model.objects.filter(pgh_obj_id__in=keys)
            .select_related("pgh_context")
            .order_by("pgh_obj_id", "pgh_id")[:MOST_EVENTS]
        )
        before: dict[int, Any] = {}
        for event in found:
            events.append((model, event, before.get(event.pgh_obj_id)))  # type: ignore[arg-type]
            before[event.pgh_obj_id] = event
    names = _read_names(event for _model, event, _before in events)
    changes = [_tell(model, event, before, names) for model, event, before in events]
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _label_of(row: Model) -> str:
    return row._meta.label  # noqa: SLF001


def _tell(model: Any, event: Any, before: Any, names: dict[int, str]) -> Change:
    context = event.pgh_context.metadata if event.pgh_context else {}
    return Change(
        at=event.pgh_created_at,
        kind=str(model._meta.verbose_name),  # noqa: SLF001
        act=_("Added") if event.pgh_label == "insert" else _("Changed"),
        who=names.get(context.get("user") or 0, _("the system")),
        note=str(context.get("note", "")),
        fields=tuple(_tell_fields(event, before)),
    )


def _tell_fields(event: Any, before: Any) -> Iterable[FieldChange]:
    for field in event._meta.concrete_fields:  # noqa: SLF001
        if field.name.startswith("pgh_") or field.name in ("id", "public_id"):
            continue
        after = _say(field, getattr(event, field.attname))
        earlier = _say(field, getattr(before, field.attname)) if before is not None else ""
        if after != earlier:
            yield FieldChange(str(capfirst(field.verbose_name)), earlier, after)


def _say(field: "Field[Any, Any]", value: Any) -> str:
    """A value as it stands in the column, in figures; what has a name in words by its name."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return say_yes_or_no(is_so=value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))


def _read_names(events: Iterable[Any]) -> dict[int, str]:
    keys = {event.pgh_context.metadata.get("user") for event in events if event.pgh_context}
    accounts = get_user_model().objects.filter(pk__in=keys - {None})
    return {account.pk: account.get_full_name() for account in accounts}
