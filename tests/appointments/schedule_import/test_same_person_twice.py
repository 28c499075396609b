"""A new person_id for a person whom the case already has is a fault, unless it says that it is a namesake."""

import pytest

from accounts.models import Person
from tests.support.deliveries import faults_of, load

pytestmark = pytest.mark.usefixtures("reference_data")


def add_person(scheduler, number, **changes):
    """Add another row for the person of the first one."""
    first = scheduler.row("people.csv")
    scheduler.add("people.csv", **{**first, "person_id": number, **changes})


def test_a_number_that_lost_its_zeros_is_a_fault(scheduler):
    """The fault: a second person with a second scheduled appointment, in the same slot."""
    scheduler.slot(10)
    scheduler.person()
    scheduler.row("people.csv")["person_id"] = "00123"
    row = scheduler.appointment("A1", "00123", scheduler.row("slots.csv")["starts_at"])
    load(scheduler.deliver(hours=9))
    scheduler.row("people.csv")["person_id"] = row["person_id"] = "123"

    [fault] = [fault for fault in faults_of(scheduler.deliver()) if fault.file == "people.csv"]

    assert (fault.line, fault.column, fault.value) == (2, "person_id", "123")
    assert "already has this person as 00123" in fault.remedy
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{}, {"name": "NURIA  ONeil 1"}, {"name": "Someone Else"}],
    ids=["same", "typed otherwise", "corrected"],
)
def test_two_numbers_in_one_file_are_a_fault(scheduler, changes):
    scheduler.person()
    scheduler.row("people.csv")["person_id"] = "0012"
    add_person(scheduler, "12", **changes)

    [fault] = faults_of(scheduler.deliver())

    assert (fault.line, fault.column) == (3, "person_id")
    assert "as 0012" in fault.remedy


def test_the_same_name_and_role_under_another_number_is_a_fault(scheduler):
    scheduler.person()
    load(scheduler.deliver(hours=9))
    scheduler.row("people.csv")["person_id"] = "X9"

    [fault] = faults_of(scheduler.deliver())

    assert "already has this person as P1" in fault.remedy


@pytest.mark.parametrize("changes", [{"namesake": "yes"}, {"role": "beneficiary"}, {"name": "Ana Rivera"}])
def test_another_person_is_loaded(scheduler, changes):
    scheduler.person()
    load(scheduler.deliver(hours=9))
    add_person(scheduler, "X9", **changes)

    assert load(scheduler.deliver()).counts["people_new"] == 1


def test_a_namesake_stays_known_without_the_mark(scheduler):
    scheduler.person()
    add_person(scheduler, "X9", namesake="yes")
    load(scheduler.deliver(hours=9))
    scheduler.row("people.csv", 1)["namesake"] = ""

    assert load(scheduler.deliver()).counts["people_new"] == 0


def test_a_site_code_that_lost_its_zeros_is_a_fault(scheduler):
    scheduler.row("sites.csv")["code"] = "007"
    load(scheduler.deliver(hours=9))
    scheduler.row("sites.csv")["code"] = "7"

    [fault] = faults_of(scheduler.deliver())

    assert (fault.file, fault.line, fault.column) == ("sites.csv", 2, "code")
    assert "already the site 007" in fault.remedy
