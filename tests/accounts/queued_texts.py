"""Queued messages for tests of text messages."""

from datetime import timedelta

from accounts.services.outbox import queue_notice_mail

TEMPLATE = "appointments/notices/email/notice"
WEEK = {"week_of": "2027-09-27"}
SECOND = timedelta(seconds=1)


def queue(*accounts):
    return queue_notice_mail(accounts=accounts, template=TEMPLATE, context=WEEK)


def reload(message):
    message.refresh_from_db()
    return message
