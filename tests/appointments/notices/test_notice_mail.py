"""The email about a reschedule: sent to every addressee, without any personal data."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Message, User
from accounts.services.outbox import send_due
from appointments.models import Notice
from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, SiteFactory, SlotFactory
from tests.factories.reschedules import reschedule_by_agency, reschedule_online


@pytest.fixture
def site(reference_data):
    return SiteFactory(
        name="Canary Hall",
        street="77 Canary Street",
        city="Canaryville",
        postal_code="77777",
        tz="Pacific/Guam",
    )


@pytest.fixture
def appointment(reference_data, site):
    requestor = UserFactory(name="Quirina Zzyzx", email="canary@example.org")
    return AppointmentFactory(
        series__person__case=CaseFactory(requestor=requestor, receipt_number="CNY7777777777"),
        slot__site=site,
    )


def canaries(reschedule):
    """Return what an email about this reschedule must never contain."""
    case = reschedule.series.person.case
    local = reschedule.to_appointment.slot.starts_at.astimezone(reschedule.to_appointment.slot.site.zone)
    notice = Notice.objects.filter(reschedule=reschedule).first()
    return [
        *case.requestor.name.split(),
        case.receipt_number,
        case.receipt_number[3:],
        reschedule.confirmation_number,
        notice.verification_code,
        str(notice.public_id),
        str(reschedule.public_id),
        str(case.public_id),
        "Canary Hall",
        "77 Canary Street",
        "Canaryville",
        "77777",
        case.form_type.code,
        f"{local:%H:%M}",
        f"{local:%-I:%M}",
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("make_reschedule", [reschedule_online, reschedule_by_agency])
def test_has_no_personal_data_in_headers_or_text(appointment, site, mail_sink, make_reschedule, language):
    User.objects.update(language=language)
    reschedule = make_reschedule(appointment, SlotFactory(site=site))
    assert send_due() == 1
    [delivery] = mail_sink.to("canary@example.org")
    del delivery.message["To"]
    del delivery.message["Message-ID"]
    del delivery.message["Date"]  # its minute may happen to be that of the appointment
    said = "\n".join(f"{name}: {value}" for name, value in delivery.message.items()) + delivery.text
    for canary in canaries(reschedule):
        assert canary.casefold() not in said.casefold(), canary
    assert not re.search(r"\b\d{1,2}:\d{2}\b", delivery.text)
    assert "http" in delivery.text


def test_the_outbox_has_no_personal_data_either(appointment, site):
    reschedule = reschedule_online(appointment, SlotFactory(site=site))
    [message] = Message.objects.values("context", "subject", "body", "to_address", "template")
    assert message["context"].keys() == {"week_of"}
    for canary in canaries(reschedule):
        assert canary not in str(message)


@pytest.mark.parametrize(
    ("starts_at", "monday"),
    [
        # Sunday afternoon in London is already Monday in Guam.
        (datetime(2030, 6, 9, 15, 0, tzinfo=UTC), "2030-06-10"),
        (datetime(2030, 6, 9, 13, 59, tzinfo=UTC), "2030-06-03"),
    ],
)
def test_names_the_week_in_the_sites_time_zone(appointment, shift_clock, site, starts_at, monday):
    shift_clock(starts_at - timedelta(days=20) - database_now())
    appointment = AppointmentFactory(slot__site=site)
    reschedule_by_agency(appointment, SlotFactory(site=site, starts_at=starts_at))
    assert Message.objects.get().context == {"week_of": monday}


def test_goes_to_requestor_and_representative_each_in_their_language(appointment, mail_sink):
    case = appointment.series.person.case
    representation = RepresentationFactory(case=case)
    attorney = representation.representative
    User.objects.filter(pk=attorney.pk).update(language="es")
    reschedule = reschedule_by_agency(appointment)
    assert send_due() == 2
    english, spanish = mail_sink.to("canary@example.org"), mail_sink.to(attorney.email)
    assert (len(english), len(spanish)) == (1, 1)
    assert english[0].text != spanish[0].text
    assert {notice.email.language for notice in Notice.objects.filter(reschedule=reschedule)} == {"en", "es"}


def test_is_queued_once_for_each_notice(appointment):
    reschedule = reschedule_online(appointment)
    [notice] = Notice.objects.filter(reschedule=reschedule)
    assert notice.email.account == notice.addressee
    assert Message.objects.count() == 1


def test_is_not_queued_for_a_case_without_an_account(reference_data):
    case = CaseFactory(requestor=None)
    reschedule_by_agency(AppointmentFactory(series__person__case=case, series__person__name="Paper Filer"))
    assert Message.objects.count() == 0
    assert Notice.objects.count() == 0
