"""Format log lines without personal data that errors quote, and without secrets in URL paths.

PostgreSQL quotes rows in its errors, Django quotes a template's context, and mail servers quote addresses.
The path of an emailed link can sign someone in.
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

# A value from a path is hidden everywhere in a line, unless it is so short that other text could match it.
LEAST_HIDDEN = 8
HIDDEN = "***"


class Formatter(logging.Formatter):
    """The standard formatter, without the messages of errors that quote and without secrets in paths."""

    def format(self, record: logging.LogRecord) -> str:
        # Another formatter may have left its own traceback on the record.
        own = logging.makeLogRecord(record.__dict__ | {"exc_text": None} | _quieten(record))
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):
            return super().format(own)
        if isinstance(record.args, tuple):
            own.args = tuple(
                _format_address(request) if _is_path(arg, request) else arg for arg in record.args
            )
        line = super().format(own)
        for value in _list_path_values(request):
            if len(value) >= LEAST_HIDDEN:
                line = line.replace(value, HIDDEN)
        return line

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the base's name)
        line = super().formatMessage(record)
        for error in _errors_of(record):
            if isinstance(error, QUOTING):
                for quoted in (repr(error), str(error)):
                    line = line.replace(quoted, _describe_error(error)) if quoted else line
        return line

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 (the base's name)
        """Return the traceback of each error, the cause first."""
        parts = [
            "Traceback (most recent call last):\n"
            + "".join(traceback.format_tb(error.__traceback__))
            + _describe_error(error)
            for error in _with_causes(ei[1])
        ]
        return "\n\n".join(reversed(parts))


class WebServerFormatter(Formatter):
    """The formatter for lines of gunicorn itself, which quotes paths as it received them."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the base's name)
        return re.sub(r"""(?<=[\s'"])/[^\s'"]+""", "/" + HIDDEN, super().formatMessage(record))


def _quieten(record: logging.LogRecord) -> dict[str, Any]:
    """Return changes for the record of a request that the client got wrong: a warning without a traceback.

    Probes for hosts, filters and staff pages would otherwise look like faults of the portal.
    """
    if not 400 <= getattr(record, "status_code", 0) < 500:
        return {}
    return {"exc_info": None, "levelno": logging.WARNING, "levelname": "WARNING"}


def _is_path(arg: object, request: HttpRequest) -> bool:
    # Django writes control characters and non-ASCII characters of a path as escapes.
    escaped = request.path.encode("unicode_escape").decode("ascii")
    return isinstance(arg, str) and arg in (request.path, escaped)


def _format_address(request: HttpRequest) -> str:
    """Return the path if it holds only public identifiers, else the route that it matches."""
    match = request.resolver_match
    if match is None:
        return "(no page of the portal)"
    return f"/{match.route}" if _list_path_values(request) else request.path


def _list_path_values(request: HttpRequest) -> list[str]:
    """Return the values in the path that are neither public identifiers nor numbers: they may be secret."""
    match = request.resolver_match
    values = [*match.args, *match.kwargs.values()] if match else []
    return [str(value) for value in values if not isinstance(value, UUID | int)]


def _describe_error(error: BaseException) -> str:
    if not isinstance(error, QUOTING):
        return "".join(traceback.format_exception_only(error)).rstrip()
    return f"{type(error).__module__}.{type(error).__qualname__} ({_describe_kind(error)})"


def _describe_kind(error: BaseException) -> str:
    if isinstance(error, VariableDoesNotExist):
        return f"the template context has no {error.params[0]}"
    if isinstance(error, SMTPException):
        return f"answer {getattr(error, 'smtp_code', 'unknown')}"
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    return f"SQLSTATE {state or 'unknown'}"


def _errors_of(record: logging.LogRecord) -> Iterator[BaseException]:
    arguments: Any = record.args.values() if isinstance(record.args, dict) else record.args or ()
    logged = [each for each in arguments if isinstance(each, BaseException)]
    for error in [*logged, record.exc_info[1] if record.exc_info else None]:
        yield from _with_causes(error)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
