"""Log lines, without what errors quote of people, and without what an address carries.

PostgreSQL quotes rows, Django's templates all that a page was drawn from, mail servers addresses; and a link
of an email signs someone in.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from smtplib import SMTPException
from types import TracebackType
from typing import Any
from uuid import UUID

import psycopg
from django.db import Error
from django.http import HttpRequest
from django.template import VariableDoesNotExist

QUOTING = (Error, psycopg.Error, VariableDoesNotExist, SMTPException)
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# What an address carries is hidden wherever it stands in a line, unless it is too short to be told apart.
LEAST_HIDDEN = 8
HIDDEN = "***"


class Formatter(logging.Formatter):
    """As the standard one, but for what an error that quotes says and what an address carries."""

    def format(self, record: logging.LogRecord) -> str:
        # The traceback that another formatter may have left on the record is not ours.
        own = logging.makeLogRecord(record.__dict__ | {"exc_text": None})
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):
            return super().format(own)
        if isinstance(record.args, tuple):
            own.args = tuple(
                _format_address(request) if _is_path(arg, request) else arg for arg in record.args
            )
        line = super().format(own)
        for carried in _carried_by(request):
            if len(carried) >= LEAST_HIDDEN:
                line = line.replace(carried, HIDDEN)
        return line

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the base's name)
        line = super().formatMessage(record)
        for error in _errors_of(record):
            if isinstance(error, QUOTING):
                for said in (repr(error), str(error)):
                    line = line.replace(said, _tell(error)) if said else line
        return line

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 (the base's name)
        """The traceback of each error, the cause first."""
        parts = [
            "Traceback (most recent call last):\n"
            + "".join(traceback.format_tb(error.__traceback__))
            + _tell(error)
            for error in _with_causes(ei[1])
        ]
        return "\n\n".join(reversed(parts))


class WebServerFormatter(Formatter):
    """For the lines of gunicorn itself, which quotes addresses as they came."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the base's name)
        return re.sub(r"""(?<=[\s'"])/[^\s'"]+""", "/" + HIDDEN, super().formatMessage(record))


def _is_path(arg: object, request: HttpRequest) -> bool:
    # Django writes control characters of a path, and whatever is not ASCII, as escapes.
    escaped = request.path.encode("unicode_escape").decode("ascii")
    return isinstance(arg, str) and arg in (request.path, escaped)


def _format_address(request: HttpRequest) -> str:
    """The path, where it carries public identifiers at most; else the pattern that it fits."""
    match = request.resolver_match
    if match is None:
        return "(no page of the portal)"
    return f"/{match.route}" if _carried_by(request) else request.path


def _carried_by(request: HttpRequest) -> list[str]:
    """What the path carries besides public identifiers and numbers: it may be a secret."""
    match = request.resolver_match
    carried = [*match.args, *match.kwargs.values()] if match else []
    return [str(value) for value in carried if not isinstance(value, UUID | int)]


def _tell(error: BaseException) -> str:
    if not isinstance(error, QUOTING):
        return "".join(traceback.format_exception_only(error)).rstrip()
    return f"{type(error).__module__}.{type(error).__qualname__} ({_describe_kind(error)})"


def _describe_kind(error: BaseException) -> str:
    if isinstance(error, VariableDoesNotExist):
        return f"no {error.params[0]} to draw the page from"
    if isinstance(error, SMTPException):
        return f"answer {getattr(error, 'smtp_code', 'unknown')}"
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    return f"SQLSTATE {state or 'unknown'}"


def _errors_of(record: logging.LogRecord) -> Iterator[BaseException]:
    given: Any = record.args.values() if isinstance(record.args, dict) else record.args or ()
    named = [each for each in given if isinstance(each, BaseException)]
    for error in [*named, record.exc_info[1] if record.exc_info else None]:
        yield from _with_causes(error)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
