"""The check of a printed code: each answer, and what the paper must say, without a name."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Appointment, Notice, PlaceAndTime, Slot
from appointments.notices.presenters.reschedules import format_initials
from appointments.notices.services.events import queue_cancellation_notices, queue_site_change_notices
from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, PersonFactory
from tests.factories.appointments import AppointmentFactory, SeriesFactory
from tests.factories.reschedules import reschedule_by_agency

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def rescheduled():
    """An appointment of María José Núñez that the agency rescheduled. Its case has an account."""
    person = PersonFactory(case=CaseFactory(), name="María José Núñez")
    return reschedule_by_agency(AppointmentFactory(series=SeriesFactory(person=person))).to_appointment


def check(client, notice):
    return client.post(reverse("appointments:check_notice"), {"code": notice.verification_code})


def ends(status):
    return lambda appointment: Appointment.objects.filter(pk=appointment.pk).update(status=status)


def cancels(appointment):
    ends("cancelled")(appointment)
    queue_cancellation_notices(appointment_ids=[appointment.pk], at=database_now())


def passes(appointment):
    """Move the slot two days back: its day is over, and no one recorded who came."""
    past = database_now() - timedelta(days=2)
    Slot.objects.filter(pk=appointment.slot_id).update(starts_at=past, ends_at=past + timedelta(minutes=20))
    notice = Notice.objects.get()
    facts = {**notice.facts, "new": {**notice.facts["new"], "starts_at": past.isoformat()}}
    Notice.objects.update(facts=facts)


def changes_site(appointment):
    queue_site_change_notices(old={appointment.pk: PlaceAndTime.of_slot(appointment.slot)}, at=database_now())


ANSWERS = [
    (lambda _: None, "This notice is valid."),
    (reschedule_by_agency, "There is a newer notice"),
    (changes_site, "There is a newer notice"),
    (cancels, "This appointment was canceled."),
    (ends("attended"), "This appointment is over."),
    (ends("missed"), "This appointment is over."),
    (passes, "This appointment is over."),
]


@pytest.mark.parametrize(("happens", "answer"), ANSWERS)
def test_says_whether_a_notice_is_valid_and_what_it_must_say(client, rescheduled, happens, answer):
    notice = Notice.objects.get()
    happens(rescheduled)

    page = check(client, notice).content.decode()

    assert answer in page
    assert rescheduled.slot.site.name in page
    assert "M. J. N." in page
    for private in ("María", "Núñez", notice.facts["receipt_number"], notice.facts["confirmation_number"]):
        assert private not in page


def test_shows_the_day_and_hour_at_the_site(client, rescheduled):
    notice = Notice.objects.get()

    page = check(client, notice).content.decode()

    local = rescheduled.slot.starts_at.astimezone(rescheduled.slot.site.zone)
    assert f"{local:%A, %B} {local.day}, {local.year} at {local.hour % 12 or 12}:{local:%M}" in page


def test_an_unknown_code_shows_nothing(client, rescheduled):
    page = client.post(reverse("appointments:check_notice"), {"code": "AAAA-BBBB-CCCC"}).content.decode()

    assert "We can’t find a notice with this code" in page
    assert "What the notice says" not in page


def test_the_notice_of_a_cancellation_answers_that_it_is_canceled(client, rescheduled):
    cancels(rescheduled)

    page = check(client, Notice.objects.get(kind="canceled")).content.decode()

    assert "This appointment was canceled." in page


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ana Rivera", "A. R."), ("O'Brien", "O."), ("李 小龍", "李. 小."), ("ʻAlana (Kai)", "ʻ. K.")],
)
def test_initials(name, initials):
    assert format_initials(name) == initials
