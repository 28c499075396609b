"""Querysets whose SQL is compiled once per process (ADR 22).

Django compiles a queryset to SQL every time it is used. For a lookup by key this takes several times as long
as PostgreSQL needs to find the row. `compiled_query` compiles once and sends the same SQL with other values.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import partial, update_wrapper
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    FloatField,
    Func,
    Model,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.utils import translation
from django.utils.timezone import override as override_time_zone
from django.utils.translation import trans_real

P = ParamSpec("P")
Row = TypeVar("Row")
Object = TypeVar("Object", bound=Model)

# The field that adapts the values of each type for the database. Every integer is sent as a bigint: with the
# smallest type that holds the value, PostgreSQL would prepare one statement per size.
FIELDS: "dict[type, Field[Any, Any]]" = {
    int: BigIntegerField(),
    float: FloatField(),
    str: TextField(),
    UUID: UUIDField(),
    datetime: DateTimeField(),
    date: DateField(),
}
# Longer tuples are rare, and each length is a statement of its own.
LONGEST_TUPLE = 8


class QueryNotCompilable(TypeError):
    """The SQL of the queryset would not be right for the values of every later call."""


class CompiledQuery(Generic[P, Row]):
    """A function that returns a queryset, called as one that returns the rows.

    Positional arguments are the parameters of the SQL: integers, floats, strings, UUIDs, dates, datetimes, or
    tuples of them for `__in`. The function gets expressions in their place: it passes them on and cannot look
    at the values. Keyword arguments choose the SQL and reach the function as they are. There is one statement
    per combination of types, tuple lengths and keyword arguments.
    """

    def __init__(self, build: "Callable[P, QuerySet[Any, Row]]") -> None:
        self._build = build
        self._statements: dict[object, _Statement] = {}
        update_wrapper(self, build)

    def __call__(self, *values: P.args, **choices: P.kwargs) -> list[Row]:
        """Return the rows.

        Raises: QueryNotCompilable at the first call, and otherwise what the queryset raises.
        """
        if any(isinstance(value, tuple) and not 0 < len(value) <= LONGEST_TUPLE for value in values):
            return list(self._build(*values, **choices))
        shape = (*map(_get_shape, values), *sorted(choices.items()))
        statement = self._statements.get(shape)
        if statement is None:
            statement = _compile(lambda *parameters: self._build(*parameters, **choices), values)
            self._statements[shape] = statement
        return statement.fetch(values)

    def get(self, *values: P.args, **choices: P.kwargs) -> Row:
        """Return the first row. Raises: the model's DoesNotExist if there is none."""
        row = self.first(*values, **choices)
        if row is None:
            raise self._build(*values, **choices).model.DoesNotExist
        return row

    def first(self, *values: P.args, **choices: P.kwargs) -> Row | None:
        """Return the first row, or None."""
        return next(iter(self(*values, **choices)), None)


def compiled_query(build: "Callable[P, QuerySet[Any, Row]]") -> CompiledQuery[P, Row]:
    """Turn a function that returns a queryset into a `CompiledQuery`."""
    return CompiledQuery(build)


def build_reference(model: type[Object], key: Any, **fields: Any) -> Object:
    """Return an unsaved object for use in filters, as in `filter(account=...)`. The key may be a parameter.

    From an object without the method of expressions, Django takes the key and converts it to a number.
    """
    reference = model(pk=key, **fields)
    if isinstance(key, Expression):
        vars(reference)["resolve_expression"] = key.resolve_expression
    return reference


class _Opaque(Expression):
    """An expression that raises when the function tries to look at the value behind it."""

    def _forbid(self, *_args: Any) -> NoReturn:
        raise QueryNotCompilable(f"{self!r} has no value yet. If it chooses the SQL, pass it by keyword.")

    __str__ = __int__ = __getitem__ = __lt__ = __le__ = __gt__ = __ge__ = _forbid
    # The database would calculate, but not always as Python does: 3 / 2.
    __add__ = __sub__ = __mul__ = __truediv__ = __mod__ = __pow__ = __neg__ = __abs__ = _forbid
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rmod__ = __rpow__ = _forbid
    __hash__ = Expression.__hash__

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Expression):
            return super().__eq__(other)
        # Django compares every value of an exact lookup with the empty string.
        return False if other == "" else self._forbid()


# A Value, because Django puts parentheses around any other expression in a lookup.
class _Parameter(_Opaque, Value):
    """The place of one value of a call. It compiles to `%s` with itself as the parameter."""

    def __init__(self, index: int, output_field: "Field[Any, Any]") -> None:
        super().__init__(None, output_field)
        self.index = index

    def __repr__(self) -> str:
        return f"Parameter {self.index}"

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


# One expression for the whole tuple: lookups on foreign keys do not accept a tuple of expressions.
class _ParameterTuple(_Opaque, Func):
    """The places of the values in one tuple of a call."""

    template = "(%(expressions)s)"

    def __repr__(self) -> str:
        return f"Parameters {self.get_source_expressions()}"


class _Unreadable(tzinfo):
    """A time zone that raises when it is used, so that no statement depends on the zone of the reader."""

    def tzname(self, _dt: datetime | None) -> NoReturn:
        _forbid_reader("time zone")

    def utcoffset(self, _dt: datetime | None) -> NoReturn:
        _forbid_reader("time zone")

    def dst(self, _dt: datetime | None) -> timedelta | None:
        _forbid_reader("time zone")


@dataclass(frozen=True, slots=True)
class _Statement:
    """A queryset that sends compiled SQL. `places` are pairs: index in `parameters`, index of the value."""

    queryset: "QuerySet[Any, Any]"
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    fields: "tuple[Field[Any, Any], ...]"

    def fetch(self, values: Iterable[Any]) -> list[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        adapted = [
            field.get_db_prep_value(value, connection)
            for field, value in zip(self.fields, _flatten(values), strict=True)
        ]
        parameters = list(self.parameters)
        for place, index in self.places:
            parameters[place] = adapted[index]
        token = _parameters_of_call.set(tuple(parameters))
        try:
            # Unlike list(queryset), it keeps no rows: all calls and threads share the queryset.
            return list(self.queryset.iterator())
        finally:
            _parameters_of_call.reset(token)


# Set for the moment in which a queryset asks its query for a compiler.
_parameters_of_call: ContextVar[tuple[Any, ...]] = ContextVar("parameters_of_call")


class _Compiler(SQLCompiler):
    """A compiler whose work is done. It sends the SQL with the parameters of one call."""

    def __init__(self, compiled: SQLCompiler, sql: str, converters: dict[int, Any], using: str) -> None:
        # With the columns, models and annotations, which Django makes the rows from.
        vars(self).update(vars(compiled))
        self.sql, self.converters = sql, converters
        self.parameters = _parameters_of_call.get()
        self.connection = connections[using]

    def as_sql(self, *_args: Any, **_options: Any) -> tuple[str, tuple[Any, ...]]:
        # Django checks this when it compiles, which may have been in an earlier transaction.
        if self.query.select_for_update and self.connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        return self.sql, self.parameters

    def get_converters(self, expressions: Any) -> dict[int, Any]:
        """Return what was found when the query was compiled: it is the same for every row of every call."""
        return self.converters

    def execute_sql(self, *args: Any, **options: Any) -> Any:
        """Send the SQL as `list(queryset)` does. `iterator` would open a cursor on the server."""
        return super().execute_sql(*args, **{**options, "chunked_fetch": False})


def _compile(build: "Callable[..., QuerySet[Any, Any]]", values: Iterable[Any]) -> _Statement:
    fields = tuple(_get_field(value) for value in _flatten(values))
    with _reader_unreadable():
        with connections[DEFAULT_DB_ALIAS].execute_wrapper(_forbid_statement):
            # A copy, which is ours to change. It asks no router for the database.
            queryset = build(*_build_parameters(values, fields)).using(DEFAULT_DB_ALIAS)
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            raise QueryNotCompilable(
                "Django would send no statement: the queryset is always empty."
            ) from None
    _check_parameters(sql, parameters, len(fields))
    _check_prefetch(queryset)
    converters = compiler.get_converters([column for column, *_ in compiler.select])
    compiler.connection = None  # Each call takes the connection of its own thread.
    # A queryset asks its query for a compiler. Django has no public way to give it one that is finished.
    vars(queryset.query)["get_compiler"] = partial(_Compiler, compiler, sql, converters)
    places = tuple((place, p.index) for place, p in enumerate(parameters) if isinstance(p, _Parameter))
    return _Statement(queryset, tuple(parameters), places, fields)


def _build_parameters(values: Iterable[Any], fields: "Iterable[Field[Any, Any]]") -> list[_Opaque]:
    parameters = (_Parameter(index, field) for index, field in enumerate(fields))
    return [
        _ParameterTuple(*(next(parameters) for _ in value)) if isinstance(value, tuple) else next(parameters)
        for value in values
    ]


def _check_parameters(sql: str, parameters: Iterable[Any], expected: int) -> None:
    found = {parameter.index for parameter in parameters if isinstance(parameter, _Parameter)}
    if len(found) < expected:
        raise QueryNotCompilable(f"A value is not used: {sql}")
    for constant in parameters:
        # What is today in the first call would be yesterday in a later one.
        if isinstance(constant, date):
            raise QueryNotCompilable(
                f"{constant} would never change. Pass it, or use the database's clock: {sql}"
            )


def _check_prefetch(queryset: "QuerySet[Any, Any]") -> None:
    try:
        queryset.iterator()
    except ValueError:  # Django's own check: it asks for the size of the chunks to prefetch for.
        raise QueryNotCompilable("prefetch_related sends more statements: use select_related.") from None


@contextmanager
def _reader_unreadable() -> Iterator[None]:
    """Raise where the language or the time zone of the reader is used."""
    with override_time_zone(_Unreadable()), translation.override(None):
        # Without a language, the catalog is an empty one that belongs to this thread and this block.
        catalog: Any = trans_real.catalog()
        catalog.to_language = catalog.gettext = catalog.ngettext = lambda *_args: _forbid_reader("language")
        yield


def _forbid_reader(what: str) -> NoReturn:
    raise QueryNotCompilable(f"The queryset depends on the current {what}. Pass it by keyword.")


def _forbid_statement(*_args: Any) -> NoReturn:
    raise QueryNotCompilable("The function sent a statement. Its answer would be used for every later call.")


def _get_field(value: Any) -> "Field[Any, Any]":
    # True and None are other SQL than a parameter: `WHERE is_open`, `IS NULL`.
    if not isinstance(value, bool):
        for of_type, field in FIELDS.items():
            if isinstance(value, of_type):
                return field
    raise QueryNotCompilable(f"{value!r} cannot be a parameter. If it chooses the SQL, pass it by keyword.")


def _flatten(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def _get_shape(value: Any) -> object:
    return tuple(map(type, value)) if isinstance(value, tuple) else type(value)
