"""The page of a case: the public's own answer word for word, everything that happened, no code."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Message
from accounts.services.access_codes import issue_access_code
from accounts.units import Unit
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Notice
from policy.clock import database_now
from tests.admin import sign_in_staff
from tests.appointments.moves import move_for_caller, move_online
from tests.factories.accounts import CaseFactory, PersonFactory, RepresentationFactory, officer_of
from tests.factories.appointments import AppointmentFactory, ChainFactory, HoldFactory, SlotFactory

pytestmark = pytest.mark.usefixtures("reference_data")


class Text(HTMLParser):
    """The words of a piece of a page, without its markup."""

    def __init__(self, html):
        super().__init__()
        self.words = []
        self.feed(html)

    def handle_data(self, data):
        self.words += data.split()


def words_of(html):
    return " ".join(Text(html).words)


def page_of(client, case):
    answer = client.get(reverse("admin:accounts_case_change", args=[case.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def officer(client):
    officer = officer_of(Unit.CONTACT_CENTER)
    sign_in_staff(client, officer)
    return officer


def refused_for(code):
    """An appointment that the public cannot move, for this and perhaps other reasons."""
    fields = {
        RefusalCode.FORM_NOT_ENABLED: {},
        RefusalCode.SCHEDULED_BEFORE_LAUNCH: {},
        RefusalCode.ALREADY_PASSED: {"slot__ahead": timedelta(hours=-3)},
        RefusalCode.WITHIN_12_HOURS: {"slot__ahead": timedelta(hours=3)},
        RefusalCode.RESCHEDULE_LIMIT: {},
        RefusalCode.NOT_SCHEDULED: {"status": Appointment.Status.MISSED},
        RefusalCode.CASE_CLOSED: {"chain__person__case__closed": True},
        RefusalCode.STAFF_ONLY: {"is_staff_only": True},
    }[code]
    appointment = AppointmentFactory(**fields)
    if code == RefusalCode.RESCHEDULE_LIMIT:
        for _ in range(2):
            appointment = move_online(appointment).to_appointment
    if code in (RefusalCode.FORM_NOT_ENABLED, RefusalCode.SCHEDULED_BEFORE_LAUNCH):
        case = appointment.chain.person.case
        version = case.form_type.versions.get()
        version.pk, version.effective_at = None, database_now()
        version.online_from = None if code == RefusalCode.FORM_NOT_ENABLED else version.online_from
        version.scheduled_from = database_now()
        version.save()
    return appointment


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", RefusalCode)
def test_says_what_the_public_reads_word_for_word(client, officer, code, language):
    appointment = refused_for(code)
    case = appointment.chain.person.case
    client.cookies["django_language"] = language
    staff = page_of(client, case)
    client.force_login(case.requestor)
    public = client.get(reverse("appointments:detail", args=[appointment.public_id])).content.decode()

    [answer] = re.findall(r'<section aria-labelledby="answer-heading".*?</section>', public, re.DOTALL)
    assert f'data-refusal="{code}"' in staff
    assert words_of(answer) in words_of(staff)


def test_says_until_when_the_public_can_move_it(client, officer):
    appointment = AppointmentFactory()
    staff = words_of(page_of(client, appointment.chain.person.case))
    client.force_login(appointment.chain.person.case.requestor)
    public = client.get(reverse("appointments:detail", args=[appointment.public_id])).content.decode()
    [headline] = re.findall(r'<h2 id="answer-heading".*?</h2>', public, re.DOTALL)
    assert words_of(headline) in staff


def test_shows_all_that_happened(client, officer):
    appointment = AppointmentFactory()
    case = appointment.chain.person.case
    RepresentationFactory(case=case, representative__name="Ada Advocate")
    move = move_for_caller(appointment)
    HoldFactory(appointment=move.to_appointment)
    Message.objects.filter(notice__move=move).update(state=Message.State.FAILED)

    said = words_of(page_of(client, case))

    for text in (
        case.receipt_number,
        case.requestor.name,
        "Ada Advocate",
        move.confirmation_number,
        move.actor.name,
        move.statement.reason.text_en,
        "Contact Center",
        "email not delivered: call the person",
        "holds a seat until",
    ):
        assert text in said, text


def test_never_shows_a_code(client, officer):
    case = CaseFactory(requestor=None)
    code = issue_access_code(case=case)
    page = page_of(client, case)
    assert "works until" in page
    assert code not in page
    assert case.access_codes.get().code_hash not in page


@pytest.mark.parametrize(
    ("unit", "acts"),
    [(Unit.CONTACT_CENTER, True), (Unit.CONTACT_CENTER_SUPERVISORS, True), (Unit.AUDITORS, False)],
)
def test_offers_only_what_the_unit_may_do(client, unit, acts):
    sign_in_staff(client, officer_of(unit))
    page = page_of(client, AppointmentFactory().chain.person.case)
    assert ("Move for a caller" in page) == acts
    assert ("Close the case" in page) == acts
    assert ("History of this case" in page) == (unit == Unit.AUDITORS)


def test_escapes_what_people_typed(client, officer):
    case = CaseFactory()
    person = PersonFactory(case=case, name="<script>alert(1)</script>")
    AppointmentFactory(chain=ChainFactory(person=person))
    page = page_of(client, case)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def household(size):
    case = CaseFactory()
    for number in range(size):
        person = PersonFactory(case=case, name=f"Person {number}")
        appointment = AppointmentFactory(chain=ChainFactory(person=person))
        move_online(appointment, SlotFactory(ahead=timedelta(days=8, minutes=number)))
    return case


def test_takes_as_many_statements_for_a_family_as_for_one(client, officer, django_assert_num_queries):
    one, family = household(1), household(6)
    page_of(client, one)
    with CaptureQueriesContext(connection) as for_one:
        page_of(client, one)
    with django_assert_num_queries(len(for_one)):
        page_of(client, family)
    assert Notice.objects.count() == 7
