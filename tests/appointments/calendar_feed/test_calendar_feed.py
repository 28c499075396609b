"""A calendar feed: its secret address, what it contains, and that it ends with the right to see it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts.models import User
from appointments.calendar_feed.services import create_feed
from appointments.models import Appointment, CalendarFeed
from appointments.notices.queries import get_calendar_entry
from tests.factories.accounts import AttorneyFactory, CaseFactory, UserFactory, officer_of
from tests.factories.caseloads import client_of, clients_of, end_representation
from tests.factories.reschedules import reschedule_online
from tests.support.sign_in import sign_in_and_prove

pytestmark = pytest.mark.usefixtures("reference_data")

ADDRESS = re.compile(r'value="http[^"]*(/calendar/[\w-]{43}\.ics)"')


def address_of(account, *, with_names=False):
    return reverse("appointments:feed", args=[create_feed(account=account, with_names=with_names)])


def read(address, status=200, **headers):
    response = Client().get(address, headers=headers)
    assert response.status_code == status
    return response


def events_of(address):
    return Calendar.from_ical(read(address).content).walk("VEVENT")


@pytest.fixture
def attorney():
    return AttorneyFactory()


# --- The secret address -------------------------------------------------------------------------------


def test_the_address_is_shown_once_after_a_fresh_proof_of_identity(client):
    account = UserFactory()
    client.force_login(account)
    for name in ("calendar_feed", "create_feed", "change_feed_names", "delete_feed"):
        assert "/reauthenticate/" in client.post(reverse(f"appointments:{name}"))["Location"], name
    assert not CalendarFeed.objects.exists()
    sign_in_and_prove(client, account)
    page = client.post(reverse("appointments:create_feed")).content.decode()
    address = ADDRESS.search(page)[1]
    read(address)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in client.get(reverse("appointments:calendar_feed")).content.decode()
    assert token not in str(CalendarFeed.objects.values().get())


def test_a_replaced_and_a_deleted_address_stop_working(client):
    account = UserFactory()
    first = address_of(account)
    second = address_of(account)
    read(first, 404)
    read(second)
    sign_in_and_prove(client, account)
    client.post(reverse("appointments:delete_feed"))
    read(second, 404)


def test_staff_have_no_feed(client):
    officer = officer_of()
    client.force_login(officer)
    assert client.get(reverse("appointments:calendar_feed")).status_code == 404
    read(address_of(officer), 404)


@pytest.mark.parametrize("token", ["x", "A" * 43, "a\x00b", "é"])
def test_an_unknown_address_does_not_exist(token):
    read(f"/calendar/{token}.ics", 404)


def test_wrong_addresses_and_too_many_requests_are_limited(settings):
    settings.ACCOUNT_RATE_LIMITS = {"calendar_feed": "2/h/key", "calendar_feed_unknown": "1/h/ip"}
    address, other = address_of(UserFactory()), address_of(UserFactory())
    read(address), read(address)
    read(address, 429)
    read(other)
    read("/calendar/wrong.ics", 404)
    read("/calendar/wrong.ics", 429)
    read(other)


# --- What it contains ---------------------------------------------------------------------------------


def test_has_the_scheduled_appointments_without_any_name(attorney):
    first, second = client_of(attorney, name="Zebedee"), client_of(attorney, name="Quentin")
    client_of(AttorneyFactory())
    address = address_of(attorney)
    found = {str(event["uid"]): event for event in events_of(address)}
    assert found.keys() == {first.series.calendar_uid, second.series.calendar_uid}
    event = found[first.series.calendar_uid]
    assert event["dtstart"].dt == first.slot.starts_at.replace(microsecond=0)
    assert event["status"] == "CONFIRMED"
    text = read(address).content.decode()
    for secret in ("Zebedee", "Quentin", first.case.receipt_number, first.case.receipt_number[3:]):
        assert secret not in text


def test_names_are_included_where_the_account_asked(client, attorney):
    appointment = client_of(attorney, name="Zebedee")
    address = address_of(attorney)
    sign_in_and_prove(client, attorney)
    client.post(reverse("appointments:change_feed_names"), {"with_names": "on"})
    [event] = events_of(address)
    assert "Zebedee" in event["summary"]
    assert appointment.case.receipt_number in event["summary"]
    client.post(reverse("appointments:change_feed_names"))
    assert "Zebedee" not in read(address).content.decode()


def test_a_rescheduled_appointment_is_the_same_entry_with_the_sequence_of_the_single_one():
    case = CaseFactory()
    appointment = client_of(AttorneyFactory(), case=case)
    address = address_of(case.requestor)
    [before] = events_of(address)
    new = reschedule_online(appointment).to_appointment
    [after] = events_of(address)
    assert before["uid"] == after["uid"] == new.series.calendar_uid
    assert after["sequence"] == get_calendar_entry(new).sequence == before["sequence"] + 1
    assert after["dtstart"].dt == new.slot.starts_at.replace(microsecond=0)


def test_a_canceled_appointment_stays_as_canceled_for_thirty_days(attorney, shift_clock):
    appointment = client_of(attorney, ahead=timedelta(days=90))
    address = address_of(attorney)
    Appointment.objects.filter(pk=appointment.pk).update(status=Appointment.Status.CANCELLED)
    [event] = events_of(address)
    assert event["status"] == "CANCELLED"
    shift_clock(timedelta(days=31))
    assert events_of(address) == []


def test_is_in_the_language_of_the_account():
    case = CaseFactory(requestor=UserFactory(language="es"))
    client_of(AttorneyFactory(), case=case)
    [event] = events_of(address_of(case.requestor))
    assert event["summary"] == "Cita de servicios biométricos"


# --- Access ends at once -------------------------------------------------------------------------------


def test_an_appointment_disappears_the_moment_the_representation_ends(attorney):
    stays, goes = clients_of(attorney, 2)
    address = address_of(attorney)
    assert len(events_of(address)) == 2
    end_representation(goes)
    assert [event["uid"] for event in events_of(address)] == [stays.series.calendar_uid]


def test_the_feed_of_an_inactive_account_does_not_exist(attorney):
    address = address_of(attorney)
    User.objects.filter(pk=attorney.pk).update(is_active=False)
    read(address, 404)


# --- Caching -------------------------------------------------------------------------------------------


def test_a_calendar_app_that_has_the_version_gets_304_until_something_changes(attorney):
    client_of(attorney)
    address = address_of(attorney)
    first = read(address)
    assert first["Cache-Control"] == "private, no-cache"
    assert read(address).content == first.content
    for headers in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        answer = read(address, 304, **headers)
        assert (answer.content, answer["ETag"]) == (b"", first["ETag"])
    CalendarFeed.objects.update(content_changed_at="2020-01-01T00:00:00Z")
    end_representation(Appointment.objects.get())
    changed = read(address, **{"if-none-match": first["ETag"]})
    assert changed["ETag"] != first["ETag"]
    assert read(address, **{"if-modified-since": "Wed, 01 Jan 2020 00:00:00 GMT"}).content == changed.content


def test_head_gives_the_headers_of_get(attorney):
    client_of(attorney)
    address = address_of(attorney)
    full, head = read(address), Client().head(address)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control", "Content-Type"):
        assert head[name] == full[name], name


@pytest.mark.parametrize("count", [1, 30])
def test_takes_as_many_statements_for_many_appointments_as_for_one(
    attorney, django_assert_num_queries, count, settings
):
    settings.ACCOUNT_RATE_LIMITS = {}
    clients_of(attorney, count)
    address = address_of(attorney, with_names=True)
    read(address)
    with django_assert_num_queries(2):
        read(address)
