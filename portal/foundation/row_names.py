"""What the audit history needs to call a row by its name; the apps above say how for theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class RowName:
    """How readers call the rows of a model that others refer to, and which rows of others that takes."""

    say: Callable[[Any], str]
    related: tuple[str, ...] = ()


RowNames = Mapping[type[Model], RowName]
