"""The staff search finds a case by numbers and names that a caller can give, and by nothing else."""

import pytest

from accounts.models import Case
from appointments.booking.case_search import search_cases
from tests.factories.accounts import CaseFactory, PersonFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.reschedules import reschedule_online


@pytest.fixture
def case(reference_data):
    case = CaseFactory(receipt_number="IOE0912345678")
    PersonFactory(case=case, name="María José Núñez Ortega")
    PersonFactory(case=CaseFactory(receipt_number="SIM0912345678"), name="Maria Jones")
    return case


def found(words):
    return list(search_cases(cases=Case.objects.all(), words=words))


@pytest.mark.parametrize(
    "words",
    [
        "IOE0912345678",
        "ioe 0912-345-678",
        "IOEO9I23456 78",
        " IOE 09",
        "IOE0",
        "josé núñez",
        "ORTEGA",
        "ñez  Ort",
        "Nunez, Maria",
        "ortega JOSE",
        "Mari\u0301a Jose\u0301",
    ],
)
def test_finds_a_case_by_receipt_number_or_name(case, words):
    assert found(words) == [case]


@pytest.mark.parametrize(
    "words", ["", " ", "x", "Jo", "%%%", "___", "IOE1", "Nobody", "R-AAAAA-AAAAA", "\x00\x00\x00", "\\\\\\"]
)
def test_finds_nothing_for_text_that_is_no_number_or_name(case, words):
    assert found(words) == []


def test_finds_a_case_by_the_confirmation_number_of_a_reschedule(reference_data):
    reschedule = reschedule_online(AppointmentFactory())
    AppointmentFactory()
    number = reschedule.confirmation_number
    for words in (number, number.lower(), number.replace("-", " "), f" {number.replace('-', '')} "):
        assert found(words) == [reschedule.series.person.case], words


def test_never_leaves_the_cases_it_was_given(case):
    assert list(search_cases(cases=Case.objects.none(), words="IOE0912345678")) == []
