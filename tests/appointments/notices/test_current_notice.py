"""Documents of an appointment: for everyone who may act on the case now, marked once they no longer apply."""

import pytest
from django.urls import reverse
from icalendar import Calendar

from appointments.models import Appointment, Notice, PlaceAndTime
from appointments.notices.pdf import render_notice
from appointments.notices.services.events import queue_cancellation_notices, queue_site_change_notices
from appointments.notices.validity import NoticeValidity
from portal.foundation.clock import database_now
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.reschedules import reschedule_by_agency

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def appointment():
    return AppointmentFactory()


def get(client, account, name, row):
    client.force_login(account)
    return client.get(reverse(f"appointments:{name}", args=[row.public_id]))


def event_of(response):
    calendar = Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    return calendar["METHOD"], event


def test_counsel_who_came_later_prints_the_current_notice(client, appointment, text_of):
    current = reschedule_by_agency(appointment).to_appointment
    attorney = RepresentationFactory(
        case=appointment.case, representative=AttorneyFactory(name="Ruth Adler", language="es")
    ).representative

    document = text_of(get(client, attorney, "current_notice_pdf", current).content)

    notice = Notice.objects.get()
    assert notice.verification_code in document
    assert "Ruth Adler" in document
    assert "Aviso de cita" in document


def test_the_addressee_gets_the_own_copy_as_it_was_written(client, appointment):
    current = reschedule_by_agency(appointment).to_appointment
    owner = appointment.case.requestor
    notice = Notice.objects.get()

    copies = [get(client, owner, "current_notice_pdf", current), get(client, owner, "notice_pdf", notice)]

    assert copies[0].content == copies[1].content


@pytest.mark.parametrize("name", ["current_notice_pdf", "current_calendar"])
def test_no_one_else_and_no_replaced_appointment(client, appointment, name):
    current = reschedule_by_agency(appointment).to_appointment
    owner, former = (
        appointment.case.requestor,
        RepresentationFactory(case=appointment.case, status="withdrawn", ended_at=database_now()),
    )

    answers = [
        get(client, account, name, row).status_code
        for account, row in [(UserFactory(), current), (former.representative, current), (owner, appointment)]
    ]

    assert answers == [404, 404, 404]


def test_an_appointment_without_a_notice_has_a_calendar_entry_but_no_pdf(client, appointment):
    owner = appointment.case.requestor

    method, event = event_of(get(client, owner, "current_calendar", appointment))

    assert method == "PUBLISH"
    assert event["UID"] == appointment.series.calendar_uid
    assert event["SEQUENCE"] == 0
    assert get(client, owner, "current_notice_pdf", appointment).status_code == 404


def test_each_change_raises_the_sequence_of_the_entry(client, appointment):
    owner = appointment.case.requestor
    sequences = [sequence_of(get(client, owner, "current_calendar", appointment))]
    for change in (reschedule_by_agency, announce_site_change, reschedule_by_agency):
        change(appointment)
        appointment = appointment.series.appointments.get(status="scheduled")
        sequences.append(sequence_of(get(client, owner, "current_calendar", appointment)))

    assert sequences == [0, 1, 2, 3]


def announce_site_change(appointment):
    queue_site_change_notices(old={appointment.pk: PlaceAndTime.of_slot(appointment.slot)}, at=database_now())


def sequence_of(response):
    return event_of(response)[1]["SEQUENCE"]


def test_the_entry_of_a_replaced_notice_removes_itself(client, appointment):
    current = reschedule_by_agency(appointment).to_appointment
    owner, notice = appointment.case.requestor, Notice.objects.get()
    before = event_of(get(client, owner, "notice_calendar", notice))
    reschedule_by_agency(current)

    after = event_of(get(client, owner, "notice_calendar", notice))

    assert [(method, event["STATUS"]) for method, event in (before, after)] == [
        ("PUBLISH", "CONFIRMED"),
        ("CANCEL", "CANCELLED"),
    ]


def test_the_cancellation_cancels_the_entry_under_the_same_uid(client, appointment):
    current = reschedule_by_agency(appointment).to_appointment
    owner, earlier = appointment.case.requestor, Notice.objects.get()
    Appointment.objects.filter(pk=current.pk).update(status="cancelled")
    queue_cancellation_notices(appointment_ids=[current.pk], at=database_now())

    method, event = event_of(get(client, owner, "notice_calendar", Notice.objects.get(kind="canceled")))

    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert event["UID"] == earlier.facts["calendar_uid"]


@pytest.mark.parametrize(
    ("language", "validity", "mark", "sentence"),
    [
        ("en", NoticeValidity.SUPERSEDED, "NO LONGER VALID", "Use the newest notice."),
        ("es", NoticeValidity.SUPERSEDED, "YA NO ES VÁLIDO", "Use el aviso más reciente."),
        ("en", NoticeValidity.CANCELED, "CANCELED", "Do not come at this time."),
        ("es", NoticeValidity.CANCELED, "CANCELADA", "No venga a esta hora."),
    ],
)
def test_a_notice_that_no_longer_applies_says_so_across_the_page(
    make_facts, text_of, language, validity, mark, sentence
):
    facts = make_facts(language=language)

    marked, plain = text_of(render_notice(facts, validity=validity)), text_of(render_notice(facts))

    for words in (mark, sentence):
        assert words in marked
        assert words not in plain


def test_the_pdf_of_a_replaced_notice_is_marked(client, appointment, text_of):
    current = reschedule_by_agency(appointment).to_appointment
    owner, notice = appointment.case.requestor, Notice.objects.get()
    reschedule_by_agency(current)

    assert "NO LONGER VALID" in text_of(get(client, owner, "notice_pdf", notice).content)
    newest = Notice.objects.latest("pk")
    assert "NO LONGER VALID" not in text_of(get(client, owner, "notice_pdf", newest).content)


def test_a_cancellation_names_no_preparation(make_facts, text_of):
    letter = text_of(render_notice(make_facts(kind="canceled", old=None, confirmation_number=None)))

    assert "Appointment canceled" in letter
    assert "The agency canceled your biometric services appointment." in letter
    for preparation in ("What to bring", "What we will collect", "stamp"):
        assert preparation not in letter
    assert "Confirmation number" not in letter


def test_the_page_says_that_the_address_changed_after_the_notice(client, appointment):
    current = reschedule_by_agency(appointment).to_appointment
    owner, notice = appointment.case.requestor, Notice.objects.get()
    page = get(client, owner, "notice", notice).content.decode()
    assert "address changed after this notice" not in page

    site = current.slot.site
    site.street = "2 Example Avenue"
    site.save()

    assert "address changed after this notice" in get(client, owner, "notice", notice).content.decode()


def test_lists_mark_a_notice_that_another_address_replaced(client, appointment):
    current = reschedule_by_agency(appointment).to_appointment
    owner = appointment.case.requestor
    announce_site_change(current)
    client.force_login(owner)

    for name, args in (("notices", []), ("case", [appointment.case.public_id])):
        page = client.get(reverse(f"appointments:{name}", args=args)).content.decode()
        assert page.count("Replaced") == 1
