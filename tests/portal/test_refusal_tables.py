"""Every table of refusals: each exception that a service raises has a row, with texts in both languages."""

import importlib
import inspect
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.utils import translation

from accounts.services.codes import TooManyAttempts
from accounts.services.deletion import DeletionRefused, Obstacle
from accounts.services.phone_codes import TooManyPhoneCodes, WrongPhoneCode
from appointments.booking import errors
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
from portal.foundation.clock import database_now
from portal.foundation.refusals import NextPage, Refusals, find_row
from tests.factories.appointments import AppointmentFactory

CHECKOUT = Path(__file__).resolve().parents[2]


def list_modules():
    places = [*CHECKOUT.glob("accounts/refusals.py"), *CHECKOUT.glob("appointments/*/refusals.py")]
    return [".".join(place.relative_to(CHECKOUT).with_suffix("").parts) for place in sorted(places)]


TABLES = {
    f"{module}.{name}": table
    for module in list_modules()
    for name, table in vars(importlib.import_module(module)).items()
    if name.endswith("REFUSALS")
}
ROWS = [(name, error) for name, table in TABLES.items() for error in table]
SERVICES = "\n".join(
    place.read_text()
    for app in ("accounts", "appointments")
    for place in sorted((CHECKOUT / app).rglob("*.py"))
    if {"services", "booking"} & {*place.parts, place.stem} or place.parent.name == "views"
)
# A service may make an exception in one place and raise it in another, after its transaction.
RAISED = set(re.findall(r"(?:\braise |(?<!class )\b(?=[A-Z]\w+\())(\w+)", SERVICES))


def make(error):
    """Return an instance of this refusal."""
    wanted = {
        Refused: lambda: Refused({1: decide(AppointmentFactory())[0]}),
        SeatRefused: lambda: SeatRefused(tuple(SeatRefusal)),
        HeldBySomeoneElse: lambda: HeldBySomeoneElse(until=database_now()),
        TooManyHolds: lambda: TooManyHolds(HoldLimit.LIVE, 5),
        TooManyItems: lambda: TooManyItems(20),
        TooManyAttempts: lambda: TooManyAttempts(timedelta(minutes=5)),
        TooManyPhoneCodes: lambda: TooManyPhoneCodes(timedelta(minutes=5)),
        WrongPhoneCode: lambda: WrongPhoneCode(2),
        DeletionRefused: lambda: DeletionRefused(Obstacle.STAFF),
    }
    return wanted.get(error, error)()


def test_all_tables_are_found():
    assert list(TABLES) == [
        "accounts.refusals.REFUSALS",
        "accounts.refusals.STAFF_REFUSALS",
        "appointments.account_deletion.refusals.REFUSALS",
        "appointments.caseload.refusals.REFUSALS",
        "appointments.representation.refusals.REFUSALS",
        "appointments.reschedule.refusals.REFUSALS",
        "appointments.staff.refusals.REFUSALS",
    ]


def test_every_refusal_of_the_booking_engine_has_a_row():
    refusals = {getattr(errors, name) for name in errors.__all__}
    kinds = {kind for kind in refusals if inspect.isclass(kind) and issubclass(kind, Exception)}

    assert kinds - {error for _, error in ROWS} == set()


@pytest.mark.parametrize(("name", "error"), ROWS)
def test_a_service_raises_the_refusal_of_each_row(name, error):
    kinds = {error.__name__, *(kind.__name__ for kind in error.__subclasses__())}

    assert kinds & RAISED


@pytest.mark.parametrize(("name", "error"), ROWS)
@pytest.mark.parametrize("people", [1, 2])
def test_each_row_leads_to_its_page_with_its_messages_and_status(reference_data, name, error, people):
    row = TABLES[name][error]
    appointments = AppointmentFactory.create_batch(people)
    messages = {}
    for language in ("en", "es"):

        def answer(problems, status, language=language):
            messages[language] = problems
            return HttpResponse(status=status)

        with translation.override(language):
            with Refusals(TABLES[name], {row.next_page: answer}, appointments) as refused:
                raise make(error)
            response = refused.respond()
        assert response.status_code == row.status
        assert 400 <= row.status < 500
    assert len(messages["en"]) == len(messages["es"])
    assert all(messages["en"]) == all(messages["es"])
    assert not set(messages["en"]) & set(messages["es"])


@pytest.mark.parametrize(("name", "table"), TABLES.items())
def test_a_page_that_is_shown_again_or_left_says_why(name, table):
    silent = {
        error.__name__
        for error, row in table.items()
        if row.next_page in (NextPage.SAME, NextPage.BACK) and row.describe.__name__ == "describe_nothing"
    }

    # An account with cases gets a page that says so in place of the form.
    assert silent <= {"AccountHasCases"}


def test_a_more_special_refusal_has_the_row_of_its_base_class_until_it_has_its_own():
    class StillMoreSpecial(errors.AlreadyInForce): ...

    table = TABLES["appointments.staff.refusals.REFUSALS"]

    assert find_row(table, StillMoreSpecial) is table[errors.AlreadyInForce]
    assert find_row(table, errors.AlreadyInForce) is not table[errors.AlreadyDone]
    assert find_row(table, ZeroDivisionError) is None
