"""Tables of refusals: for each exception of a service the messages, the next page and the HTTP status.

Each app has a module `refusals` with its table. A view lists the pages that it can lead to, and runs the
service inside the block:

    with refusals({NextPage.SAME: show_errors(form, show_again)}) as refused:
        services.confirm(...)
        return redirect(...)
    return refused.respond()

A refusal whose next page the view does not list is not caught, because that is a bug.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

Context = TypeVar("Context")
Page = Callable[[list[str], int], HttpResponse]
Pages = dict[StrEnum, Page]
Describe = Callable[[Any, Any], Sequence[str]]


class NextPage(StrEnum):
    """The kind of page that follows a refusal. A journey can add kinds of its own."""

    SAME = "the same page with the messages"
    BACK = "the page that the act started from, which shows how things are now"
    GONE = "a page that the account may still see, or 404"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. `describe` returns the messages; none if the next page explains the refusal."""

    describe: Describe
    next_page: StrEnum
    status: int


Table = Mapping[type[Exception], Row]


def describe_nothing(_refused: Exception, _context: Any) -> list[str]:
    """Return no message, because the next page explains the refusal."""
    return []


def describe_as(message: Promise) -> Describe:
    """Return a function that describes every refusal of a row by this one message."""
    return lambda _refused, _context: [str(message)]


def find_row(table: Table, kind: type[BaseException]) -> Row | None:
    """Return the row of this exception, else of its nearest base class in the table, or None."""
    return next((table[base] for base in kind.__mro__ if base in table), None)


class Refusals(Generic[Context]):
    """Catch a refusal inside a `with` block and remember it. The context is passed to `Row.describe`."""

    def __init__(self, table: Table, pages: Pages, context: Context) -> None:
        self._table = table
        self._pages = pages
        self._context = context
        self._refused: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        row = find_row(self._table, type(error))
        if row is None or row.next_page not in self._pages:
            return False
        self._refused = error
        return True

    def respond(self) -> HttpResponse:
        """Return the page that follows the refusal."""
        row = find_row(self._table, type(self._refused)) if self._refused is not None else None
        if row is None:
            raise AssertionError("Nothing was refused. The block must return its own response.")
        return self._pages[row.next_page](list(row.describe(self._refused, self._context)), row.status)


def go_to(address: str, *arguments: object) -> Page:
    """Return a page function that redirects to a page that explains the refusal itself."""
    return lambda _problems, _status: redirect(address, *arguments)


def answer_404(_problems: list[str], _status: int) -> HttpResponse:
    """Raise Http404, because the row no longer exists for the account."""
    raise Http404


def warn_and_go_to(request: HttpRequest, address: str, *arguments: object) -> Page:
    """Return a page function that redirects with the messages as warnings."""

    def warn(problems: list[str], _status: int) -> HttpResponse:
        for problem in problems:
            messages.warning(request, problem)
        return redirect(address, *arguments)

    return warn


def show_errors(form: forms.Form, show: Callable[[int], HttpResponse], *, field: str | None = None) -> Page:
    """Return a page function that shows the messages as errors of the form, or of one of its fields."""

    def show_again(problems: list[str], status: int) -> HttpResponse:
        for problem in problems:
            form.add_error(field, problem)
        return show(status)

    return show_again
