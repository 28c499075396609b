"""Text messages: who gets one, what it says, and what becomes of it when the gateway does not take it."""

import logging
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import F

from accounts import text_gateway
from accounts.models import Message, User
from accounts.services import outbox
from accounts.services import texts as sending
from accounts.services.outbox import LEASE, MAX_ATTEMPTS, queue_code_text, queue_notice_mail
from accounts.services.short_texts import draw_short, draw_text
from accounts.services.texts import send_due_texts
from policy.clock import database_now
from tests.factories.accounts import UserFactory
from tests.races import Gate, Started, run_at_once
from tests.texts import NUMBER, segments, told_by

pytestmark = pytest.mark.usefixtures("reference_data")

TEMPLATE = "appointments/email/notice"
WEEK = {"week_of": "2027-09-27"}
SECOND = timedelta(seconds=1)


def owe(*accounts):
    return queue_notice_mail(accounts=accounts, template=TEMPLATE, context=WEEK)


def now_of(message):
    message.refresh_from_db()
    return message


def fail_for_good(shift_clock):
    """Tries until nothing is due by text any more."""
    elapsed = timedelta(0)
    for _ in range(MAX_ATTEMPTS):
        send_due_texts()
        waiting = Message.objects.filter(channel="text", state="due").first()
        if waiting is None:
            return
        elapsed += waiting.next_attempt_at - database_now() + SECOND
        shift_clock(elapsed)
    pytest.fail("it is never given up")


# --- Who gets what -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "mails", "texts_sent"), [("email", 1, 0), ("text", 0, 1), ("both", 1, 1)], ids=str
)
def test_each_is_told_by_the_way_they_chose(way, mails, texts_sent, mail_sink, texts):
    account = told_by(way)
    [message] = owe(account)
    assert (outbox.send_due(), send_due_texts()) == (mails, texts_sent)
    assert (outbox.send_due(), send_due_texts()) == (0, 0)
    assert len(mail_sink.to(account.email)) == mails
    assert len(texts.to(NUMBER)) == texts_sent
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert now_of(message).account == account


def test_several_at_once_take_two_statements(texts, django_assert_num_queries):
    accounts = [told_by(way) for way in ("email", "both", "text", "both")]
    with django_assert_num_queries(2):
        owed = owe(*accounts)
    assert [message.account for message in owed] == accounts
    assert [message.channel for message in owed] == ["email", "email", "text", "email"]
    assert {row.beside.account for row in Message.objects.exclude(beside=None)} == {accounts[1], accounts[3]}


def test_a_number_that_nobody_confirmed_gets_nothing_and_its_account_an_email(mail_sink, texts):
    account = UserFactory(phone=NUMBER, told_by="text")
    owe(account)
    assert (outbox.send_due(), send_due_texts()) == (1, 0)
    assert texts.asked == []


def test_an_installation_without_a_gateway_writes_emails_whatever_the_row_says(mail_sink, settings):
    settings.SMS_URL = ""
    for way in ("text", "both"):
        owe(told_by(way))
    assert (outbox.send_due(), send_due_texts()) == (2, 0)
    assert not Message.objects.filter(channel="text").exists()


@pytest.mark.parametrize(
    "change", [{"phone_confirmed_at": None}, {"told_by": "email"}], ids=["unconfirmed", "by email now"]
)
def test_who_stopped_texts_while_one_was_due_gets_an_email(change, mail_sink, texts):
    account = told_by("text")
    [message] = owe(account)
    User.objects.filter(pk=account.pk).update(**change)
    assert (send_due_texts(), outbox.send_due()) == (0, 1)
    assert texts.asked == []
    assert (now_of(message).channel, message.state) == ("email", "sent")


def test_a_gateway_that_was_taken_away_leaves_an_email(mail_sink, texts, settings):
    owe(told_by("text"))
    settings.SMS_URL = ""
    assert (send_due_texts(), outbox.send_due()) == (0, 1)


def test_account_mail_and_the_goodbye_go_by_email_whatever_was_chosen(texts):
    account = told_by("text")
    outbox.queue_account_mail(account=account, to_address="", subject="Hello", body="Hello")
    outbox.queue_goodbye(account=account)
    assert set(Message.objects.values_list("channel", flat=True)) == {"email"}


# --- What it says --------------------------------------------------------------------------------------


def all_texts(language):
    weeks = [{"week_of": f"2027-{month:02}-28"} for month in range(1, 13)] + [{}]
    drawn = [draw_text(Message(language=language, template=TEMPLATE, context=week)) for week in weeks]
    code = draw_short("accounts/text/code.txt", {"code": "123456"}, language=language)
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
def test_a_text_is_short_enough_in_every_week(language, most, agency, address, settings):
    settings.AGENCY_NAME, settings.PUBLIC_URL = agency, address
    for text in all_texts(language):
        assert segments(text) <= most, text
        assert agency[:1] in text


def test_an_accent_in_the_agencys_name_costs_spanish_no_third_segment(settings):
    settings.AGENCY_NAME = "Oficina Nacional de Inmigración y Ciudadanía"
    assert all(segments(text) <= 2 for text in all_texts("es"))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["week of September 27, 2027", "Sign in to read it", "Stop texts: change your profile"]),
        ("es", ["semana del 27 de septiembre de 2027", "perfil"]),
    ],
)
def test_it_says_what_there_is_where_and_how_to_stop_and_names_nobody(language, says, texts, settings):
    account = told_by("text", name="Zebedee Quillfeather", language=language)
    owe(account)
    send_due_texts()
    [text] = texts.to(NUMBER)
    for part in (*says, settings.AGENCY_NAME, settings.PUBLIC_URL):
        assert part in text
    assert "Quillfeather" not in text
    assert account.email not in text


# --- What becomes of a failure -------------------------------------------------------------------------


def hang(texts):
    texts.hung.add(NUMBER)


def refuse(texts):
    texts.refused[NUMBER] = 500


def talk_nonsense(texts):
    texts.garbage.add(NUMBER)


@pytest.mark.parametrize("fault", [hang, refuse, talk_nonsense])
def test_one_number_that_fails_holds_up_no_other(fault, texts, impatient):
    fault(texts)
    [first], [failing], [last] = (
        owe(told_by("text", phone=phone)) for phone in ("+14155550101", NUMBER, "+14155550103")
    )
    assert send_due_texts() == 2
    assert [text.to for text in texts.texts] == ["+14155550101", "+14155550103"]
    assert (now_of(failing).state, failing.attempts, failing.last_error) == ("due", 1, "TextNotTaken")
    assert 15 * SECOND < failing.next_attempt_at - database_now() <= 20 * SECOND
    assert now_of(first).state == now_of(last).state == "sent"


def test_a_gateway_that_is_away_costs_nothing_but_time(gateway_away, request, shift_clock):
    [message] = owe(told_by("text"))
    assert send_due_texts() == 0
    assert (now_of(message).state, message.last_error) == ("due", "TextNotTaken")
    gateway = request.getfixturevalue("texts")
    assert send_due_texts() == 0
    shift_clock(21 * SECOND)
    assert send_due_texts() == 1
    assert len(gateway.texts) == 1


def test_a_number_is_never_handed_to_where_a_gateway_points(texts):
    texts.refused[NUMBER] = 302
    owe(told_by("text"))
    assert send_due_texts() == 0
    assert texts.asked == [NUMBER]


def test_a_sweep_ends_in_time_to_leave_the_worker_to_the_mail(texts, impatient, monkeypatch):
    monkeypatch.setattr(sending, "SWEEP_SECONDS", 0.1)
    hang(texts)
    owe(*[told_by("text") for _ in range(5)])
    assert send_due_texts() == 0
    assert texts.asked == [NUMBER]
    assert Message.objects.filter(attempts=0).count() == 4


def test_mail_goes_while_the_gateway_is_away_and_texts_while_the_mail_server_is(
    mail_server_away, texts, request
):
    [mail], _ = owe(told_by("email")), owe(told_by("text"))
    assert (outbox.send_due(), send_due_texts()) == (0, 1)
    request.getfixturevalue("mail_sink")
    request.getfixturevalue("gateway_away")
    Message.objects.filter(pk=mail.pk).update(next_attempt_at=database_now())
    [waits] = owe(told_by("text"))
    assert (send_due_texts(), outbox.send_due()) == (0, 1)
    assert now_of(waits).state == "due"


def test_a_text_that_fails_for_good_becomes_one_email(mail_sink, texts, shift_clock):
    refuse(texts)
    account = told_by("text")
    [message] = owe(account)
    fail_for_good(shift_clock)
    assert len(texts.asked) == MAX_ATTEMPTS == 12
    assert (now_of(message).channel, message.state, message.attempts) == ("email", "due", 0)
    assert (message.last_error, message.text_failed_at is not None) == ("TextNotTaken", True)
    assert outbox.send_due() == 1
    [mail] = mail_sink.to(account.email)
    assert "September 27, 2027" in mail.text
    shift_clock(timedelta(days=30))
    assert (outbox.send_due(), send_due_texts()) == (0, 0)
    assert Message.objects.count() == 1


def test_two_workers_that_give_a_text_up_at_once_leave_one_email(committed_data, mail_sink, texts):
    [message] = owe(told_by("text"))
    outcomes = run_at_once([lambda: outbox.give_up(message, "TextNotTaken")] * 8)
    assert [outcome.error for outcome in outcomes] == [None] * 8
    sweeps = run_at_once([outbox.send_due] * 4)
    assert sum(sweep.result for sweep in sweeps) == len(mail_sink.deliveries) == 1


def test_who_chose_both_gets_no_second_email_for_a_text_that_fails(mail_sink, texts, shift_clock):
    refuse(texts)
    [mail] = owe(told_by("both"))
    assert outbox.send_due() == 1
    fail_for_good(shift_clock)
    assert (mail.text.channel, now_of(mail.text).state) == ("text", "failed")
    assert outbox.send_due() == 0
    assert len(mail_sink.deliveries) == 1


def test_a_worker_that_comes_late_does_not_undo_the_email(mail_sink, texts):
    [message] = owe(told_by("text"))
    [late] = outbox.claim(Message.Channel.TEXT, limit=1)
    outbox.give_up(message, "TextNotTaken")
    assert outbox.send_due() == 1
    outbox.record_failure(late, text_gateway.TextNotTaken())
    assert (now_of(message).channel, message.state) == ("email", "sent")


def test_a_number_too_short_for_the_gateway_never_reaches_the_senders_own(settings):
    settings.SMS_URL = "twilio://AC0123456789abcdef0123456789abcdef:secret@15550001111/{phone}"
    [message] = owe(told_by("text", phone="+298201234"))
    assert send_due_texts() == 0
    assert now_of(message).last_error == "NumberNotReachable"


# --- Codes ---------------------------------------------------------------------------------------------


def owe_code(account, body="Your code is 123456", lasts=timedelta(minutes=10)):
    return queue_code_text(account=account, to_phone=NUMBER, body=body, not_after=database_now() + lasts)


def test_a_code_goes_to_the_number_that_is_being_confirmed_and_is_blanked(texts):
    message = owe_code(UserFactory(phone=NUMBER, told_by="text"))
    assert send_due_texts() == 1
    assert texts.to(NUMBER) == ["Your code is 123456"]
    assert (now_of(message).state, message.body, message.to_phone) == ("sent", "", "")


def test_a_code_is_not_sent_when_it_is_of_no_use_any_more_and_never_by_email(texts, mail_sink, shift_clock):
    message = owe_code(UserFactory(phone=NUMBER, told_by="text"))
    shift_clock(timedelta(minutes=10))
    assert (send_due_texts(), outbox.send_due()) == (0, 0)
    assert texts.asked == []
    assert (now_of(message).state, message.body, message.to_phone) == ("failed", "", "")
    assert message.channel == "text"


def test_a_new_code_takes_the_place_of_one_that_waits(texts):
    account = UserFactory(phone=NUMBER, told_by="text")
    owe_code(account, body="Your code is 111111")
    owe_code(account, body="Your code is 222222")
    assert send_due_texts() == 1
    assert texts.to(NUMBER) == ["Your code is 222222"]


# --- Workers that die, or work at once -----------------------------------------------------------------


def test_a_worker_killed_after_claiming_costs_the_lease_and_no_text(texts, shift_clock):
    owe(told_by("text"))
    assert len(outbox.claim(Message.Channel.TEXT, limit=1)) == 1
    shift_clock(LEASE - SECOND)
    assert send_due_texts() == 0
    shift_clock(LEASE)
    assert send_due_texts() == 1
    assert len(texts.texts) == 1


def test_a_worker_killed_after_the_gateways_answer_sends_again(texts, shift_clock):
    owe(told_by("text"))
    [claimed] = outbox.claim(Message.Channel.TEXT, limit=1)
    text_gateway.send_text(to_phone=NUMBER, text=draw_text(claimed))
    shift_clock(LEASE)
    assert send_due_texts() == 1
    assert len(texts.texts) == 2


def test_many_sweeps_at_once_send_each_text_once(committed_data, texts):
    numbers = {f"+1415555{number:04}" for number in range(100, 130)}
    owe(*[told_by("text", phone=number) for number in numbers])
    outcomes = run_at_once([send_due_texts] * 4)
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert sum(outcome.result for outcome in outcomes) == 30
    assert sorted(text.to for text in texts.texts) == sorted(numbers)


def test_nothing_is_locked_while_the_gateway_thinks(committed_data, texts, monkeypatch):
    account = told_by("text")
    [message] = owe(account)
    gate, hand_over = Gate(), text_gateway.send_text

    def wait_and_hand_over(**what):
        gate.wait_here()
        hand_over(**what)

    monkeypatch.setattr(text_gateway, "send_text", wait_and_hand_over)
    worker = Started(send_due_texts)
    gate.until_reached()
    Message.objects.filter(pk=message.pk).update(attempts=F("attempts"))
    User.objects.filter(pk=account.pk).update(name="Someone Else")
    gate.open()
    assert worker.outcome().result == 1


# --- What nobody may read ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, hang, refuse, talk_nonsense])
def test_no_log_line_holds_the_number_the_address_or_what_was_said(fault, texts, impatient, caplog):
    caplog.set_level(logging.DEBUG)
    if fault:
        fault(texts)
    owe(told_by("text"))
    send_due_texts()
    said = "\n".join(record.getMessage() for record in caplog.records)
    for secret in ("4155550132", "texts/", "127.0.0.1", "September"):
        assert secret not in said
    assert bool(re.search("not sent: TextNotTaken", said)) is bool(fault)


def test_control_apprise_and_urllib3_would_say_it(texts, caplog):
    refuse(texts)
    owe(told_by("text"))
    with caplog.at_level(logging.DEBUG, "apprise"), caplog.at_level(logging.DEBUG, "urllib3"):
        send_due_texts()
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "14155550132" in said


# --- The setting ---------------------------------------------------------------------------------------

UNUSABLE = [
    "nosuchservice://s3cr3t/{phone}",
    "twilio://s3cr3t/{phone}",
]
MALFORMED = ["json://s3cr3t.example/texts", "s3cr3t.example/{phone}", "json://s3cr3t example/{phone}"]


@pytest.mark.parametrize("url", UNUSABLE)
def test_a_worker_refuses_an_address_that_apprise_could_never_send_to(url):
    with pytest.raises(ImproperlyConfigured, match="SMS_URL names no gateway") as refusal:
        text_gateway.refuse_unusable(url)
    assert "s3cr3t" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "jsons://gateway.example/texts/{phone}",
        "twilio://AC0123456789abcdef0123456789abcdef:secret@15550001111/{phone}",
    ],
)
def test_a_worker_takes_an_address_that_it_could_send_to(url):
    text_gateway.refuse_unusable(url)


def start(module, **environment):
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); import {module}"],
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": "postgres://nobody@localhost/none",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("url", MALFORMED)
def test_nothing_starts_on_a_malformed_address_and_nothing_says_it(url):
    answer = start("portal.wsgi", SMS_URL=url)
    assert answer.returncode == 1
    assert "SMS_URL must be an address of Apprise" in answer.stderr.splitlines()[-1]
    assert "s3cr3t" not in answer.stderr + answer.stdout


def test_a_worker_does_not_start_on_an_unusable_address_and_does_not_say_it():
    answer = start("accounts.tasks", SMS_URL=UNUSABLE[1])
    assert answer.returncode == 1
    assert "SMS_URL names no gateway" in answer.stderr.splitlines()[-1]
    assert "s3cr3t" not in answer.stderr + answer.stdout


def test_the_web_processes_do_without_apprise():
    code = "portal.wsgi, portal.urls, sys; assert 'apprise' not in sys.modules"
    answer = start(code, SMS_URL="jsons://gateway.example/{phone}")
    assert answer.returncode == 0, answer.stderr
