"""Text messages: who gets one, their content, and codes."""

from datetime import timedelta

import pytest

from accounts.models import Message, User
from accounts.services import outbox
from accounts.services.outbox import queue_code_text
from accounts.services.short_texts import render_short_text, render_text
from accounts.services.texts import send_due_texts
from portal.foundation.clock import database_now
from tests.accounts.queued_texts import TEMPLATE, queue, reload
from tests.factories.accounts import UserFactory
from tests.support.text_gateway import NUMBER, notification_channel, segments

pytestmark = pytest.mark.usefixtures("reference_data")


# --- Recipients ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "mails", "texts_sent"), [("email", 1, 0), ("text", 0, 1), ("both", 1, 1)], ids=str
)
def test_each_account_is_notified_by_its_channel(origin, mails, texts_sent, mail_sink, texts):
    account = notification_channel(origin)
    [message] = queue(account)
    assert (outbox.send_due(), send_due_texts()) == (mails, texts_sent)
    assert (outbox.send_due(), send_due_texts()) == (0, 0)
    assert len(mail_sink.to(account.email)) == mails
    assert len(texts.to(NUMBER)) == texts_sent
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert reload(message).account == account


def test_several_at_once_take_two_statements(texts, django_assert_num_queries):
    accounts = [notification_channel(origin) for origin in ("email", "both", "text", "both")]
    with django_assert_num_queries(2):
        queued = queue(*accounts)
    assert [message.account for message in queued] == accounts
    assert [message.channel for message in queued] == ["email", "email", "text", "email"]
    assert {row.paired_email.account for row in Message.objects.exclude(paired_email=None)} == {
        accounts[1],
        accounts[3],
    }


def test_an_unconfirmed_number_gets_no_text_and_its_account_gets_an_email(mail_sink, texts):
    account = UserFactory(phone=NUMBER, notification_channel="text")
    queue(account)
    assert (outbox.send_due(), send_due_texts()) == (1, 0)
    assert texts.asked == []


def test_without_a_gateway_every_account_gets_emails(mail_sink, settings):
    settings.SMS_URL = ""
    for origin in ("text", "both"):
        queue(notification_channel(origin))
    assert (outbox.send_due(), send_due_texts()) == (2, 0)
    assert not Message.objects.filter(channel="text").exists()


@pytest.mark.parametrize(
    "change",
    [{"phone_confirmed_at": None}, {"notification_channel": "email"}],
    ids=["unconfirmed", "by email now"],
)
def test_an_account_that_stopped_texts_gets_an_email_instead(change, mail_sink, texts):
    account = notification_channel("text")
    [message] = queue(account)
    User.objects.filter(pk=account.pk).update(**change)
    assert (send_due_texts(), outbox.send_due()) == (0, 1)
    assert texts.asked == []
    assert (reload(message).channel, message.state) == ("email", "sent")


def test_a_text_becomes_an_email_if_the_gateway_was_removed(mail_sink, texts, settings):
    queue(notification_channel("text"))
    settings.SMS_URL = ""
    assert (send_due_texts(), outbox.send_due()) == (0, 1)


def test_account_mail_is_always_sent_by_email(texts):
    account = notification_channel("text")
    outbox.queue_account_mail(account=account, to_address="", subject="Hello", body="Hello")
    outbox.queue_deletion_mail(account=account)
    assert set(Message.objects.values_list("channel", flat=True)) == {"email"}


# --- Content -------------------------------------------------------------------------------------------


def all_texts(language):
    weeks = [{"week_of": f"2027-{month:02}-28"} for month in range(1, 13)] + [{}]
    drawn = [render_text(Message(language=language, template=TEMPLATE, context=week)) for week in weeks]
    code = render_short_text(template="accounts/text/code.txt", context={"code": "123456"}, language=language)
    return [*drawn, code]


@pytest.mark.parametrize(("language", "most"), [("en", 1), ("es", 2)])
@pytest.mark.parametrize(
    ("agency", "address"),
    [
        ("Demonstration Immigration Agency", "http://localhost:8000"),
        (
            "National Bureau of Immigration and Citizenship Appointments",
            "https://appointments.nbica.example.gov",
        ),
        ("B" * 200, "https://appointments.nbica.example.gov"),
    ],
    ids=["as shipped", "long names", "no words to cut at"],
)
def test_every_text_is_short_enough(language, most, agency, address, settings):
    settings.AGENCY_NAME, settings.PUBLIC_URL = agency, address
    for text in all_texts(language):
        assert segments(text) <= most, text
        assert agency[:1] in text


def test_an_accent_in_the_agencys_name_keeps_spanish_within_two_segments(settings):
    settings.AGENCY_NAME = "Oficina Nacional de Inmigración y Ciudadanía"
    assert all(segments(text) <= 2 for text in all_texts("es"))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["week of September 27, 2027", "Sign in to read it", "To stop texts, change your profile"]),
        ("es", ["semana del 27 de septiembre de 2027", "perfil"]),
    ],
)
def test_a_text_says_where_to_read_and_how_to_stop_and_has_no_personal_data(language, says, texts, settings):
    account = notification_channel("text", name="Zebedee Quillfeather", language=language)
    queue(account)
    send_due_texts()
    [text] = texts.to(NUMBER)
    for part in (*says, settings.AGENCY_NAME, settings.PUBLIC_URL):
        assert part in text
    assert "Quillfeather" not in text
    assert account.email not in text


# --- Codes ---------------------------------------------------------------------------------------------


def queue_code(account, body="Your code is 123456", lasts=timedelta(minutes=10)):
    return queue_code_text(account=account, to_phone=NUMBER, body=body, not_after=database_now() + lasts)


def test_a_code_is_sent_to_the_number_being_confirmed_and_then_deleted(texts):
    message = queue_code(UserFactory(phone=NUMBER, notification_channel="text"))
    assert send_due_texts() == 1
    assert texts.to(NUMBER) == ["Your code is 123456"]
    assert (reload(message).state, message.body, message.to_phone) == ("sent", "", "")


def test_an_expired_code_is_not_sent_and_never_by_email(texts, mail_sink, shift_clock):
    message = queue_code(UserFactory(phone=NUMBER, notification_channel="text"))
    shift_clock(timedelta(minutes=10))
    assert (send_due_texts(), outbox.send_due()) == (0, 0)
    assert texts.asked == []
    assert (reload(message).state, message.body, message.to_phone) == ("failed", "", "")
    assert message.channel == "text"


def test_a_new_code_replaces_a_queued_one(texts):
    account = UserFactory(phone=NUMBER, notification_channel="text")
    queue_code(account, body="Your code is 111111")
    queue_code(account, body="Your code is 222222")
    assert send_due_texts() == 1
    assert texts.to(NUMBER) == ["Your code is 222222"]
