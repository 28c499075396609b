"""The start page shows who needs a call, on the unit's own cases, in a constant number of statements."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Message, User
from accounts.services.access_codes import add_case
from accounts.services.codes import ALERT_FAILURES, ALERT_WINDOW, CodeRejected
from accounts.units import Unit
from appointments.models import Notice
from appointments.notices.facts import RepresentationEvent
from appointments.notices.services.representations import notify_both_sides
from appointments.staff.services.settle_conflict import settle_conflict
from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, PersonFactory, UserFactory, officer_of, requested
from tests.factories.appointments import (
    AppointmentFactory,
    ConflictFactory,
    SeriesFactory,
    SlotFactory,
)
from tests.factories.reschedules import reschedule_by_agency, reschedule_online
from tests.support.staff_sign_in import sign_in_staff
from tests.support.text_gateway import NUMBER

pytestmark = pytest.mark.usefixtures("reference_data")


def appointment_for(name, *, adoption=False):
    case = CaseFactory(adoption=adoption, requestor=UserFactory(name=name))
    return AppointmentFactory(series=SeriesFactory(person=PersonFactory(case=case, name=name)))


def start_page(client, unit):
    sign_in_staff(client, officer_of(*[unit] if unit else []))
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 200
    return answer.content.decode()


def undelivered(name, *, adoption=False):
    reschedule = reschedule_online(appointment_for(name, adoption=adoption))
    Message.objects.filter(notice__reschedule=reschedule).update(state=Message.State.FAILED)
    return reschedule


def test_names_whom_no_mail_reached_until_they_read_it_in_the_portal(client):
    reschedule = undelivered("Unreached Person")
    assert "Unreached Person" in start_page(client, Unit.CONTACT_CENTER)
    Notice.objects.filter(reschedule=reschedule).update(read_at=database_now())
    assert "Unreached Person" not in start_page(client, Unit.CONTACT_CENTER)


def test_names_no_one_whose_mail_arrived_or_whose_appointment_is_over(client, shift_clock):
    reschedule_online(appointment_for("Reached Person"))
    undelivered("Past Person")
    page = start_page(client, Unit.CONTACT_CENTER)
    assert "Reached Person" not in page
    assert "Past Person" in page
    shift_clock(timedelta(days=30))
    assert "Past Person" not in start_page(client, Unit.CONTACT_CENTER)


def reschedule_of_who_chose_both(name):
    """Return a reschedule with an email that did not arrive and a text message."""
    appointment = appointment_for(name)
    requestor = appointment.series.person.case.requestor
    User.objects.filter(pk=requestor.pk).update(
        phone=NUMBER, phone_confirmed_at=database_now(), notification_channel="both"
    )
    reschedule = reschedule_online(appointment)
    Message.objects.filter(notice__reschedule=reschedule).update(state=Message.State.FAILED)
    return reschedule


def test_names_no_one_whom_a_text_message_reached_or_may_still_reach(client, text_gateway_url):
    reschedule = reschedule_of_who_chose_both("Texted Person")
    texts = Message.objects.filter(paired_email__notice__reschedule=reschedule)
    assert "Texted Person" not in start_page(client, Unit.CONTACT_CENTER)
    texts.update(state=Message.State.SENT, sent_at=database_now())
    assert "Texted Person" not in start_page(client, Unit.CONTACT_CENTER)
    texts.update(state=Message.State.FAILED, sent_at=None)
    assert "Texted Person" in start_page(client, Unit.CONTACT_CENTER)
    listed = client.get(reverse("admin:appointments_notice_changelist"), {"mail": "failed"}).content.decode()
    assert "Texted Person" in listed


@pytest.mark.parametrize(
    ("mail", "text", "says"),
    [
        ("sent", "sent", r"email sent on [^;]+; text message sent on [^;]+;"),
        ("failed", "sent", r"email not delivered; text message sent on [^;]+;"),
        ("sent", "failed", r"email sent on [^;]+; text message not delivered;"),
        ("due", "due", r"email waiting to be sent; text message waiting to be sent;"),
        ("failed", "failed", r"<strong>email not delivered; text message not delivered: call the person<"),
    ],
)
def test_the_case_page_says_what_became_of_both(client, text_gateway_url, mail, text, says):
    reschedule = reschedule_of_who_chose_both("Some Person")
    for rows, state in (
        (Message.objects.filter(notice__reschedule=reschedule), mail),
        (Message.objects.filter(paired_email__notice__reschedule=reschedule), text),
    ):
        rows.update(state=state, sent_at=database_now() if state == "sent" else None)
    start_page(client, Unit.CONTACT_CENTER)
    case = reschedule.series.person.case
    shown = client.get(reverse("admin:accounts_case_change", args=[case.pk])).content.decode()
    assert re.search(says, shown)


def test_the_case_page_says_that_an_email_took_the_place_of_a_text(client, text_gateway_url):
    reschedule = reschedule_of_who_chose_both("Some Person")
    Message.objects.filter(paired_email__notice__reschedule=reschedule).delete()
    messages = Message.objects.filter(notice__reschedule=reschedule)
    messages.update(channel="text", state="due")
    address = reverse("admin:accounts_case_change", args=[reschedule.series.person.case.pk])
    start_page(client, Unit.CONTACT_CENTER)
    assert "; text message waiting to be sent;" in " ".join(client.get(address).content.decode().split())
    messages.update(channel="email", text_failed_at=database_now())
    said = " ".join(client.get(address).content.decode().split())
    assert "text message not delivered; email waiting to be sent;" in said
    messages.update(state="failed")
    said = client.get(address).content.decode()
    assert "<strong>text message not delivered; email not delivered: call the person</strong>" in said


@pytest.mark.parametrize("state", ["due", "sent", "failed"])
def test_the_list_of_notices_finds_texts_by_their_state(client, text_gateway_url, state):
    reschedule = reschedule_of_who_chose_both("Some Person")
    Message.objects.filter(notice__reschedule=reschedule).update(state="sent", sent_at=database_now())
    sent_at = database_now() if state == "sent" else None
    Message.objects.filter(paired_email__notice__reschedule=reschedule).update(state=state, sent_at=sent_at)
    start_page(client, Unit.CONTACT_CENTER)
    page = reverse("admin:appointments_notice_changelist")
    found = {
        wanted: "Some Person" in client.get(page, {"mail": wanted}).content.decode()
        for wanted in ("due", "sent", "failed")
    }
    # The email arrived, so a failed text is not on the list of undelivered notices.
    assert found == {"due": state == "due", "sent": True, "failed": False}


def test_names_whom_the_agency_rescheduled_into_the_next_week_unread(client):
    reschedule_by_agency(appointment_for("Moved Soon"), SlotFactory(ahead=timedelta(days=3)))
    reschedule_by_agency(appointment_for("Moved Far"), SlotFactory(ahead=timedelta(days=30)))
    page = start_page(client, Unit.CONTACT_CENTER)
    assert "Moved Soon" in page
    assert "Moved Far" not in page


def unreached(name, *, adoption=False):
    """Return the case of a client whose email about a representative did not arrive."""
    case = CaseFactory(adoption=adoption, requestor=UserFactory(name=name))
    row = requested(case=case)
    notify_both_sides(representation=row, event=RepresentationEvent.REQUESTED)
    Message.objects.filter(notice__addressee=case.requestor).update(state=Message.State.FAILED)
    return case


def test_names_whom_no_mail_about_a_representative_reached_until_they_read_it(client, shift_clock):
    case = unreached("Unreached Client")
    page = start_page(client, Unit.CONTACT_CENTER)
    assert f"Unreached Client: change of representative on case {case.receipt_number}" in page
    assert reverse("admin:accounts_case_change", args=[case.pk]) in page
    Notice.objects.filter(addressee=case.requestor).update(read_at=database_now())
    assert "Unreached Client" not in start_page(client, Unit.CONTACT_CENTER)
    unreached("Long Ago")
    shift_clock(timedelta(days=31))
    assert "Long Ago" not in start_page(client, Unit.CONTACT_CENTER)


def test_the_list_of_failed_mail_and_the_case_page_name_them_too(client):
    case = unreached("Unreached Client")
    start_page(client, Unit.CONTACT_CENTER)
    listed = client.get(reverse("admin:appointments_notice_changelist"), {"mail": "failed"}).content.decode()
    assert "Unreached Client" in listed
    assert case.receipt_number in listed
    shown = client.get(reverse("admin:accounts_case_change", args=[case.pk])).content.decode()
    assert "Notices about representatives" in shown
    assert "<strong>email not delivered: call the person</strong>" in shown


@pytest.mark.parametrize(("unit", "found"), [(Unit.NBC_ADOPTIONS, False), (Unit.CONTACT_CENTER, True)])
def test_a_notice_about_a_case_that_the_unit_does_not_read_does_not_exist(client, unit, found):
    notice = Notice.objects.get(addressee=unreached("Other Client").requestor)
    assert ("Other Client" in start_page(client, unit)) is found
    listed = client.get(reverse("admin:appointments_notice_changelist")).content.decode()
    assert ("Other Client" in listed) is found
    answer = client.get(reverse("admin:appointments_notice_change", args=[notice.pk]))
    assert (answer.status_code == 200) is found


def test_a_deleted_account_is_named_as_deleted(client):
    reschedule = undelivered("Unreached Person")
    User.objects.filter(pk=reschedule.series.person.case.requestor_id).update(name="")
    page = start_page(client, Unit.CONTACT_CENTER)
    assert "A deleted account: appointment on" in page
    for address in (
        reverse("admin:appointments_notice_changelist"),
        reverse("admin:accounts_case_change", args=[reschedule.series.person.case_id]),
    ):
        assert "a deleted account" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("unit", "sees"),
    [
        (Unit.NBC_ADOPTIONS, {"Adopting Person"}),
        (Unit.CONTACT_CENTER, {"Adopting Person", "Other Person"}),
        (Unit.AUDITORS, {"Adopting Person", "Other Person"}),
        (Unit.SITE_MANAGERS, set()),
        (Unit.POLICY_OFFICERS, set()),
        (None, set()),
    ],
)
def test_shows_only_what_the_unit_reads(client, unit, sees):
    undelivered("Adopting Person", adoption=True)
    undelivered("Other Person")
    page = start_page(client, unit)
    assert {name for name in ("Adopting Person", "Other Person") if name in page} == sees


def test_shows_conflicts_until_they_are_settled(client):
    conflict = ConflictFactory()
    number = conflict.appointment.series.person.case.receipt_number
    assert number in start_page(client, Unit.CONTACT_CENTER)
    settle_conflict(actor=officer_of(Unit.CONTACT_CENTER), conflict=conflict, note="Called.")
    assert number not in start_page(client, Unit.CONTACT_CENTER)


@pytest.mark.parametrize("unit", [*Unit, None])
def test_says_what_is_in_force(client, unit):
    page = start_page(client, unit)
    assert "Online until 12 hours before the appointment" in page
    assert "2 reschedules per person" in page


def test_takes_no_more_statements_for_more_rows(client):
    sign_in_staff(client, officer_of(Unit.CONTACT_CENTER))
    undelivered("First Person")
    unreached("First Client")
    ConflictFactory()
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("admin:index"))
    for number in range(7):
        undelivered(f"Person {number}")
        unreached(f"Client {number}")
        ConflictFactory()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("admin:index"))
    assert len(many) == len(few) <= 18


def test_shows_cases_on_which_many_codes_failed_in_a_day(client, shift_clock):
    guessed, tried = CaseFactory(requestor=None), CaseFactory(requestor=None)
    for case, failures in ((guessed, ALERT_FAILURES), (tried, ALERT_FAILURES - 1)):
        for guesser in UserFactory.create_batch(failures):
            with pytest.raises(CodeRejected):
                add_case(account=guesser, receipt_number=case.receipt_number, access_code="0" * 16)
    page = start_page(client, Unit.CONTACT_CENTER)
    assert f"{guessed.receipt_number}: {ALERT_FAILURES} wrong codes" in page
    assert tried.receipt_number not in page
    assert guessed.receipt_number not in start_page(client, Unit.NBC_ADOPTIONS)
    shift_clock(ALERT_WINDOW)
    assert guessed.receipt_number not in start_page(client, Unit.CONTACT_CENTER)
