"""The outbox sends what is due over real SMTP, and loses nothing if it cannot."""

import threading
from datetime import timedelta

import pytest
from django.core.mail import get_connection
from django.db.models import F
from django.template import TemplateDoesNotExist

from accounts.models import Message
from accounts.services import outbox
from accounts.services.outbox import LEASE, MAX_ATTEMPTS, queue_account_mail, queue_notice_mail, send_due
from portal.foundation.clock import database_now
from tests.factories.accounts import UserFactory
from tests.support.races import Gate, Started, run_at_once
from tests.support.without_locks import take_row_locks_away

SECOND = timedelta(seconds=1)
DOMAIN = "portal.invalid"


def queue(
    to_address="ana@example.org", subject="Confirm your email", body="Open https://portal/confirm/secret"
):
    return queue_account_mail(account=None, to_address=to_address, subject=subject, body=body)


def queue_many(count):
    return [queue(to_address=f"person{number}@example.org") for number in range(count)]


def claim():
    return outbox.claim(channel=Message.Channel.EMAIL, limit=outbox.BATCH)


def seconds_until_next_attempt(message):
    message.refresh_from_db()
    return round((message.next_attempt_at - database_now()) / SECOND)


def test_sends_what_is_due_once(reference_data, mail_sink):
    message = queue()
    assert send_due() == 1
    assert send_due() == 0
    [delivery] = mail_sink.deliveries
    assert delivery.to == ("ana@example.org",)
    assert delivery.subject == "Confirm your email"
    assert delivery.text.strip() == "Open https://portal/confirm/secret"
    assert delivery.message_id == f"<{message.public_id}@{DOMAIN}>"
    assert delivery.message["Auto-Submitted"] == "auto-generated"


def test_subject_and_body_are_emptied_once_sent(reference_data, mail_sink):
    message = queue()
    send_due()
    message.refresh_from_db()
    assert (message.state, message.subject, message.body) == (Message.State.SENT, "", "")
    assert message.sent_at is not None
    assert message.attempts == 1


def test_sends_more_than_one_batch_in_one_sweep(reference_data, mail_sink, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 4)
    queued = queue_many(10)
    assert send_due() == 10
    assert {delivery.to[0] for delivery in mail_sink.deliveries} == {message.to_address for message in queued}
    assert len(mail_sink.deliveries) == 10


def test_messages_that_are_not_due_are_not_sent(reference_data, mail_sink, shift_clock):
    message = queue()
    Message.objects.filter(pk=message.pk).update(next_attempt_at=database_now() + timedelta(hours=1))
    assert send_due() == 0
    shift_clock(timedelta(hours=1))
    assert send_due() == 1


def test_writes_to_the_address_that_the_account_has_now(reference_data, mail_sink):
    user = UserFactory()
    message = queue_account_mail(account=user, to_address="", subject="Hello", body="Hello")
    type(user).objects.filter(pk=user.pk).update(email="rescheduled@example.org")
    assert send_due() == 1
    assert [delivery.message_id for delivery in mail_sink.to("rescheduled@example.org")] == [
        f"<{message.public_id}@{DOMAIN}>"
    ]


def test_a_mail_server_that_is_down_only_delays_mail(reference_data, mail_server_away):
    queued = queue_many(3)
    assert send_due() == 0
    for message in queued:
        assert 15 <= seconds_until_next_attempt(message) <= 20
        assert message.state == Message.State.DUE
        assert message.last_error == "ConnectionRefusedError"
        assert message.body


def test_a_mail_server_that_hangs_times_out(reference_data, mail_server_hangs):
    message = queue()
    assert send_due() == 0
    assert 15 <= seconds_until_next_attempt(message) <= 20
    assert message.last_error == "SMTPServerDisconnected"


def test_all_mail_is_sent_when_the_server_is_back(reference_data, mail_server_away, request, shift_clock):
    queued = queue_many(3)
    send_due()
    sink = request.getfixturevalue("mail_sink")
    assert send_due() == 0
    shift_clock(21 * SECOND)
    assert send_due() == 3
    assert {delivery.to[0] for delivery in sink.deliveries} == {message.to_address for message in queued}


def test_the_wait_doubles_after_each_attempt_and_sending_stops_after_twelve(
    reference_data, mail_server_away, shift_clock
):
    message, elapsed, waits = queue(), timedelta(0), []
    while message.state == Message.State.DUE:
        assert send_due() == 0
        waits.append(seconds_until_next_attempt(message))
        elapsed += message.next_attempt_at - database_now() + SECOND
        shift_clock(elapsed)
    assert waits == [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200, 7200, 7200]
    assert len(waits) == message.attempts == MAX_ATTEMPTS == 12
    assert message.state == Message.State.FAILED
    shift_clock(elapsed + timedelta(days=30))
    assert send_due() == 0
    message.refresh_from_db()
    assert message.attempts == 12
    assert (message.subject, message.body) == ("", "")


def test_a_rejected_address_does_not_delay_others(reference_data, mail_sink):
    first, refused, last = queue_many(3)
    mail_sink.refused[refused.to_address] = "550 no such person"
    assert send_due() == 2
    assert [delivery.to[0] for delivery in mail_sink.deliveries] == [first.to_address, last.to_address]
    assert seconds_until_next_attempt(refused) > 0
    assert (refused.state, refused.last_error) == (Message.State.DUE, "SMTPRecipientsRefused")


def test_a_broken_connection_does_not_delay_others(reference_data, mail_sink):
    first, cut_off, *rest = queue_many(4)
    mail_sink.hung_up_on.add(cut_off.to_address)
    assert send_due() == 3
    assert [delivery.to[0] for delivery in mail_sink.deliveries] == [
        message.to_address for message in (first, *rest)
    ]
    assert seconds_until_next_attempt(cut_off) > 0
    assert cut_off.state == Message.State.DUE


def test_an_invalid_header_does_not_delay_others(reference_data, mail_sink):
    poisoned, good = queue(subject="One\nBcc: everyone@example.org"), queue(to_address="good@example.org")
    assert send_due() == 1
    assert [delivery.to for delivery in mail_sink.deliveries] == [("good@example.org",)]
    assert seconds_until_next_attempt(poisoned) > 0
    assert poisoned.last_error == "BadHeaderError"
    good.refresh_from_db()
    assert good.state == Message.State.SENT


def test_a_mail_that_cannot_be_rendered_is_reported_and_does_not_block_the_queue(reference_data, mail_sink):
    [undrawable] = queue_notice_mail(accounts=[UserFactory()], template="no/such/template", context={})
    queue()
    with pytest.raises(TemplateDoesNotExist):
        send_due()
    assert seconds_until_next_attempt(undrawable) > 0
    assert undrawable.last_error == "TemplateDoesNotExist"


def test_a_worker_killed_after_claiming_costs_the_lease_and_no_mail(reference_data, mail_sink, shift_clock):
    message = queue()
    assert [claimed.pk for claimed in claim()] == [message.pk]
    # The worker is killed here. Until the lease ends, no other worker may claim the message.
    assert send_due() == 0
    shift_clock(LEASE - SECOND)
    assert send_due() == 0
    shift_clock(LEASE)
    assert send_due() == 1
    assert [delivery.message_id for delivery in mail_sink.deliveries] == [f"<{message.public_id}@{DOMAIN}>"]


def test_a_worker_killed_after_sending_sends_again_under_the_same_message_id(
    reference_data, mail_sink, shift_clock
):
    queue()
    [claimed] = claim()
    get_connection().send_messages([outbox._render(claimed)])
    # The worker is killed here, between the server's answer and its own commit.
    shift_clock(LEASE)
    assert send_due() == 1
    first, second = mail_sink.deliveries
    assert first.message_id == second.message_id


def test_many_sweeps_at_once_send_each_message_once(committed_data, mail_sink, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 3)
    queued = queue_many(30)
    outcomes = run_at_once([send_due] * 4)
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert sum(outcome.result for outcome in outcomes) == 30
    assert len(mail_sink.deliveries) == 30
    assert {delivery.to[0] for delivery in mail_sink.deliveries} == {message.to_address for message in queued}


def sweep_while_another_is_about_to_claim(monkeypatch):
    """Return how many messages another sweep and ours sent. The other has read but not yet claimed them."""
    gate, in_the_other = Gate(), threading.Event()

    def pause_in_the_other(name):
        if not in_the_other.is_set():
            in_the_other.set()
            gate.wait_here()
        return F(name)

    monkeypatch.setattr(outbox, "F", pause_in_the_other)
    other = Started(send_due)
    gate.until_reached()
    ours = send_due()
    gate.open()
    return other.outcome().result, ours


def test_a_sweep_skips_messages_that_another_is_claiming(committed_data, mail_sink, monkeypatch):
    queue()
    assert sweep_while_another_is_about_to_claim(monkeypatch) == (1, 0)
    assert len(mail_sink.deliveries) == 1


def test_control_without_the_claim_lock_it_is_sent_twice(committed_data, mail_sink, monkeypatch):
    queue()
    take_row_locks_away(monkeypatch.setattr)
    assert sweep_while_another_is_about_to_claim(monkeypatch) == (1, 1)
    assert len(mail_sink.deliveries) == 2
