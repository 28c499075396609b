"""The periodic cleanup deletes what has ended, and keeps what is live or due."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from accounts.models import FailedAttempt, Message
from accounts.services.outbox import queue_account_mail, queue_notice_mail, send_due
from accounts.services.sweep import FAILURES_KEPT, MAIL_KEPT, sweep
from accounts.services.texts import send_due_texts
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.reschedules import reschedule_online
from tests.support.sign_in import sign_in
from tests.support.text_gateway import notification_channel

pytestmark = pytest.mark.usefixtures("db", "reference_data")


def test_ended_sessions_are_deleted_from_both_tables():
    user, ended, live = UserFactory(), Client(), Client()
    for client in (ended, live):
        sign_in(client, user)
        client.get("/accounts/sessions/")
    key = ended.session.session_key
    Session.objects.filter(pk=key).update(expire_date="2001-01-01T00:00Z")
    assert UserSession.objects.count() == 2

    deleted = sweep()

    assert (deleted["sessions"], deleted["listed_sessions"]) == (1, 1)
    assert Session.objects.get().pk == UserSession.objects.get().session_key != key
    assert live.get("/accounts/profile/").status_code == 200


def test_failures_are_deleted_when_no_limit_counts_them(shift_clock):
    user = UserFactory()
    FailedAttempt.objects.create(account=user, receipt_hash="old")
    shift_clock(FAILURES_KEPT)
    FailedAttempt.objects.create(account=user, receipt_hash="new")
    assert sweep()["failures"] == 1
    assert FailedAttempt.objects.get().receipt_hash == "new"


def test_expired_rate_limits_are_deleted():
    cache.clear()
    cache.set("spent", [1], timeout=-1)
    cache.set("scheduled", [1], timeout=60)
    assert sweep()["limits"] == 1
    assert cache.get("scheduled") == [1]
    assert sweep()["limits"] == 0


def test_old_mail_is_deleted_unless_it_is_due_or_belongs_to_a_notice(mail_sink, shift_clock):
    account = UserFactory()
    reschedule_online(AppointmentFactory())
    queue_account_mail(account=account, to_address="someone@example.org", subject="Hello", body="Hello")
    send_due()
    failed = queue_account_mail(account=account, to_address="x@example.org", subject="Hello", body="Hello")
    Message.objects.filter(pk=failed.pk).update(state="failed")
    due = queue_account_mail(account=account, to_address="y@example.org", subject="Hello", body="Hello")
    shift_clock(MAIL_KEPT - timedelta(minutes=1))
    assert sweep()["mail"] == 0
    shift_clock(MAIL_KEPT)
    assert sweep()["mail"] == 1
    assert not Message.objects.filter(to_address="someone@example.org").exists()
    assert {failed.pk, due.pk} < set(Message.objects.values_list("pk", flat=True))
    assert Message.objects.filter(notice__isnull=False).exists()


def test_old_texts_are_deleted_like_mail_unless_paired_with_a_notices_email(mail_sink, texts, shift_clock):
    account = notification_channel("both")
    queue_notice_mail(accounts=[account], template="appointments/notices/email/representation", context={})
    reschedule = reschedule_online(AppointmentFactory(series__person__case__requestor=account))
    assert (send_due(), send_due_texts()) == (2, 2)
    shift_clock(MAIL_KEPT)
    assert sweep()["mail"] == 2
    assert set(Message.objects.values_list("channel", flat=True)) == {"email", "text"}
    assert Message.objects.get(channel="text").paired_email == reschedule.notices.get().email
