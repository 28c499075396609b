"""Background work in real workers: mail that is owed goes out once, lapsed holds end, and faults heal."""

import socket
from datetime import timedelta

import pytest

from accounts.models import Message, Representation, RepresentativeProfile
from accounts.services import outbox
from appointments.booking.invariants import find_violations
from appointments.models import Heartbeat, Notice, Reservation
from portal.foundation.clock import agency_today, database_now
from tests.appointments.booking import acts
from tests.factories.accounts import RepresentationFactory, accredited
from tests.factories.crowds import make_crowd, make_slots
from tests.support.background import kill
from tests.support.text_gateway import NUMBER, notification_channel
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("committed_data")

SECONDS = 60
WEEK = {"week_of": "2026-07-06"}


def test_a_worker_sends_texts_once_while_the_mail_server_is_away(background, texts, settings):
    account = notification_channel("both")
    outbox.queue_notice_mail(accounts=[account], template="appointments/notices/email/notice", context=WEEK)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        background.start_beat()
        background.start_worker(mail_port=nobody.getsockname()[1], sms_url=settings.SMS_URL)
        text, mail = Message.objects.filter(channel="text"), Message.objects.filter(channel="email")
        eventually(lambda: text.get().state == Message.State.SENT, within=SECONDS)
        eventually(lambda: mail.get().last_error, within=SECONDS)
    assert len(texts.to(NUMBER)) == text.get().attempts == 1


def select(client, slot):
    return acts.hold(account=client.account, appointment=client.appointment, slot=slot)


def reschedule(client, slot):
    return acts.confirm(account=client.account, reservation=select(client, slot))


def queue_mail(number):
    """That many accounts, each owed one mail."""
    outbox.queue_notice_mail(
        accounts=[client.account for client in make_crowd(number)],
        template="appointments/notices/email/notice",
        context=WEEK,
    )
    assert Message.objects.filter(state=Message.State.DUE).count() == number


def all_mail_is_sent():
    return not Message.objects.exclude(state=Message.State.SENT).exists()


def sent_ids(sink):
    return [delivery.message_id for delivery in sink.deliveries]


def test_beat_and_a_worker_send_what_is_due_expire_what_expired_and_show_that_they_live(
    background, mail_sink, shift_clock
):
    [context, dawdler], slots = make_crowd(2), make_slots(2)
    reschedule(context, slots[0])
    held = select(dawdler, slots[1])
    shift_clock(timedelta(minutes=10))
    background.start_beat()
    background.start_worker()

    eventually(all_mail_is_sent, within=SECONDS)
    eventually(lambda: Reservation.objects.get(pk=held.pk).state == Reservation.State.EXPIRED, within=SECONDS)
    eventually(
        lambda: Heartbeat.objects.filter(beat_at__gt=database_now() - timedelta(minutes=1)), within=SECONDS
    )

    [delivery] = mail_sink.deliveries
    assert delivery.to == (context.account.email,)
    assert dawdler.account.notices.get().kind == Notice.Kind.HOLD_EXPIRED
    assert find_violations() == []


def test_beat_and_a_worker_mark_what_expired_free_its_seat_and_tell_both(background, mail_sink):
    [client], [slot] = make_crowd(1), make_slots(1)
    row = RepresentationFactory(
        case=client.appointment.series.person.case,
        representative=accredited(until=agency_today()),
    )
    held = acts.hold(account=row.representative, appointment=client.appointment, slot=slot)
    profiles = RepresentativeProfile.objects.filter(user=row.representative)
    profiles.update(accreditation_expires_on=agency_today() - timedelta(days=1))
    background.start_beat()
    background.start_worker()

    expired = Representation.objects.filter(pk=row.pk, status=Representation.Status.EXPIRED)
    eventually(expired.exists, within=SECONDS)
    eventually(lambda: len(mail_sink.deliveries) == 2, within=SECONDS)

    assert Reservation.objects.get(pk=held.pk).state == Reservation.State.RELEASED
    assert Notice.objects.filter(facts__event="expired").count() == 2
    assert find_violations() == []


def test_two_workers_at_once_send_each_mail_once_and_expire_each_hold_once(
    background, mail_sink, shift_clock
):
    queue_mail(120)
    crowd, [slot] = make_crowd(20, first_number=1000), make_slots(1, capacity=20)
    for client in crowd:
        select(client, slot)
    shift_clock(timedelta(minutes=10))
    background.start_beat()
    eventually(lambda: len(background.broker.waiting_tasks()) >= 6, within=SECONDS)
    background.start_worker()
    background.start_worker()

    eventually(all_mail_is_sent, within=SECONDS)
    eventually(lambda: not Reservation.objects.filter(state=Reservation.State.HELD).exists(), within=SECONDS)

    assert len(sent_ids(mail_sink)) == len(set(sent_ids(mail_sink))) == 120
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}
    assert Notice.objects.filter(kind=Notice.Kind.HOLD_EXPIRED).count() == 20
    assert find_violations() == []


def test_without_a_worker_a_expired_seat_is_booked_at_once_and_mail_waits_until_one_is_back(
    background, mail_sink, shift_clock
):
    [dawdler, context], [slot] = make_crowd(2), make_slots(1)
    select(dawdler, slot)
    background.start_beat()
    eventually(background.broker.waiting_tasks, within=SECONDS)
    shift_clock(timedelta(minutes=10))

    reschedule(context, slot)

    assert Message.objects.get().state == Message.State.DUE
    assert mail_sink.deliveries == []
    background.start_worker()
    eventually(all_mail_is_sent, within=SECONDS)
    assert [delivery.to for delivery in mail_sink.deliveries] == [(context.account.email,)]
    assert find_violations() == []


def test_the_broker_never_holds_anything_about_anyone(background, shift_clock):
    [context, dawdler], slots = make_crowd(2), make_slots(2)
    made = reschedule(context, slots[0])
    select(dawdler, slots[1])
    shift_clock(timedelta(minutes=10))
    background.start_beat()

    kinds = {
        "accounts.send_due_messages",
        "appointments.expire_overdue_holds",
        "appointments.record_heartbeat",
    }
    eventually(
        lambda: {task["headers"]["task"] for task in background.broker.waiting_tasks()} >= kinds,
        within=SECONDS,
    )

    for task in background.broker.waiting_tasks():
        assert (task["headers"]["argsrepr"], task["headers"]["kwargsrepr"]) == ("()", "{}")
    held_by_broker = background.broker.everything_in_it().lower()
    case = made.series.person.case
    for canary in (
        context.account.email,
        context.account.name,
        case.receipt_number,
        made.confirmation_number,
        str(made.public_id),
        str(context.account.public_id),
    ):
        assert canary.lower().encode() not in held_by_broker


def test_a_worker_and_beat_outlive_a_restart_of_the_broker_that_lost_everything(background, mail_sink):
    beat, worker = background.start_beat(), background.start_worker()
    eventually(Heartbeat.objects.exists, within=SECONDS)

    background.broker.stop()
    queue_mail(3)
    assert mail_sink.deliveries == []
    background.broker.start()

    eventually(all_mail_is_sent, within=SECONDS)
    assert len(mail_sink.deliveries) == 3
    assert beat.poll() is worker.poll() is None


def test_what_a_killed_worker_had_claimed_is_sent_by_the_next_one_under_the_same_message_id(
    background, mail_sink, shift_clock
):
    queue_mail(3)
    background.start_beat()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        killed = background.start_worker(mail_port=silent.getsockname()[1])
        eventually(lambda: Message.objects.filter(attempts=1).count() == 3, within=SECONDS)
        kill(killed)

    assert outbox.send_due() == 0
    assert mail_sink.deliveries == []
    shift_clock(outbox.LEASE)
    background.start_worker()

    eventually(all_mail_is_sent, within=SECONDS)
    assert sorted(sent_ids(mail_sink)) == sorted(
        f"<{message.public_id}@portal.invalid>" for message in Message.objects.all()
    )
    assert set(Message.objects.values_list("attempts", flat=True)) == {2}
