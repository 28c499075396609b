"""Queries whose SQL is built once in a process, for those that every act asks (ADR 22).

Django builds the SQL of a queryset anew each time, which costs several times what PostgreSQL needs to find a
row by its key. Here a function gives the queryset once, and later calls send the same SQL with other values.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import update_wrapper
from itertools import count
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.utils import translation
from django.utils.timezone import override as in_time_zone
from psycopg.types.numeric import Int8

P = ParamSpec("P")
Row = TypeVar("Row")

# Two sets of values that no row has: where the parameters of one differ from those of the other, and only
# there, the values of a call go. One rises and one falls, so that a function which compares two is found out.
FIRST_SET, SECOND_SET = (-4_000_000_000_000, 1), (-5_000_000_000_000, -1)
# And a zone that nobody is in, for a function that would depend on the reader's.
NOWHERE = timezone(timedelta(hours=13, minutes=7))
# Longer tuples are rare, and each length would be prepared for itself.
LONGEST_TUPLE = 8


class NotCompilable(TypeError):
    """The function does something to a value other than to hand it on, or no stand-in for it is fit."""


class CompiledQuery(Generic[P, Row]):
    """A function that gives a queryset, called as one that gives its rows.

    Positional arguments are the values: keys, UUIDs, instants, words, or tuples of them, of which each length
    is prepared once. Keyword arguments choose the SQL, as the kind of an account does. The function depends
    on nothing else, neither the language nor the time zone, and hands the values on as they are: what is
    reckoned from one is passed as one. Raises NotCompilable where it does otherwise.
    """

    def __init__(self, build: "Callable[P, QuerySet[Any, Row]]") -> None:
        self._build = build
        self._statements: dict[object, _Statement] = {}
        update_wrapper(self, build)

    def __call__(self, *values: P.args, **choices: P.kwargs) -> list[Row]:
        """The rows, in one statement or none. Raises as the queryset would."""
        if any(isinstance(value, tuple) and not 0 < len(value) <= LONGEST_TUPLE for value in values):
            return list(self._build(*values, **choices))
        shape = (*(_shape_of(value) for value in values), *sorted(choices.items()))
        statement = self._statements.get(shape)
        if statement is None:
            statement = _prepare(lambda *marks: self._build(*marks, **choices), values)
            self._statements[shape] = statement
        return statement.run(list(_flat(values)))

    def get(self, *values: P.args, **choices: P.kwargs) -> Row:
        """The one row. Raises the model's DoesNotExist where there is none."""
        row = self.first(*values, **choices)
        if row is None:
            raise self._build(*values, **choices).model.DoesNotExist
        return row

    def first(self, *values: P.args, **choices: P.kwargs) -> Row | None:
        """The first row, or None."""
        return next(iter(self(*values, **choices)), None)


def prepared(build: "Callable[P, QuerySet[Any, Row]]") -> CompiledQuery[P, Row]:
    """See `CompiledQuery`."""
    return CompiledQuery(build)


@dataclass(frozen=True, slots=True)
class _Statement:
    """One SQL text, and where the values of a call go: places in the text, and in the call."""

    queryset: "QuerySet[Any, Any]"
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]

    def run(self, values: list[Any]) -> list[Any]:
        parameters = list(self.parameters)
        for place, which in self.places:
            parameters[place] = _as_wide_as_any(values[which])
        connection = connections[DEFAULT_DB_ALIAS]
        if self.queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("Rows are locked within a transaction only.")
        compiler: Any = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_options: (self.sql, tuple(parameters))
        query: Any = _Compiled(self.queryset.query, compiler)
        ours: Any = self.queryset
        rows: Any = ours.__class__(ours.model, query)
        # Django offers no other way to give a queryset's rows the form of another's.
        rows._iterable_class = ours._iterable_class  # noqa: SLF001
        rows._fields = ours._fields
        return list(rows)


class _Compiled:
    """A query whose compiler has done its work."""

    def __init__(self, query: Query, compiler: SQLCompiler) -> None:
        self._query = query
        self._compiler = compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def get_compiler(self, *_args: Any, **_options: Any) -> SQLCompiler:
        return self._compiler


def _prepare(build: "Callable[..., QuerySet[Any, Any]]", values: Iterable[Any]) -> _Statement:
    values = list(values)
    marks, others = _stand_ins(values, *FIRST_SET), _stand_ins(values, *SECOND_SET)
    queryset, compiler, sql, parameters = _compile(build, marks)
    with in_time_zone(NOWHERE), translation.override(None):
        _other, _compiler, other_sql, other_parameters = _compile(build, others)
    if sql != other_sql:
        raise NotCompilable(f"The SQL depends on the values: {sql}")
    flat_marks, flat_others = list(_flat(marks)), list(_flat(others))
    places = []
    for place, (found, in_other) in enumerate(zip(parameters, other_parameters, strict=True)):
        if found == in_other:
            _forbid_date(found, sql)
            continue
        if found not in flat_marks or flat_others[flat_marks.index(found)] != in_other:
            raise NotCompilable(f"A value is not handed on as it is: parameter {place} of {sql}")
        places.append((place, flat_marks.index(found)))
    if len({which for _place, which in places}) < len(flat_marks):
        raise NotCompilable(f"A value is left out, or its stand-in is too wide for the field: {sql}")
    return _Statement(queryset, compiler, sql, parameters, tuple(places))


def _compile(
    build: "Callable[..., QuerySet[Any, Any]]", values: Iterable[Any]
) -> "tuple[QuerySet[Any, Any], SQLCompiler, str, tuple[Any, ...]]":
    with connections[DEFAULT_DB_ALIAS].execute_wrapper(_forbid_statement):
        queryset: Any = build(*values)
    # Nor does it say otherwise what would be fetched beside.
    if queryset._prefetch_related_lookups:  # noqa: SLF001
        raise NotCompilable("prefetch_related takes statements of its own: join, or ask for them.")
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet as none:
        raise NotCompilable("Django asks for no rows: none(), or a number too wide for a field.") from none
    compiler.connection = None  # Each call takes that of its own thread.
    return queryset, compiler, sql, tuple(parameters)


def _forbid_statement(*_args: Any) -> Any:
    raise NotCompilable("A statement ran before the query was there: its answer would be kept for ever.")


def _forbid_date(constant: Any, sql: str) -> None:
    """What is today at the first call is yesterday at a later one."""
    if isinstance(constant, date):
        raise NotCompilable(f"{constant} is kept for ever in {sql}: pass it, or ask the database's clock.")


def _stand_ins(values: Iterable[Any], start: int, step: int) -> list[Any]:
    """Values of the same kinds, all different."""
    numbers = count(start, step)
    return [
        tuple(_stand_in(one, next(numbers)) for one in value)
        if isinstance(value, tuple)
        else _stand_in(value, next(numbers))
        for value in values
    ]


def _stand_in(value: Any, number: int) -> Any:
    match value:
        case bool() | None:
            raise NotCompilable(f"{value} chooses the SQL: pass it by keyword.")
        case int():
            return number
        case str():
            return f"stand-in {number}"
        case UUID():
            return UUID(int=-number)
        case datetime():
            return datetime(2, 1, 1, tzinfo=UTC) + timedelta(microseconds=-number)
    raise NotCompilable(f"There is no stand-in for a {type(value).__name__}.")


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def _shape_of(value: Any) -> object:
    return (tuple, len(value)) if isinstance(value, tuple) else type(value)


def _as_wide_as_any(value: Any) -> Any:
    """Left to psycopg, a number is as wide as its value, and each width another statement, planned anew."""
    return Int8(value) if isinstance(value, int) else value
