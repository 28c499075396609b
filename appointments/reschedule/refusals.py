"""The table of refusals: for each exception of a service the messages, the next page and the HTTP status.

A view lists the pages it can lead to, and runs the service inside `with refusals(...)`:

    with refusals(group.appointments, pages) as refused:
        services.confirm_reservation(...)
        return redirect(...)
    return refused.respond()

A refusal whose next page the view does not list is not caught, because that is a bug.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appointments.booking.errors import (
    AlreadyDone,
    CaseIsClosed,
    HeldBySomeoneElse,
    HoldEnded,
    NoteMissing,
    NotVerified,
    NotYours,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyHolds,
    TooManyInvitations,
    TooManyItems,
)
from appointments.models import Appointment
from appointments.reschedule.presenters.journey import describe_seat_refusal
from appointments.reschedule.presenters.refusals import (
    explain_hold_limit,
    explain_item_limit,
    explain_other_holder,
)
from policy.queries import get_rules

Page = Callable[[list[str], int], HttpResponse]


class NextPage(StrEnum):
    """The kind of page that follows a refusal."""

    SAME = "the same page with the messages"
    ANSWER = "the page that says who can reschedule, and who can't and why"
    REASON = "the page that asks for the reason"
    RESERVATION = "the page of the reservation, which says that it ended"
    GONE = "a page that the account may still see, or 404"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. `describe` returns the messages; none if the next page explains the refusal."""

    describe: Callable[[Any, Sequence[Appointment]], list[str]]
    next_page: NextPage
    status: int


def _describe_nothing(_refused: Exception, _appointments: Sequence[Appointment]) -> list[str]:
    return []


def _describe_seats(refused: SeatRefused, appointments: Sequence[Appointment]) -> list[str]:
    rules = get_rules(form_type_ids=[])
    is_several = len(appointments) > 1
    return [describe_seat_refusal(cause, rules, is_several=is_several) for cause in refused.causes]


def _describe_other_holder(refused: HeldBySomeoneElse, appointments: Sequence[Appointment]) -> list[str]:
    return [explain_other_holder(refused, appointments[0])]


REFUSALS: dict[type[Exception], Row] = {
    Refused: Row(_describe_nothing, NextPage.ANSWER, 409),
    NotYours: Row(_describe_nothing, NextPage.GONE, 404),
    HoldEnded: Row(_describe_nothing, NextPage.RESERVATION, 410),
    ReasonMissing: Row(_describe_nothing, NextPage.REASON, 409),
    SeatRefused: Row(_describe_seats, NextPage.SAME, 409),
    HeldBySomeoneElse: Row(_describe_other_holder, NextPage.SAME, 409),
    TooManyHolds: Row(lambda refused, _rows: [explain_hold_limit(refused)], NextPage.SAME, 429),
    TooManyItems: Row(lambda refused, _rows: [explain_item_limit(refused)], NextPage.SAME, 422),
    TooManyInvitations: Row(
        lambda _refused, _rows: [_("You invited five addresses in one day. Try again tomorrow.")],
        NextPage.SAME,
        429,
    ),
    NoteMissing: Row(
        lambda _refused, _rows: [_("Write a note that says why you are overriding a limit.")],
        NextPage.REASON,
        422,
    ),
    AlreadyDone: Row(
        lambda _refused, _rows: [_("It was already answered or has ended. Nothing has changed.")],
        NextPage.ANSWER,
        409,
    ),
    CaseIsClosed: Row(
        lambda _refused, _rows: [_("The case is closed, so you can’t ask anyone to represent you on it.")],
        NextPage.ANSWER,
        409,
    ),
    NotVerified: Row(
        lambda _refused, _rows: [
            _("The representative is not verified, or the accreditation has ended. Nothing has changed.")
        ],
        NextPage.ANSWER,
        409,
    ),
}


class Refusals:
    """Catch a refusal inside a `with` block and remember it."""

    def __init__(self, appointments: Sequence[Appointment], pages: Mapping[NextPage, Page]) -> None:
        self._appointments = appointments
        self._pages = pages
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
        row = REFUSALS.get(type(error))
        if row is None or row.next_page not in self._pages:
            return False
        self._refused = error
        return True

    def respond(self) -> HttpResponse:
        """Return the page that follows the refusal."""
        if self._refused is None:
            raise AssertionError("Nothing was refused. The block must return its own response.")
        row = REFUSALS[type(self._refused)]
        return self._pages[row.next_page](row.describe(self._refused, self._appointments), row.status)


def refusals(appointments: Sequence[Appointment], pages: Mapping[NextPage, Page]) -> Refusals:
    """Catch refusals of services for these appointments; `respond` then returns one of the pages."""
    return Refusals(appointments, pages)


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
