"""Periodic task: delete ended sessions, expired rate limits and old messages."""

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Q

from accounts.models import FailedAttempt, Message, PhoneCode
from portal.foundation.clock import DatabaseNow

# Longer than the longest limit that counts failures (a day), and long enough to answer questions about mail.
FAILURES_KEPT = timedelta(days=2)
MAIL_KEPT = timedelta(days=30)


def sweep() -> dict[str, int]:
    """Delete old rows by the database's clock; return how many from each table. Safe to run concurrently.

    Keeps mail that belongs to a notice, because it says when the notice was sent, and mail that is due or has
    failed. Text messages follow the same rules, except that codes that failed are deleted too.
    """
    now = DatabaseNow()
    deleted = {
        "sessions": Session.objects.filter(expire_date__lte=now).delete()[0],
        "failures": FailedAttempt.objects.filter(failed_at__lte=now - FAILURES_KEPT).delete()[0],
        "mail": Message.objects.filter(
            Q(state=Message.State.SENT, sent_at__lte=now - MAIL_KEPT) | Q(not_after__lte=now - MAIL_KEPT),
            notice=None,
            paired_email__notice=None,
        ).delete()[0],
        "phone_codes": PhoneCode.objects.filter(made_at__lte=now - FAILURES_KEPT).delete()[0],
        "limits": _delete_expired_limits(),
    }
    alive = Session.objects.values("session_key")
    deleted["listed_sessions"] = UserSession.objects.exclude(session_key__in=alive).delete()[0]
    return deleted


def _delete_expired_limits() -> int:
    caches: dict[str, Any] = settings.CACHES
    table = connection.ops.quote_name(caches["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires <= portal_clock()")  # noqa: S608 (the table is a setting, and quoted)
        deleted: int = cursor.rowcount
        return deleted
