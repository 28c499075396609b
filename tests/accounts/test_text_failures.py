"""Text messages that fail, workers that die or run concurrently, and what logs must not contain."""

import logging
import re
from datetime import timedelta

import pytest
from django.db.models import F

from accounts import text_gateway
from accounts.models import Message, User
from accounts.services import outbox
from accounts.services import texts as sending
from accounts.services.outbox import LEASE, MAX_ATTEMPTS
from accounts.services.short_texts import render_text
from accounts.services.texts import send_due_texts
from portal.foundation.clock import database_now
from tests.accounts.queued_texts import SECOND, queue, reload
from tests.support.races import Gate, Started, run_at_once
from tests.support.text_gateway import NUMBER, notification_channel

pytestmark = pytest.mark.usefixtures("reference_data")


def fail_for_good(shift_clock):
    """Send until no text message is due."""
    elapsed = timedelta(0)
    for _ in range(MAX_ATTEMPTS):
        send_due_texts()
        waiting = Message.objects.filter(channel="text", state="due").first()
        if waiting is None:
            return
        elapsed += waiting.next_attempt_at - database_now() + SECOND
        shift_clock(elapsed)
    pytest.fail("it is never given up")


def hang(texts):
    texts.hung.add(NUMBER)


def reject(texts):
    texts.refused[NUMBER] = 500


def answer_garbage(texts):
    texts.garbage.add(NUMBER)


@pytest.mark.parametrize("fault", [hang, reject, answer_garbage])
def test_a_failing_number_does_not_delay_others(fault, texts, impatient):
    fault(texts)
    [first], [failing], [last] = (
        queue(notification_channel("text", phone=phone)) for phone in ("+14155550101", NUMBER, "+14155550103")
    )
    assert send_due_texts() == 2
    assert [text.to for text in texts.texts] == ["+14155550101", "+14155550103"]
    assert (reload(failing).state, failing.attempts, failing.last_error) == ("due", 1, "TextNotTaken")
    assert 15 * SECOND < failing.next_attempt_at - database_now() <= 20 * SECOND
    assert reload(first).state == reload(last).state == "sent"


def test_a_gateway_that_is_down_only_delays_texts(gateway_away, request, shift_clock):
    [message] = queue(notification_channel("text"))
    assert send_due_texts() == 0
    assert (reload(message).state, message.last_error) == ("due", "TextNotTaken")
    gateway = request.getfixturevalue("texts")
    assert send_due_texts() == 0
    shift_clock(21 * SECOND)
    assert send_due_texts() == 1
    assert len(gateway.texts) == 1


def test_redirects_of_the_gateway_are_not_followed(texts):
    texts.refused[NUMBER] = 302
    queue(notification_channel("text"))
    assert send_due_texts() == 0
    assert texts.asked == [NUMBER]


def test_a_sweep_of_texts_ends_in_time_for_the_mail(texts, impatient, monkeypatch):
    monkeypatch.setattr(sending, "SWEEP_SECONDS", 0.1)
    hang(texts)
    queue(*[notification_channel("text") for _ in range(5)])
    assert send_due_texts() == 0
    assert texts.asked == [NUMBER]
    assert Message.objects.filter(attempts=0).count() == 4


def test_mail_and_texts_do_not_delay_each_other(mail_server_away, texts, request):
    [mail], _ = queue(notification_channel("email")), queue(notification_channel("text"))
    assert (outbox.send_due(), send_due_texts()) == (0, 1)
    request.getfixturevalue("mail_sink")
    request.getfixturevalue("gateway_away")
    Message.objects.filter(pk=mail.pk).update(next_attempt_at=database_now())
    [waits] = queue(notification_channel("text"))
    assert (send_due_texts(), outbox.send_due()) == (0, 1)
    assert reload(waits).state == "due"


def test_a_text_that_fails_for_good_becomes_one_email(mail_sink, texts, shift_clock):
    reject(texts)
    account = notification_channel("text")
    [message] = queue(account)
    fail_for_good(shift_clock)
    assert len(texts.asked) == MAX_ATTEMPTS == 12
    assert (reload(message).channel, message.state, message.attempts) == ("email", "due", 0)
    assert (message.last_error, message.text_failed_at is not None) == ("TextNotTaken", True)
    assert outbox.send_due() == 1
    [mail] = mail_sink.to(account.email)
    assert "September 27, 2027" in mail.text
    shift_clock(timedelta(days=30))
    assert (outbox.send_due(), send_due_texts()) == (0, 0)
    assert Message.objects.count() == 1


def test_two_workers_that_give_up_a_text_leave_one_email(committed_data, mail_sink, texts):
    [message] = queue(notification_channel("text"))
    outcomes = run_at_once([lambda: outbox.mark_failed(message=message, why="TextNotTaken")] * 8)
    assert [outcome.error for outcome in outcomes] == [None] * 8
    sweeps = run_at_once([outbox.send_due] * 4)
    assert sum(sweep.result for sweep in sweeps) == len(mail_sink.deliveries) == 1


def test_an_account_with_both_channels_gets_no_second_email(mail_sink, texts, shift_clock):
    reject(texts)
    [mail] = queue(notification_channel("both"))
    assert outbox.send_due() == 1
    fail_for_good(shift_clock)
    assert (mail.text.channel, reload(mail.text).state) == ("text", "failed")
    assert outbox.send_due() == 0
    assert len(mail_sink.deliveries) == 1


def test_a_late_worker_does_not_undo_the_email(mail_sink, texts):
    [message] = queue(notification_channel("text"))
    [late] = outbox.claim(channel=Message.Channel.TEXT, limit=1)
    outbox.mark_failed(message=message, why="TextNotTaken")
    assert outbox.send_due() == 1
    outbox.record_failure(message=late, error=text_gateway.TextNotTaken())
    assert (reload(message).channel, message.state) == ("email", "sent")


def test_a_number_too_short_for_the_gateway_does_not_text_the_sender(settings):
    settings.SMS_URL = "twilio://AC0123456789abcdef0123456789abcdef:secret@15550001111/{phone}"
    [message] = queue(notification_channel("text", phone="+298201234"))
    assert send_due_texts() == 0
    assert reload(message).last_error == "NumberNotReachable"


def test_a_worker_killed_after_claiming_costs_the_lease_and_no_text(texts, shift_clock):
    queue(notification_channel("text"))
    assert len(outbox.claim(channel=Message.Channel.TEXT, limit=1)) == 1
    shift_clock(LEASE - SECOND)
    assert send_due_texts() == 0
    shift_clock(LEASE)
    assert send_due_texts() == 1
    assert len(texts.texts) == 1


def test_a_worker_killed_after_the_gateways_answer_sends_again(texts, shift_clock):
    queue(notification_channel("text"))
    [claimed] = outbox.claim(channel=Message.Channel.TEXT, limit=1)
    text_gateway.send_text(to_phone=NUMBER, text=render_text(claimed))
    shift_clock(LEASE)
    assert send_due_texts() == 1
    assert len(texts.texts) == 2


def test_many_sweeps_at_once_send_each_text_once(committed_data, texts):
    numbers = {f"+1415555{number:04}" for number in range(100, 130)}
    queue(*[notification_channel("text", phone=number) for number in numbers])
    outcomes = run_at_once([send_due_texts] * 4)
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert sum(outcome.result for outcome in outcomes) == 30
    assert sorted(text.to for text in texts.texts) == sorted(numbers)


def test_no_lock_is_held_while_the_gateway_answers(committed_data, texts, monkeypatch):
    account = notification_channel("text")
    [message] = queue(account)
    gate, hand_over = Gate(), text_gateway.send_text

    def wait_and_send(**what):
        gate.wait_here()
        hand_over(**what)

    monkeypatch.setattr(text_gateway, "send_text", wait_and_send)
    worker = Started(send_due_texts)
    gate.until_reached()
    Message.objects.filter(pk=message.pk).update(attempts=F("attempts"))
    User.objects.filter(pk=account.pk).update(name="Someone Else")
    gate.open()
    assert worker.outcome().result == 1


@pytest.mark.parametrize("fault", [None, hang, reject, answer_garbage])
def test_no_log_line_has_the_number_the_address_or_the_text(fault, texts, impatient, caplog):
    caplog.set_level(logging.DEBUG)
    if fault:
        fault(texts)
    queue(notification_channel("text"))
    send_due_texts()
    said = "\n".join(record.getMessage() for record in caplog.records)
    for secret in ("4155550132", "texts/", "127.0.0.1", "September"):
        assert secret not in said
    assert bool(re.search("not sent: TextNotTaken", said)) is bool(fault)


def test_control_apprise_and_urllib3_log_them(texts, caplog):
    reject(texts)
    queue(notification_channel("text"))
    with caplog.at_level(logging.DEBUG, "apprise"), caplog.at_level(logging.DEBUG, "urllib3"):
        send_due_texts()
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "14155550132" in said
