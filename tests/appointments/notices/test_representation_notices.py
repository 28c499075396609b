"""Notices about representations: their addressees, texts and languages, and what is no longer sent."""

import pytest
from django.utils.translation import override

from accounts.models import Message, Representation, User
from accounts.services.outbox import send_due
from appointments.models import Notice
from appointments.notices.facts import RepresentationEvent, Side
from appointments.notices.presenters.representations import TEXTS, TITLES
from appointments.notices.presenters.reschedules import build_notice
from appointments.representation.services import answer, expiry
from portal.foundation.clock import database_now
from tests.appointments.representation.acting import ENDINGS, Acting, end_verification, revoke
from tests.factories.accounts import AttorneyFactory, CaseFactory, UserFactory, requested
from tests.factories.appointments import SlotFactory
from tests.factories.caseloads import client_of
from tests.factories.reschedules import reschedule_by_agency

pytestmark = pytest.mark.usefixtures("reference_data")
Status = Representation.Status


def test_each_side_is_notified_in_its_language_and_no_mail_has_a_name(mail_sink):
    case = CaseFactory(requestor=UserFactory(language="es", name="Canaria Distinta"))
    row = requested(case=case, representative=AttorneyFactory(language="en", name="Quillon Canary"))
    answer.accept(account=case.requestor, representation=row)
    send_due()

    assert {address for mail in mail_sink.deliveries for address in mail.to} == {
        case.requestor.email,
        row.representative.email,
    }
    assert len({mail.subject for mail in mail_sink.deliveries}) == 2
    for mail in mail_sink.deliveries:
        for secret in ("Canaria", "Quillon", case.receipt_number):
            assert secret not in mail.message.as_string()


def test_every_event_has_a_title_and_a_text_for_both_sides():
    assert TITLES.keys() == TEXTS.keys() == {(event, side) for event in RepresentationEvent for side in Side}
    for language in ("en", "es"):
        with override(language):
            for text in TEXTS.values():
                assert "%(number)s" in str(text)


def test_a_representative_who_only_asked_does_not_learn_the_clients_name():
    case = CaseFactory(requestor=UserFactory(name="Canaria Distinta"))
    row = requested(case=case)
    answer.decline(account=case.requestor, representation=row)
    view = build_notice(Notice.objects.get(addressee=row.representative))
    assert "Canaria" not in view.title + view.text
    assert case.receipt_number in view.text


def sent_to(account, kind=""):
    sent = Message.objects.filter(account=account, state=Message.State.SENT)
    return sent.filter(template=f"appointments/notices/email/{kind}") if kind else sent


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_withholds_queued_mail_about_the_case_and_no_other(ending, mail_sink, client):
    acting = Acting()
    elsewhere = client_of(acting.attorney)
    for appointment in (acting.appointment, elsewhere):
        reschedule_by_agency(appointment, SlotFactory())

    ending(acting)
    send_due()

    ended = 2 if ending is end_verification else 1
    kept = 0 if ending is end_verification else 1
    assert len(mail_sink.to(acting.attorney.email)) == sent_to(acting.attorney).count()
    assert sent_to(acting.attorney, "notice").count() == kept
    assert sent_to(acting.attorney, "representation").count() == ended
    assert sent_to(acting.client, "notice").count() == 1
    own = Notice.objects.filter(addressee=acting.attorney)
    of_case, of_ending = own.get(appointment__series__person__case=acting.case), own.get(case=acting.case)
    client.force_login(acting.attorney)
    for page in (f"/notices/{of_case.public_id}/", f"/notices/{of_case.public_id}/notice.pdf"):
        assert client.get(page).status_code == 404
    assert client.get(f"/notices/{of_ending.public_id}/").status_code == 200


def test_no_mail_is_sent_about_cases_that_wait_after_a_verification_ended(monkeypatch, mail_sink):
    monkeypatch.setattr(expiry, "CASES_WHILE_STAFF_WAIT", 1)
    acting = Acting()
    elsewhere = client_of(acting.attorney)
    for appointment in (acting.appointment, elsewhere):
        reschedule_by_agency(appointment, SlotFactory())

    end_verification(acting)
    send_due()

    assert acting.attorney.representations.in_force().count() == 0
    assert acting.attorney.representations.filter(status=Status.IN_FORCE).count() == 1
    assert not sent_to(acting.attorney, "notice").exists()
    assert sent_to(acting.attorney, "representation").count() == 1


def test_the_text_message_of_an_email_that_was_sent_is_withheld_too(settings, mail_sink):
    settings.SMS_URL = "json://127.0.0.1:9/texts/{phone}"
    acting = Acting()
    User.objects.filter(pk=acting.attorney.pk).update(
        notification_channel=User.NotificationChannel.BOTH,
        phone="+14155550132",
        phone_confirmed_at=database_now(),
    )
    reschedule_by_agency(acting.appointment, SlotFactory())
    send_due()
    [queued] = Message.objects.filter(account=acting.attorney, state=Message.State.DUE)
    assert queued.channel == Message.Channel.TEXT

    revoke(acting)

    assert not Message.objects.filter(pk=queued.pk).exists()
    assert Message.objects.filter(account=acting.attorney, state=Message.State.DUE).count() == 2


@pytest.mark.parametrize("ending", [revoke, end_verification])
def test_mail_sent_before_an_ending_stays_on_record(ending, mail_sink):
    acting = Acting()
    reschedule_by_agency(acting.appointment, SlotFactory())
    send_due()
    went_out = sent_to(acting.attorney).get()

    ending(acting)

    assert sent_to(acting.attorney).get() == went_out
