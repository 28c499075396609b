"""The table of refusals: every refusal of a service has a row, with texts in both languages."""

import inspect

import pytest
from django.http import HttpResponse
from django.utils import translation

from appointments.booking import errors as raised
from appointments.booking.decisions import decide
from appointments.booking.errors import (
    HeldBySomeoneElse,
    HoldLimit,
    Refused,
    SeatRefused,
    TooManyHolds,
    TooManyItems,
)
from appointments.eligibility import SeatRefusal
from appointments.reschedule.refusals import REFUSALS, NextPage, refusals
from portal.foundation.clock import database_now
from tests.factories.appointments import AppointmentFactory

PUBLIC = {
    name: error
    for name in raised.__all__
    if inspect.isclass(error := getattr(raised, name)) and issubclass(error, Exception)
}


def make(error):
    """Return an instance of this refusal."""
    wanted = {
        Refused: lambda: Refused({1: decide(AppointmentFactory())[0]}),
        SeatRefused: lambda: SeatRefused(tuple(SeatRefusal)),
        HeldBySomeoneElse: lambda: HeldBySomeoneElse(until=database_now()),
        TooManyHolds: lambda: TooManyHolds(HoldLimit.LIVE, 5),
        TooManyItems: lambda: TooManyItems(20),
    }
    return wanted.get(error, error)()


def test_every_refusal_of_the_services_has_a_row():
    assert set(REFUSALS) == set(PUBLIC.values())


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("people", [1, 2])
def test_each_row_leads_to_its_page_with_its_messages_and_status(reference_data, name, people):
    row = REFUSALS[PUBLIC[name]]
    appointments = AppointmentFactory.create_batch(people)
    messages = {}
    for language in ("en", "es"):

        def answer(problems, status, language=language):
            messages[language] = problems
            return HttpResponse(status=status)

        with translation.override(language):
            with refusals(appointments, {row.next_page: answer}) as refused:
                raise make(PUBLIC[name])
            response = refused.respond()
        assert response.status_code == row.status
        assert 400 <= row.status < 500
    assert all(messages["en"]) == all(messages["es"])
    if row.next_page is NextPage.SAME:
        assert messages["en"]
        assert not set(messages["en"]) & set(messages["es"])


def test_a_refusal_that_leads_to_no_page_of_the_view_is_not_caught():
    with pytest.raises(raised.HoldEnded), refusals([], {}):
        raise raised.HoldEnded


def test_an_error_that_is_no_refusal_is_not_caught():
    with pytest.raises(ZeroDivisionError), refusals([], dict.fromkeys(NextPage, HttpResponse)):
        raise ZeroDivisionError


def test_a_block_that_was_not_refused_has_nothing_to_respond():
    with refusals([], {}) as refused:
        pass
    with pytest.raises(AssertionError, match="Nothing was refused"):
        refused.respond()
