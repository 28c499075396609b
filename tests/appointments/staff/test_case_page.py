"""The page of a case shows the answer that the public reads, everything that happened, and no code."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Message, Representation, RepresentativeInvitation
from accounts.services.access_codes import issue_access_code
from accounts.units import Unit
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, Notice
from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, PersonFactory, RepresentationFactory, officer_of
from tests.factories.appointments import (
    AppointmentFactory,
    ReservedSeatFactory,
    SeriesFactory,
    SlotFactory,
)
from tests.factories.reschedules import reschedule_for_caller, reschedule_online
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")


class Text(HTMLParser):
    """Collects the words of a part of a page, without its markup."""

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
    """Return an appointment that the public cannot reschedule, for this reason and perhaps others."""
    fields = {
        RefusalCode.FORM_NOT_ENABLED: {},
        RefusalCode.SCHEDULED_BEFORE_LAUNCH: {},
        RefusalCode.ALREADY_PASSED: {"slot__ahead": timedelta(hours=-3)},
        RefusalCode.WITHIN_12_HOURS: {"slot__ahead": timedelta(hours=3)},
        RefusalCode.RESCHEDULE_LIMIT: {},
        RefusalCode.NOT_SCHEDULED: {"status": Appointment.Status.MISSED},
        RefusalCode.CASE_CLOSED: {"series__person__case__closed": True},
        RefusalCode.STAFF_ONLY: {"is_staff_only": True},
    }[code]
    appointment = AppointmentFactory(**fields)
    if code == RefusalCode.RESCHEDULE_LIMIT:
        for _ in range(2):
            appointment = reschedule_online(appointment).to_appointment
    if code in (RefusalCode.FORM_NOT_ENABLED, RefusalCode.SCHEDULED_BEFORE_LAUNCH):
        case = appointment.series.person.case
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
    case = appointment.series.person.case
    client.cookies["django_language"] = language
    staff = page_of(client, case)
    client.force_login(case.requestor)
    public = client.get(reverse("appointments:detail", args=[appointment.public_id])).content.decode()

    [answer] = re.findall(r'<section aria-labelledby="answer-heading".*?</section>', public, re.DOTALL)
    assert f'data-refusal="{code}"' in staff
    assert words_of(answer) in words_of(staff)


def test_says_until_when_the_public_can_reschedule_it(client, officer):
    appointment = AppointmentFactory()
    staff = words_of(page_of(client, appointment.series.person.case))
    client.force_login(appointment.series.person.case.requestor)
    public = client.get(reverse("appointments:detail", args=[appointment.public_id])).content.decode()
    [headline] = re.findall(r'<h2 id="answer-heading".*?</h2>', public, re.DOTALL)
    assert words_of(headline) in staff


def test_shows_all_that_happened(client, officer):
    appointment = AppointmentFactory()
    case = appointment.series.person.case
    RepresentationFactory(case=case, representative__name="Ada Advocate")
    reschedule = reschedule_for_caller(appointment)
    ReservedSeatFactory(appointment=reschedule.to_appointment)
    Message.objects.filter(notice__reschedule=reschedule).update(state=Message.State.FAILED)

    said = words_of(page_of(client, case))

    for text in (
        case.receipt_number,
        case.requestor.name,
        "Ada Advocate",
        reschedule.confirmation_number,
        reschedule.actor.name,
        reschedule.statement.reason.text_en,
        "Contact Center",
        "email not delivered: call the person",
        "The time is on hold until",
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
    page = page_of(client, AppointmentFactory().series.person.case)
    assert ("Reschedule for caller" in page) == acts
    assert ("Close the case" in page) == acts
    assert ("Audit history of this case" in page) == (unit == Unit.AUDITORS)


def test_escapes_what_people_typed(client, officer):
    case = CaseFactory()
    person = PersonFactory(case=case, name="<script>alert(1)</script>")
    AppointmentFactory(series=SeriesFactory(person=person))
    page = page_of(client, case)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def household(size):
    case = CaseFactory()
    for number in range(size):
        person = PersonFactory(case=case, name=f"Person {number}")
        appointment = AppointmentFactory(series=SeriesFactory(person=person))
        reschedule_online(appointment, SlotFactory(ahead=timedelta(days=8, minutes=number)))
    return case


def test_takes_as_many_statements_for_a_family_as_for_one(client, officer, django_assert_num_queries):
    one, family = household(1), household(6)
    page_of(client, one)
    with CaptureQueriesContext(connection) as for_one:
        page_of(client, one)
    with django_assert_num_queries(len(for_one)):
        page_of(client, family)
    assert Notice.objects.count() == 7


PAGE = 20


def add_history(case, count):
    """Add this many ended representations, open invitations, and notices about representatives."""
    for number in range(count):
        name, at = f"Former {number:02}", database_now() - timedelta(days=1, minutes=number)
        RepresentationFactory(
            case=case, representative__name=name, status=Representation.Status.WITHDRAWN, ended_at=at
        )
        RepresentativeInvitation.objects.create(
            case=case, invited_by=case.requestor, email=f"invited{number:02}@example.org"
        )
        Notice.objects.create(addressee=case.requestor, case=case, kind=Notice.Kind.REPRESENTATION, facts={})


def lists_of(client, case, **pages):
    """Return the invitations, ended representations and notices that a page of the case shows."""
    answer = client.get(reverse("admin:accounts_case_change", args=[case.pk]), pages)
    assert answer.status_code == 200
    said, view = words_of(answer.content.decode()), answer.context["view"]
    invited = re.findall(r"(invited\d\d@example\.org) :", said)
    before = re.findall(r"Former \d\d: ", said)
    return invited, before, [line.notice.pk for line in view.notices.lines]


def test_lists_of_a_case_have_pages_each_its_own(client, officer):
    case = CaseFactory()
    add_history(case, 2 * PAGE + 1)
    pages = [lists_of(client, case, invited=page, ended=page, notices=page) for page in (1, 2, 3)]
    for shown in zip(*pages, strict=True):
        assert [len(set(page)) for page in shown] == [PAGE, PAGE, 1]
        assert len(set().union(*shown)) == 2 * PAGE + 1
    first, second = pages[0], lists_of(client, case, ended=2)
    assert (second[0], second[2]) == (first[0], first[2])
    assert second[1] == pages[1][1]


@pytest.mark.parametrize(("asked", "page"), [("999", 3), ("0", 3), ("x", 1), ("", 1), ("\x00", 1)])
def test_a_page_that_is_not_there_shows_the_nearest(client, officer, asked, page):
    case = CaseFactory()
    add_history(case, 2 * PAGE + 1)
    assert lists_of(client, case, ended=asked) == lists_of(client, case, ended=page)


def test_pages_lead_to_the_list_itself_and_leave_the_others_where_they_are(client, officer):
    case = CaseFactory()
    add_history(case, PAGE + 1)
    address = reverse("admin:accounts_case_change", args=[case.pk])
    page = client.get(address, {"invited": "2"}).content.decode()
    assert 'href="?invited=1#invited"' in page
    assert 'href="?invited=2&amp;ended=2#ended"' in page
    assert 'href="?invited=2&amp;notices=2#notices"' in page
    for name in ("invited", "ended", "notices"):
        assert page.count(f'id="{name}"') == 1
    assert len(set(re.findall(r'<nav class="portal-pagination" aria-label="([^"]+)"', page))) == 3


def test_short_lists_have_no_pages(client, officer):
    case = CaseFactory()
    add_history(case, PAGE)
    assert "portal-pagination" not in page_of(client, case)


def test_takes_as_many_statements_for_long_lists_as_for_short(client, officer, django_assert_num_queries):
    short, long = CaseFactory(), CaseFactory()
    add_history(short, 1)
    add_history(long, 2 * PAGE + 1)
    page_of(client, short)
    with CaptureQueriesContext(connection) as for_short:
        page_of(client, short)
    with django_assert_num_queries(len(for_short)):
        lists_of(client, long, invited=2, ended=2, notices=2)
