"""Display names for related rows in the audit history. The apps supply them for their models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class RowName:
    """How to describe a row of one model, and what to pass to `select_related` for that."""

    describe: Callable[[Any], str]
    related: tuple[str, ...] = ()


RowNames = Mapping[type[Model], RowName]
