"""The table of refusals of the booking engine, as the public reads them.

`portal/foundation/refusals.py` says how a view uses it.
"""

from collections.abc import Sequence
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from appointments.booking.errors import (
    HeldBySomeoneElse,
    HoldEnded,
    NoteMissing,
    NotYours,
    ReasonMissing,
    Refused,
    SeatRefused,
    TooManyHolds,
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
from portal.foundation.refusals import NextPage, Pages, Refusals, Row, Table, describe_as, describe_nothing


class JourneyPage(StrEnum):
    """The pages of the journey that can follow a refusal, in addition to `NextPage`."""

    ANSWER = "the page that says who can reschedule, and who can't and why"
    REASON = "the page that asks for the reason"
    RESERVATION = "the page of the reservation, which says that it ended"


def _describe_seats(refused: SeatRefused, appointments: Sequence[Appointment]) -> list[str]:
    rules = get_rules(form_type_ids=[])
    is_several = len(appointments) > 1
    return [describe_seat_refusal(cause, rules, is_several=is_several) for cause in refused.causes]


def _describe_other_holder(refused: HeldBySomeoneElse, appointments: Sequence[Appointment]) -> list[str]:
    return [explain_other_holder(refused, appointments[0])]


REFUSALS: Table = {
    Refused: Row(describe_nothing, JourneyPage.ANSWER, 409),
    NotYours: Row(describe_nothing, NextPage.GONE, 404),
    HoldEnded: Row(describe_nothing, JourneyPage.RESERVATION, 410),
    ReasonMissing: Row(describe_nothing, JourneyPage.REASON, 409),
    SeatRefused: Row(_describe_seats, NextPage.SAME, 409),
    HeldBySomeoneElse: Row(_describe_other_holder, NextPage.SAME, 409),
    TooManyHolds: Row(lambda refused, _rows: [explain_hold_limit(refused)], NextPage.SAME, 429),
    TooManyItems: Row(lambda refused, _rows: [explain_item_limit(refused)], NextPage.SAME, 422),
    NoteMissing: Row(
        describe_as(_("Write a note that says why you are overriding a limit.")), JourneyPage.REASON, 422
    ),
}


def refusals(appointments: Sequence[Appointment], pages: Pages) -> Refusals[Sequence[Appointment]]:
    """Catch refusals of services for these appointments; `respond` then returns one of the pages."""
    return Refusals(REFUSALS, pages, appointments)
